// Reads drawings, in the worker and on the page's own thread.

import { parseError, Refusal } from './refusal.js';
import { kind } from './wasm.js';

/** The library's answer for the digit on a picture, with the pictures of each step. */
export function recognise(reader, height, width, rgba) {
  const reading = reader.recognise(height, width, rgba);
  const answer = { ...JSON.parse(reading.json), pictures: reading.pictures };
  reading.free();
  return answer;
}

/** Calls the library and turns its errors into `Refusal`s. */
function refusing(call) {
  try {
    return call();
  } catch (error) {
    throw new Refusal(parseError(error));
  }
}

/**
 * Starts the library on the page's own thread, to read what is drawn. Messages to the worker would delay the answer: after
 * a press, browsers deliver no message before they have drawn a frame.
 *
 * @param started a promise of the answer of `start` in worker.js: the compiled module
 * @returns `use(readerState)`, which takes the network in use as worker.js describes it, `recognise(height, width, rgba)`, and
 *   `nearest(image, digit)`, the nearest training image of that digit, with the `limit` within which most of them have another
 *   one, or `null`; all may throw a `Refusal`
 */
export async function startReader(started) {
  const [library, { compiled }] = await Promise.all([import(`../wasm/${kind}/chiffres.js`), started]);
  await library.default({ module_or_path: compiled });
  let reader = null;
  // The images that the network in use was trained on.
  let images = null;
  return {
    use({ model, pixels, labels, distance, leastInk, mostInk }) {
      const last = reader;
      reader = refusing(() => new library.Reader(model, pixels, labels, distance, leastInk, mostInk));
      last?.free();
      images = { pixels, labels, distance };
    },
    recognise: (height, width, rgba) => refusing(() => recognise(reader, height, width, rgba)),
    nearest(image, digit) {
      const [place, distance] = refusing(() => reader.nearest(image, digit));
      if (place === undefined) return null;
      return { pixels: images.pixels.subarray(64 * place, 64 * (place + 1)), label: images.labels[place], distance, limit: images.distance };
    },
  };
}
