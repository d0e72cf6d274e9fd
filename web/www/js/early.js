// Starts the engine before the rest of the page is loaded, because it takes longest to load. It loads its module at its first
// call.

import { startEngine } from './engine.js';

let listener = () => {};

/** Calls `render(progress, weights)` whenever training has progressed. */
export function onProgress(render) {
  listener = render;
}

export const engine = startEngine({ onProgress: (progress, weights) => listener(progress, weights) });
