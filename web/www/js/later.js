// Codes to scan, photographs of sheets and the larger network: a worker of their own, started at first use.

import { callsOf } from './calls.js';

const transferred = { scanned: ([, , rgba]) => [rgba.buffer], readSheet: ([, , , rgba]) => [rgba.buffer] };

let worker = null;

/** The calls of later-worker.js. */
export function later() {
  worker ??= callsOf(new Worker(new URL('./later-worker.js', import.meta.url), { type: 'module' }), { transferred });
  return worker;
}
