// Paints the picture of a network on a canvas.

import { incomingOf, largestOf } from './layers.js';
import { isSamePart } from './plan.js';
import { mapTiles, weightTiles } from './tiles.js';

const image = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

/** Lines between two rows of a network with stages: those of the chosen part, and the strongest. */
const MOST_LINES = 32;

/**
 * Paints a network.
 *
 * @param plan the places of its parts, from plan.js
 * @param network its `stages` and `layers`; the `trace` of an image and its `pixels`, or `null`; and the chosen `part`, or `null`
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

/** How strongly a part of the first row answers the image: the sum of a neuron, the mean of the map of a filter. */
const answerOf = (trace, { stage, neuron }) => (stage ? meanOf(trace.stages[0], neuron) : trace.layers[0].sums[neuron]);

function meanOf({ outputs, weights }, filter) {
  let sum = 0;
  for (let at = filter; at < outputs.length; at += weights.outputs) sum += outputs[at];
  return sum / (outputs.length / weights.outputs);
}

/** The lines from the image to the tiles: one for all weights of a tile, and 64 for the chosen neuron or pixel. */
function paintBundles(context, { image: { x, y, side }, rows }, { layers, stages, trace, part }, colors) {
  const bottom = y + side / 2;
  const answers = trace ? rows[0].parts.map((tile) => answerOf(trace, tile)) : [];
  const most = largestOf(answers) || 1;
  context.lineCap = 'round';
  for (const { neuron, ...tile } of rows[0].parts) {
    const to = [tile.x, tile.y - tile.side / 2];
    const share = trace ? Math.abs(answers[neuron]) / most : 0.25;
    line(context, [x + (tile.x - x) * 0.12, bottom], to, {
      color: trace && share > 0.1 ? (answers[neuron] > 0 ? colors.positive : colors.negative) : colors.line,
      width: 1 + 3 * (trace ? share : 0.2), isDashed: trace && answers[neuron] < 0, alpha: part === null ? 0.8 : 0.25,
    });
  }
  // A filter has no line for each pixel: it passes over all of them.
  if (stages.length > 0) return;
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

/**
 * What runs from a part to another in the next row: the weight between two neurons, or the sum of the weights for all numbers
 * of a map. While an image is read, each weight is multiplied by the number that it meets; between filters, the sum by the
 * mean of the map.
 */
function flowOf({ stages, layers, trace }, from, to) {
  if (to.stage) {
    const { weight, inputs, outputs } = stages[to.stage - 1];
    let sum = 0;
    for (let input = from.neuron; input < inputs; input += inputs / 9) sum += weight[input * outputs + to.neuron];
    return trace ? sum * meanOf(trace.stages[from.stage - 1], from.neuron) : sum;
  }
  const { weight, inputs, outputs } = layers[to.layer - 1];
  if (from.layer) return weight[from.neuron * outputs + to.neuron] * (trace ? trace.layers[from.layer - 1].outputs[from.neuron] : 1);
  const [maps, signals] = [stages[from.stage - 1].outputs, trace?.stages[from.stage - 1].outputs];
  let sum = 0;
  for (let input = from.neuron; input < inputs; input += maps) sum += weight[input * outputs + to.neuron] * (signals ? signals[input] : 1);
  return sum;
}

/** The lines between two rows: blue or orange and dashed by sign, thick by the weight, or by what runs through. */
function paintLines(context, { rows }, row, network, colors) {
  const { part } = network;
  const flows = rows[row - 1].parts.flatMap((a) => rows[row].parts.map((b) => (
    { a, b, flow: flowOf(network, a, b), isOfPart: isSamePart(part, a) || isSamePart(part, b) })));
  const most = largestOf(flows.map(({ flow }) => flow)) || 1;
  // With stages there are more rows, and a frame has no more time.
  if (network.stages.length > 0 && flows.length > MOST_LINES) {
    flows.sort((one, other) => other.isOfPart - one.isOfPart || Math.abs(other.flow) - Math.abs(one.flow)).length = MOST_LINES;
  }
  for (const { a, b, flow, isOfPart } of flows) {
    const share = Math.abs(flow) / most;
    if (!(share > 0.06)) continue;
    line(context, [a.x, a.y + a.side / 2], [b.x, b.y - b.side / 2], {
      color: flow > 0 ? colors.positive : colors.negative, width: 0.4 + 4 * share, isDashed: flow < 0,
      alpha: (part === null ? 0.15 + 0.75 * share : isOfPart ? 0.4 + 0.6 * share : 0.06),
    });
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
  const { stages, layers, trace, part } = network;
  const { stage } = parts[0];
  const outputs = stage ? trace && parts.map(({ neuron }) => meanOf(trace.stages[stage - 1], neuron)) : trace?.layers[parts[0].layer - 1].outputs;
  const drawTile = !isTiles ? null : trace && stage ? mapTiles(trace.stages[stage - 1], parts.length, colors)
    : weightTiles(stage ? stages[stage - 1] : layers[0], parts.length, colors, { isFilters: Boolean(stage) });
  const most = largestOf(outputs ?? []) || 1;
  for (const { x, y, side, ...tile } of parts) {
    const { neuron } = tile;
    const isChosen = isSamePart(part, tile);
    const [left, top] = [x - side / 2, y - side / 2];
    const share = outputs && !isLast ? Math.max(0, Math.abs(outputs[neuron]) / most) : 0;
    context.fillStyle = colors.card;
    context.fillRect(left, top, side, side);
    if (isTiles) {
      drawTile(context, neuron, left, top, side);
    } else if (!isLast) {
      context.globalAlpha = 0.15 + 0.85 * share;
      context.fillStyle = colors.accent;
      context.fillRect(left, top, side, side);
      context.globalAlpha = 1;
    }
    if (isLast) paintDigit(context, { x, y, side, neuron, isTile: isTiles }, trace?.probabilities, colors);
    context.strokeStyle = isChosen ? colors.ink : share > 0.5 ? colors.accent : colors.line;
    context.lineWidth = isChosen ? 3 : share > 0.5 ? 1 + 2 * share : 1;
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
