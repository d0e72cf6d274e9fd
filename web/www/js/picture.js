// Images and weights as pictures.

import { element } from './elements.js';

const style = () => getComputedStyle(document.documentElement);

/** Draws values from 0 for paper to `full` for ink, one pixel for each value. CSS scales the canvas. */
export function drawInk(canvas, values, width, height, full) {
  fit(canvas, width, height);
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i += 1) {
    const grey = Math.round(255 * (1 - values[i] / full));
    image.data.set([grey, grey, grey, 255], 4 * i);
  }
  canvas.getContext('2d').putImageData(image, 0, 0);
}

/** Sets the size of a canvas in pixels. Setting the same size again would clear its memory. */
export function fit(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

// The canvas on which digits become images.
const easel = document.createElement('canvas');

/** A small picture of an 8x8 digit. An image, because the browser composes each canvas as a layer of its own. */
export function digitImage(pixels, label) {
  drawInk(easel, pixels, 8, 8, 16);
  return element('img', { className: 'small-picture', alt: label, decoding: 'sync', src: easel.toDataURL() });
}

/** A small canvas, for 8x8 digits that change. */
export const digitCanvas = () => element('canvas', { className: 'small-picture', role: 'img' });

/** Draws an 8x8 digit on a small canvas. */
export function drawDigit(canvas, pixels, label) {
  canvas.setAttribute('aria-label', label);
  drawInk(canvas, pixels, 8, 8, 16);
}

/** Draws signed values: blue if positive, orange with a stripe if negative. The absolute value `largest` has full colour. */
export function drawWeights(canvas, values, width, height, largest) {
  const CELL = 6;
  canvas.width = width * CELL;
  canvas.height = height * CELL;
  const context = canvas.getContext('2d');
  const [paper, positive, negative] = ['--card', '--positive', '--negative'].map((name) => rgb(style().getPropertyValue(name)));
  for (let i = 0; i < width * height; i += 1) {
    // An infinite weight has no colour.
    const share = Number.isFinite(values[i]) ? Math.min(1, Math.abs(values[i]) / (largest || 1)) : 0;
    const end = values[i] >= 0 ? positive : negative;
    const mixed = paper.map((from, channel) => Math.round(from + (end[channel] - from) * share));
    const [x, y] = [(i % width) * CELL, Math.floor(i / width) * CELL];
    context.fillStyle = `rgb(${mixed.join(' ')})`;
    context.fillRect(x, y, CELL, CELL);
    if (values[i] < 0 && share > 0.15) {
      context.fillStyle = `rgb(${paper.join(' ')} / 0.75)`;
      context.fillRect(x + 1, y + CELL / 2 - 0.5, CELL - 2, 1);
    }
  }
}

function rgb(hex) {
  const digits = hex.trim().slice(1);
  return [0, 2, 4].map((start) => parseInt(digits.slice(start, start + 2), 16));
}
