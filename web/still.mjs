// The picture of the first screen before any script runs: a digit, its way to 8x8 and the answer, made by the page's module.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { bars, path, percentages, squares } from './www/js/first/pictures.js';
import { digits } from './www/js/first/strokes.js';

/** Pixels of a side, and the width of the pen as a share of it: those of www/js/pad.js. */
const SIDE = 96;
const PEN = 1 / 12;

/** The contents of elements of index.html, by their ids. `page` is the folder of the page. */
export async function still(page) {
  const library = await import(pathToFileURL(join(page, 'wasm/first/first.js')));
  library.initSync({ module: readFileSync(join(page, 'wasm/first/first_bg.wasm')) });
  const reader = new library.FirstReader(readFileSync(join(page, 'many-writers.model')));
  const [{ digit, strokes }] = digits;
  const { label, probabilities, bitmap, pixels } = reader.read(SIDE, SIDE, painted(strokes));
  if (label !== digit) throw new Error(`the ${digit} of the first screen is read as ${label}`);
  const { en, fr } = percentages(probabilities[label]);
  return {
    'first-still': `<path d="${path(strokes)}"/>`,
    'first-bitmap': squares(bitmap, 32, 1),
    'first-pixels': squares(pixels, 8, 16),
    'first-bars': bars(probabilities, label),
    'first-digit': String(label),
    'first-share-en': en,
    'first-share-fr': fr,
  };
}

/** Strokes as red, green, blue and opacity of each pixel: dark ink on white, with soft edges. */
function painted(strokes) {
  const lines = strokes.flatMap((points) => points.slice(1).map((end, i) => [points[i], end]));
  const rgba = new Uint8Array(4 * SIDE * SIDE).fill(255);
  for (let i = 0; i < SIDE * SIDE; i += 1) {
    const place = [i % SIDE + 0.5, Math.floor(i / SIDE) + 0.5].map((pixel) => pixel / SIDE);
    const distance = Math.min(...lines.map((line) => distanceTo(line, place)));
    const ink = Math.min(1, Math.max(0, SIDE * (PEN / 2 - distance) + 0.5));
    rgba.fill(Math.round(255 - ink * (255 - 0x11)), 4 * i, 4 * i + 3);
  }
  return rgba;
}

function distanceTo([[ax, ay], [bx, by]], [x, y]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}
