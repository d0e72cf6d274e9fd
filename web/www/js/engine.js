// The page's side of the worker: every call of worker.js as a function that promises its answer.

import { Refusal } from './refusal.js';

/** What is handed over to the worker, not copied: the pixels of a photograph are a hundred megabytes. */
const GIVEN_AWAY = { recognise: ([, , rgba]) => [rgba.buffer] };

/** Starts the worker; `kind` asks for the module with or without vectors, "simd" or "plain", whatever the browser has. */
export function startEngine({ onProgress, kind = '' }) {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: kind });
  const pending = new Map();
  let last = 0;
  worker.onmessage = ({ data }) => {
    if (data.event === 'progress') {
      onProgress(data.progress, data.maps);
      return;
    }
    // What the worker still answers after it broke nobody waits for.
    const { resolve, reject } = pending.get(data.id) ?? {};
    if (!pending.delete(data.id)) return;
    if (data.error) reject(new Refusal(data.error));
    else resolve(data.value);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    const broken = new Refusal({ kind: 'broken', message: event.message ?? 'the worker did not start' });
    // Where nobody waits, while a training plays, it is told as what nobody caught.
    if (pending.size === 0) Promise.reject(broken);
    for (const { reject } of pending.values()) reject(broken);
    pending.clear();
  };
  const ask = (call, args) => new Promise((resolve, reject) => {
    last += 1;
    pending.set(last, { resolve, reject });
    worker.postMessage({ id: last, call, args }, GIVEN_AWAY[call]?.(args) ?? []);
  });
  return new Proxy({}, { get: (_, call) => (...args) => ask(call, args) });
}
