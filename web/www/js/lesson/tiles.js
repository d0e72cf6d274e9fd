// The tiles in the picture of a network: the weights of a neuron or filter, or the map of a filter.

import { incomingOf, largestOf } from './layers.js';

/** Pixels of a tile for each weight. The middle row of a negative weight is light, so that it has a sign besides its colour. */
const CELL = 3;

const easel = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
const rgb = (hex) => [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));

/**
 * Tiles side by side on a canvas of their own, with a function that draws one of them: `(context, neuron, x, y, side)`, whose
 * left upper corner is at x and y.
 *
 * @param pixels the rows and columns of a tile
 * @param paint called for each tile with `(neuron, set)`; `set(x, y, color)` sets a pixel
 */
function tiles(count, pixels, paper, paint) {
  const width = pixels * count;
  if (easel.canvas.width !== width || easel.canvas.height !== pixels) [easel.canvas.width, easel.canvas.height] = [width, pixels];
  const data = new ImageData(width, pixels);
  const bytes = data.data;
  const put = (at, [red, green, blue]) => { [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] = [red, green, blue, 255]; };
  for (let at = 0; at < bytes.length; at += 4) put(at, paper);
  for (let neuron = 0; neuron < count; neuron += 1) paint(neuron, (x, y, color) => put(4 * (y * width + pixels * neuron + x), color));
  easel.putImageData(data, 0, 0);
  return (context, neuron, x, y, side) => {
    context.imageSmoothingEnabled = false;
    context.drawImage(easel.canvas, pixels * neuron, 0, pixels, pixels, x, y, side, side);
  };
}

const mix = (from, to, share) => from.map((value, channel) => value + (to[channel] - value) * share);

/**
 * Tiles of the weights of neurons that read 8x8 pixels, or of filters: of these, a block of 3x3 for each map that they read,
 * with a gap between blocks.
 */
export function weightTiles(part, count, colors, { isFilters }) {
  const [paper, positive, negative] = ['card', 'positive', 'negative'].map((name) => rgb(colors[name]));
  const maps = isFilters ? part.inputs / 9 : 1;
  const [side, blocks] = [isFilters ? 3 : 8, Math.ceil(Math.sqrt(maps))];
  const largest = largestOf(part.weight) || 1;
  return tiles(count, blocks * side * CELL + blocks - 1, paper, (neuron, set) => {
    incomingOf(part, neuron).forEach((value, input) => {
      const [place, map] = [Math.floor(input / maps), input % maps];
      const share = Number.isFinite(value) ? Math.abs(value) / largest : 0;
      const end = value >= 0 ? positive : negative;
      const left = CELL * (place % side) + (map % blocks) * (side * CELL + 1);
      const top = CELL * Math.floor(place / side) + Math.floor(map / blocks) * (side * CELL + 1);
      for (let row = 0; row < CELL; row += 1) {
        const color = mix(paper, end, value < 0 && row === 1 ? share / 3 : share);
        for (let column = 0; column < CELL; column += 1) set(left + column, top + row, color);
      }
    });
  });
}

/** Tiles of the maps of a stage for an image: the largest number of the stage has full colour. */
export function mapTiles({ image: [height, width], outputs, weights }, count, colors) {
  const [paper, accent] = ['card', 'accent'].map((name) => rgb(colors[name]));
  const [rows, columns] = [height >> 1, width >> 1];
  const largest = largestOf(outputs) || 1;
  return tiles(count, Math.max(rows, columns), paper, (neuron, set) => {
    for (let place = 0; place < rows * columns; place += 1) {
      const value = outputs[place * weights.outputs + neuron];
      set(place % columns, Math.floor(place / columns), mix(paper, accent, Number.isFinite(value) ? value / largest : 0));
    }
  });
}
