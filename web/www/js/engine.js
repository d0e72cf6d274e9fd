// The page's side of the worker: each call of worker.js as a function that promises the answer.

import { Refusal } from './refusal.js';

/** Arguments that move to the worker without a copy: the pixels of a photograph are a hundred megabytes. */
const TRANSFERRED = { recognise: ([, , rgba]) => [rgba.buffer] };

/** Starts the worker. `kind` forces the module "simd" or "plain"; by default the browser's abilities decide. */
export function startEngine({ onProgress, kind = '' }) {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: kind });
  const pending = new Map();
  let last = 0;
  worker.onmessage = ({ data }) => {
    if (data.event === 'progress') {
      onProgress(data.progress, data.weights);
      return;
    }
    // After an error of the worker, nobody waits for its late answers.
    const { resolve, reject } = pending.get(data.id) ?? {};
    if (!pending.delete(data.id)) return;
    if (data.error) reject(new Refusal(data.error));
    else resolve(data.value);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    const broken = new Refusal({ kind: 'broken', message: event.message ?? 'the worker did not start' });
    // While training plays, no call is pending. Then the error is reported as an unhandled rejection.
    if (pending.size === 0) Promise.reject(broken);
    for (const { reject } of pending.values()) reject(broken);
    pending.clear();
  };
  const ask = (call, args) => new Promise((resolve, reject) => {
    last += 1;
    pending.set(last, { resolve, reject });
    worker.postMessage({ id: last, call, args }, TRANSFERRED[call]?.(args) ?? []);
  });
  return new Proxy({}, { get: (_, call) => (...args) => ask(call, args) });
}
