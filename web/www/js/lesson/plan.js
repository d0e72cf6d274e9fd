// Where the parts of a network are in its picture.

/** Neurons of a layer, or filters of a stage, that are drawn. The picture says so if there are more. */
export const MOST = 16;
/** Width below which the tiles need two rows. */
const NARROW = 560;

/**
 * The places of all parts for a picture of a given width, in CSS pixels.
 *
 * @param shape the `stages` and `layers` of the network, as in layers.js
 * @returns `{ height, image, rows }`; a row for each stage and for each layer, with its `parts`: `{ stage, neuron, x, y, side }`
 *   or `{ layer, neuron, x, y, side }` around their centre, counted from 1 but for the neuron. The parts of a row of `isTiles`
 *   hold their weights.
 */
export function planOf({ stages, layers }, width) {
  const isNarrow = width < NARROW;
  const side = isNarrow ? 72 : 88;
  const image = { x: width / 2, y: 4 + side / 2, side };
  const rows = [];
  let y = side + 4;
  const add = (name, number, all, { isTiles, isLast }) => {
    const count = isLast ? all : Math.min(all, MOST);
    const lines = isTiles && isNarrow && count > 8 ? 2 : 1;
    const across = Math.ceil(count / lines);
    const pitch = Math.min(isTiles ? 56 : 64, (width - 4) / across);
    const side = isTiles ? Math.min(46, pitch - 5) : isLast ? Math.min(30, pitch - 4) : Math.min(18, pitch - 4);
    y += isNarrow ? (isTiles ? 28 : 44) : (isTiles ? 44 : 64);
    const parts = Array.from({ length: count }, (_, neuron) => {
      const line = Math.floor(neuron / across);
      // The last line may be shorter.
      const inLine = Math.min(across, count - line * across);
      return { [name]: number, neuron, side, x: width / 2 + pitch * (neuron % across - (inLine - 1) / 2), y: y + side / 2 + line * (side + 12) };
    });
    y += lines * side + (lines - 1) * 12;
    rows.push({ parts, isTiles, isLast });
  };
  stages.slice(1).forEach(([, , filters], i) => add('stage', i + 1, filters, { isTiles: true, isLast: false }));
  layers.slice(1).forEach((neurons, i) => add('layer', i + 1, neurons, { isTiles: i === 0 && stages.length === 0, isLast: i + 2 === layers.length }));
  // Below the last row are the digits and their probabilities.
  return { height: y + 32, image, rows };
}

/** A part without its place. */
const named = ({ stage, layer, neuron }) => (stage ? { stage, neuron } : { layer, neuron });
/** Whether two parts are the same; `null` is none. */
export const isSamePart = (a, b) => a !== null && a.stage === b.stage && a.layer === b.layer && a.neuron === b.neuron;

/** The part at a point: `{ pixel }`, or `{ stage, neuron }`, or `{ layer, neuron }`, or `null`. */
export function partAt({ image, rows }, x, y) {
  const column = Math.floor((x - image.x + image.side / 2) / image.side * 8);
  const row = Math.floor((y - image.y + image.side / 2) / image.side * 8);
  if (column >= 0 && column < 8 && row >= 0 && row < 8) return { pixel: 8 * row + column };
  for (const { parts, isLast } of rows) {
    for (const part of parts) {
      const reach = part.side / 2 + 4;
      // A digit belongs to the bar above it.
      const below = isLast ? 44 : 10;
      if (Math.abs(x - part.x) <= reach && y >= part.y - reach && y <= part.y + part.side / 2 + below) return named(part);
    }
  }
  return null;
}

/** The part that an arrow key leads to from another. From nothing it leads to the first tile. */
export function nextPart({ rows }, part, key) {
  const first = named(rows[0].parts[0]);
  if (part === null) return first;
  const [right, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if ('pixel' in part) {
    const [row, column] = [Math.floor(part.pixel / 8) + down, part.pixel % 8 + right];
    if (row > 7) return first;
    return { pixel: 8 * Math.max(0, row) + Math.min(7, Math.max(0, column)) };
  }
  const row = rows.findIndex(({ parts }) => parts[0].stage === part.stage && parts[0].layer === part.layer) + down;
  if (row < 0) return { pixel: 60 };
  const { parts } = rows[Math.min(row, rows.length - 1)];
  return named(parts[Math.min(parts.length - 1, Math.max(0, part.neuron + right))]);
}
