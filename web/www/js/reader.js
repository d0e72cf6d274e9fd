// Reading drawings: with the library in the worker, or with the library on the page's own thread.

import { described, Refusal } from './refusal.js';

/** What the library says of the digit on a picture, with the pictures of the steps to it. */
export function recognised(reader, height, width, rgba) {
  const reading = reader.recognise(height, width, rgba);
  const answer = { ...JSON.parse(reading.json), pictures: reading.pictures };
  reading.free();
  return answer;
}

/** Calls the library; what it throws becomes a `Refusal`. */
function refusing(call) {
  try {
    return call();
  } catch (error) {
    throw new Refusal(described(error));
  }
}

/**
 * The library on the page's own thread, where it reads what is drawn: an answer has no way to the worker and back to go,
 * and after a press browsers let no message through before they have drawn a frame.
 *
 * @param started what worker.js says of its start: which module, and that module compiled
 * @returns `use(knowledge)` puts the network to use that worker.js tells of, and `recognise(height, width, rgba)` answers;
 *   either may throw a `Refusal`
 */
export async function startReader({ kind, compiled }) {
  const library = await import(`../wasm/${kind}/chiffres.js`);
  await library.default({ module_or_path: compiled });
  let reader = null;
  return {
    use({ model, pixels, labels, distance, leastInk, mostInk }) {
      const last = reader;
      reader = refusing(() => new library.Reader(model, pixels, labels, distance, leastInk, mostInk));
      last?.free();
    },
    recognise: (height, width, rgba) => refusing(() => recognised(reader, height, width, rgba)),
  };
}
