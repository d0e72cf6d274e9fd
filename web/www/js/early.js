// Starts the engine before the rest of the page is loaded: of all that a visitor waits for, it takes longest.

import { startEngine } from './engine.js';

let listener = () => {};

/** Calls `heard(progress, maps)` whenever a training has moved on. */
export function onProgress(heard) {
  listener = heard;
}

export const engine = startEngine({ onProgress: (progress, maps) => listener(progress, maps) });
