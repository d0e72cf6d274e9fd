// Paints the picture of a network on a canvas.

import { incomingOf, largestOf } from './layers.js';

/** Pixels of a tile for each weight. The middle row of a negative weight is light, so that it has a sign besides its colour. */
const CELL = 3;
const TILE = 8 * CELL;

const tiles = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
const image = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

/**
 * Paints a network.
 *
 * @param plan the places of its parts, from plan.js
 * @param network its `layers`; the `trace` of an image and its `pixels`, or `null`; and the chosen `part`, or `null`
 */
export function paintNetwork(canvas, plan, network) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(plan.height * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.clientWidth, plan.height);
  const colors = colorsOf(canvas);
  paintBundles(context, plan, network, colors);
  for (let row = 1; row < plan.rows.length; row += 1) paintLines(context, plan, row, network, colors);
  paintImage(context, plan, network, colors);
  plan.rows.forEach((row) => paintRow(context, row, network, colors));
}

// Colours of the style sheet, read again when the colour scheme changes.
let scheme = null;
let kept = null;
function colorsOf(canvas) {
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
  if (scheme === isDark) return kept;
  const style = getComputedStyle(canvas);
  const color = (name) => style.getPropertyValue(`--${name}`).trim();
  scheme = isDark;
  kept = Object.fromEntries(['card', 'ink', 'quiet', 'line', 'accent', 'positive', 'negative', 'wash'].map((name) => [name, color(name)]));
  return kept;
}

const rgb = (hex) => [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
const isChosen = (part, layer, neuron) => part?.layer === layer && part.neuron === neuron;

/** The lines from the image to the tiles: one for all 64 weights of a neuron, and 64 for the chosen neuron or pixel. */
function paintBundles(context, { image: { x, y, side }, rows }, { layers, trace, part }, colors) {
  const bottom = y + side / 2;
  const sums = trace?.layers[0].sums ?? [];
  const most = largestOf(sums) || 1;
  context.lineCap = 'round';
  for (const { neuron, ...tile } of rows[0].parts) {
    const to = [tile.x, tile.y - tile.side / 2];
    const share = trace ? Math.abs(sums[neuron]) / most : 0.25;
    line(context, [x + (tile.x - x) * 0.12, bottom], to, {
      color: trace && share > 0.1 ? (sums[neuron] > 0 ? colors.positive : colors.negative) : colors.line,
      width: 1 + 3 * (trace ? share : 0.2), isDashed: trace && sums[neuron] < 0, alpha: part === null ? 0.8 : 0.25,
    });
  }
  const cell = side / 8;
  const center = (pixel) => [x - side / 2 + cell * (pixel % 8 + 0.5), y - side / 2 + cell * (Math.floor(pixel / 8) + 0.5)];
  const weights = (neuron) => incomingOf(layers[0], neuron);
  const fine = (pixel, tile, weight, largest) => line(context, center(pixel), [tile.x, tile.y - tile.side / 2], {
    color: weight > 0 ? colors.positive : colors.negative, width: 0.4 + 2.2 * Math.abs(weight) / largest,
    isDashed: weight < 0, alpha: Math.min(1, 0.15 + Math.abs(weight) / largest),
  });
  for (const tile of rows[0].parts) {
    const incoming = part?.layer === 1 && part.neuron === tile.neuron ? weights(tile.neuron) : null;
    const largest = largestOf(incoming ?? []) || 1;
    incoming?.forEach((weight, pixel) => fine(pixel, tile, weight, largest));
    if (part && 'pixel' in part) fine(part.pixel, tile, weights(tile.neuron)[part.pixel], largestOf(layers[0].weight) || 1);
  }
}

/** The lines between two layers of neurons: blue or orange and dashed by sign, thick by the weight, or by what runs through. */
function paintLines(context, { rows }, row, { layers, trace, part }, colors) {
  const { weight, outputs } = layers[row];
  const from = rows[row - 1].parts;
  const signals = trace?.layers[row - 1].outputs;
  const flow = ({ neuron }, to) => weight[neuron * outputs + to.neuron] * (signals ? signals[neuron] : 1);
  let most = 0;
  for (const a of from) for (const b of rows[row].parts) if (Number.isFinite(flow(a, b))) most = Math.max(most, Math.abs(flow(a, b)));
  for (const a of from) {
    for (const b of rows[row].parts) {
      const share = Math.abs(flow(a, b)) / (most || 1);
      const isOfPart = isChosen(part, a.layer, a.neuron) || isChosen(part, b.layer, b.neuron);
      if (!(share > 0.06)) continue;
      line(context, [a.x, a.y + a.side / 2], [b.x, b.y - b.side / 2], {
        color: flow(a, b) > 0 ? colors.positive : colors.negative, width: 0.4 + 4 * share, isDashed: flow(a, b) < 0,
        alpha: (part === null ? 0.15 + 0.75 * share : isOfPart ? 0.4 + 0.6 * share : 0.06),
      });
    }
  }
}

function line(context, from, to, { color, width, isDashed, alpha }) {
  context.globalAlpha = alpha;
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash(isDashed ? [7, 4 + width] : []);
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function paintImage(context, { image: { x, y, side } }, { pixels, part }, colors) {
  const [left, top] = [x - side / 2, y - side / 2];
  if (image.canvas.width !== 8) [image.canvas.width, image.canvas.height] = [8, 8];
  const data = new ImageData(8, 8);
  for (let i = 0; i < 64; i += 1) {
    const grey = pixels ? Math.round(255 * (1 - pixels[i] / 16)) : 255;
    data.data.set([grey, grey, grey, 255], 4 * i);
  }
  image.putImageData(data, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(image.canvas, left, top, side, side);
  context.strokeStyle = colors.quiet;
  context.lineWidth = 1;
  context.strokeRect(left, top, side, side);
  if (part && 'pixel' in part) {
    context.strokeStyle = colors.negative;
    context.lineWidth = 2.5;
    context.strokeRect(left + side / 8 * (part.pixel % 8), top + side / 8 * Math.floor(part.pixel / 8), side / 8, side / 8);
  }
}

function paintRow(context, { parts, isTiles, isLast }, network, colors) {
  const { layers, trace, part } = network;
  const outputs = parts.length === 0 ? null : trace?.layers[parts[0].layer - 1].outputs;
  if (isTiles) paintTiles(layers[0], parts.length, colors);
  const most = largestOf(outputs ?? []) || 1;
  for (const { layer, neuron, x, y, side } of parts) {
    const [left, top] = [x - side / 2, y - side / 2];
    const share = outputs && !isLast ? Math.max(0, Math.abs(outputs[neuron]) / most) : 0;
    context.fillStyle = colors.card;
    context.fillRect(left, top, side, side);
    if (isTiles) {
      context.imageSmoothingEnabled = false;
      context.drawImage(tiles.canvas, TILE * neuron, 0, TILE, TILE, left, top, side, side);
    } else if (!isLast) {
      context.globalAlpha = 0.15 + 0.85 * share;
      context.fillStyle = colors.accent;
      context.fillRect(left, top, side, side);
      context.globalAlpha = 1;
    }
    if (isLast) paintDigit(context, { x, y, side, neuron, isTile: isTiles }, trace?.probabilities, colors);
    context.strokeStyle = isChosen(part, layer, neuron) ? colors.ink : share > 0.5 ? colors.accent : colors.line;
    context.lineWidth = isChosen(part, layer, neuron) ? 3 : share > 0.5 ? 1 + 2 * share : 1;
    if (!isLast || isTiles) context.strokeRect(left, top, side, side);
    // How strongly the neuron answers.
    if (outputs && !isLast) {
      context.fillStyle = outputs[neuron] >= 0 ? colors.positive : colors.negative;
      context.fillRect(left, top + side + 2, side * share, 4);
    }
  }
}

/** A digit, with a bar for its probability. */
function paintDigit(context, { x, y, side, neuron, isTile }, probabilities, colors) {
  const probability = probabilities?.[neuron] ?? 0;
  const isAnswer = probabilities && probability === Math.max(...probabilities);
  const foot = y + side / 2 + (isTile ? 4 : 0);
  if (!isTile) {
    context.fillStyle = colors.wash;
    context.fillRect(x - side / 2, y - side / 2, side, side);
  }
  context.fillStyle = isAnswer ? colors.accent : colors.quiet;
  const height = isTile ? 12 * probability : side * probability;
  context.fillRect(x - side / 2, foot - (isTile ? -12 : 0) - height, side, Math.max(height, probabilities ? 1 : 0));
  context.fillStyle = isAnswer ? colors.ink : colors.quiet;
  context.font = `${isAnswer ? '700 20px' : '16px'} system-ui, sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.fillText(String(neuron), x, foot + (isTile ? 16 : 6));
}

/** The weights of the first layer as tiles, side by side on a canvas of their own. */
function paintTiles({ inputs, outputs, weight }, count, colors) {
  if (tiles.canvas.width !== TILE * count || tiles.canvas.height !== TILE) [tiles.canvas.width, tiles.canvas.height] = [TILE * count, TILE];
  const [paper, positive, negative] = ['card', 'positive', 'negative'].map((name) => rgb(colors[name]));
  const largest = largestOf(weight) || 1;
  const data = new ImageData(TILE * count, TILE);
  for (let neuron = 0; neuron < count; neuron += 1) {
    for (let input = 0; input < inputs; input += 1) {
      const value = weight[input * outputs + neuron];
      const share = Number.isFinite(value) ? Math.abs(value) / largest : 0;
      const end = value >= 0 ? positive : negative;
      for (let row = 0; row < CELL; row += 1) {
        const part = value < 0 && row === 1 ? share / 3 : share;
        for (let column = 0; column < CELL; column += 1) {
          const at = 4 * ((CELL * Math.floor(input / 8) + row) * TILE * count + TILE * neuron + CELL * (input % 8) + column);
          for (let channel = 0; channel < 3; channel += 1) data.data[at + channel] = paper[channel] + (end[channel] - paper[channel]) * part;
          data.data[at + 3] = 255;
        }
      }
    }
  }
  tiles.putImageData(data, 0, 0);
}
