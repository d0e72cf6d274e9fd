// Calls to a worker: each of its functions as a function that promises the answer.

import { Refusal } from './refusal.js';

/**
 * The calls of a worker that receives { id, call, args } and sends { id, value } or { id, error }.
 *
 * @param transferred for each call, the buffers in its arguments that move to the worker without a copy
 * @param onEvent takes the worker's other messages
 */
export function callsOf(worker, { transferred = {}, onEvent = () => {} } = {}) {
  const pending = new Map();
  let last = 0;
  worker.onmessage = ({ data }) => {
    if (data.event) {
      onEvent(data);
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
    worker.postMessage({ id: last, call, args }, transferred[call]?.(args) ?? []);
  });
  return new Proxy({}, { get: (_, call) => (...args) => ask(call, args) });
}
