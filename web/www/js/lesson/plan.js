// Where the parts of a network are in its picture.

/** Neurons of a layer that are drawn. The picture says so if there are more. */
const MOST = 16;
/** Width below which the tiles need two rows. */
const NARROW = 560;

/**
 * The places of all parts for a picture of a given width, in CSS pixels.
 *
 * @param sizes the neurons of each layer, the inputs first
 * @returns `{ height, image, rows }`; a row for each layer after the inputs, with its `parts`:
 *   `{ layer, neuron, x, y, side }` around their centre
 */
export function planOf(sizes, width) {
  const isNarrow = width < NARROW;
  const side = isNarrow ? 72 : 88;
  const image = { x: width / 2, y: 4 + side / 2, side };
  const rows = [];
  let y = side + 4;
  for (let layer = 1; layer < sizes.length; layer += 1) {
    const isTiles = layer === 1;
    const isLast = layer === sizes.length - 1;
    const count = isLast ? sizes[layer] : Math.min(sizes[layer], MOST);
    const lines = isTiles && isNarrow && count > 8 ? 2 : 1;
    const across = Math.ceil(count / lines);
    const pitch = Math.min(isTiles ? 56 : 64, (width - 4) / across);
    const side = isTiles ? Math.min(46, pitch - 5) : isLast ? Math.min(30, pitch - 4) : Math.min(18, pitch - 4);
    y += isNarrow ? (isTiles ? 28 : 44) : (isTiles ? 44 : 64);
    const parts = Array.from({ length: count }, (_, neuron) => {
      const line = Math.floor(neuron / across);
      // The last line may be shorter.
      const inLine = Math.min(across, count - line * across);
      return { layer, neuron, side, x: width / 2 + pitch * (neuron % across - (inLine - 1) / 2), y: y + side / 2 + line * (side + 12) };
    });
    y += lines * side + (lines - 1) * 12;
    rows.push({ parts, isTiles, isLast, isPart: count < sizes[layer] });
  }
  // Below the last row are the digits and their probabilities.
  return { height: y + 32, image, rows };
}

/** The part at a point: `{ pixel }`, or `{ layer, neuron }`, or `null`. */
export function partAt({ image, rows }, x, y) {
  const column = Math.floor((x - image.x + image.side / 2) / image.side * 8);
  const row = Math.floor((y - image.y + image.side / 2) / image.side * 8);
  if (column >= 0 && column < 8 && row >= 0 && row < 8) return { pixel: 8 * row + column };
  for (const { parts, isLast } of rows) {
    for (const { layer, neuron, side, ...centre } of parts) {
      const reach = side / 2 + 4;
      // A digit belongs to the bar above it.
      const below = isLast ? 44 : 10;
      if (Math.abs(x - centre.x) <= reach && y >= centre.y - reach && y <= centre.y + side / 2 + below) return { layer, neuron };
    }
  }
  return null;
}

/** The part that an arrow key leads to from another. From nothing it leads to the first neuron. */
export function nextPart({ rows }, part, key) {
  if (part === null) return { layer: 1, neuron: 0 };
  const [right, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if ('pixel' in part) {
    const [row, column] = [Math.floor(part.pixel / 8) + down, part.pixel % 8 + right];
    if (row > 7) return { layer: 1, neuron: 0 };
    return { pixel: 8 * Math.max(0, row) + Math.min(7, Math.max(0, column)) };
  }
  const layer = part.layer + down;
  if (layer < 1) return { pixel: 60 };
  const { parts } = rows[Math.min(layer, rows.length) - 1];
  return { layer: parts[0].layer, neuron: Math.min(parts.length - 1, Math.max(0, part.neuron + right)) };
}
