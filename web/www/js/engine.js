// The page's side of the engine: each call of worker.js as a function that promises the answer.

import { callsOf } from './calls.js';

/** Arguments that move to the worker without a copy: the pixels of a photograph are a hundred megabytes. */
const transferred = { recognise: ([, , rgba]) => [rgba.buffer] };

/** Starts the worker. `kind` forces the module "simd" or "plain"; by default the browser's abilities decide. */
export function startEngine({ onProgress, kind = '' }) {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: kind });
  return callsOf(worker, { transferred, onEvent: ({ progress, weights }) => onProgress(progress, weights) });
}
