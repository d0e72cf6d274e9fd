// Why a network read one digit and not another, in one picture: what the ink said, and the nearest training images of both.

import { element } from '../elements.js';
import { digitCanvas, drawDigit } from '../picture.js';
import { number, t } from '../text.js';
import { largestOf } from './layers.js';

/** Side of a pixel in the picture. */
const CELL = 24;

export class Why {
  #app;
  #root;
  #asked = 0;
  // What is shown, kept to write it again in another language.
  #shown = null;

  /** @param root the element to fill; it is hidden while there is nothing to explain */
  constructor(app, root) {
    [this.#app, this.#root] = [app, root];
    root.classList.add('why');
    root.hidden = true;
  }

  /** Explains why the network in use read an image of 8x8 pixels as `read`, where `meant` was meant. */
  async show({ pixels, read, meant }) {
    this.#asked += 1;
    const mine = this.#asked;
    const evidence = await this.#app.engine.evidence(pixels, read, meant);
    // The images that an imported network learnt from are not known.
    const { images } = this.#app.network;
    const known = images === 'unknown' ? [] : [read, meant];
    const nearest = known.map((digit) => this.#app.reader.nearest(pixels, digit));
    // Another image may have come meanwhile.
    if (mine !== this.#asked) return;
    this.#shown = { pixels, read, meant, evidence, nearest, verdict: images === 'all' ? verdictOf(nearest) : 'some' };
    this.#root.hidden = false;
    this.render();
  }

  hide() {
    this.#asked += 1;
    this.#shown = null;
    this.#root.hidden = true;
    this.#root.replaceChildren();
  }

  render() {
    if (this.#shown === null) return;
    const { pixels, read, meant, evidence, nearest, verdict } = this.#shown;
    const canvas = element('canvas', { className: 'why-ink', role: 'img', 'aria-label': t('why.picture', { read, meant }) });
    drawEvidence(canvas, pixels, evidence, getComputedStyle(this.#root));
    const key = (sign, digit) => element('span', { className: 'key' }, element('span', { className: `swatch ${sign}` }), ` ${t('why.for', { digit })}`);
    this.#root.replaceChildren(
      element('h4', {}, t('why.title', { read, meant })),
      element('div', { className: 'why-pictures' },
        element('figure', {}, canvas, element('figcaption', {}, key('positive', read), ' ', key('negative', meant))),
        ...nearest.filter((near) => near !== null).map(({ pixels: near, label, distance }) => {
          const picture = digitCanvas();
          drawDigit(picture, near, t('images.pictureOf', { label }));
          return element('figure', { className: 'why-near' }, picture, element('figcaption', {}, t('why.near', { label, distance: number(distance, 1) })));
        })),
      ...(nearest.length > 0 ? [element('p', { className: 'result' }, t(`why.${verdict}`, { read, meant }))] : []));
  }
}

/** What the nearest training images of the digit that was read and of the one that was meant say together. */
export function verdictOf([ofRead, ofMeant]) {
  if (ofMeant === null || ofMeant.distance > ofMeant.limit) return 'nobody';
  if (ofRead === null || ofMeant.distance < ofRead.distance) return 'nearer';
  return 'closer';
}

/** The ink in pale grey; on it, what each pixel says: blue for the digit that was read, orange with a stripe for the other. */
function drawEvidence(canvas, pixels, evidence, style) {
  canvas.width = canvas.height = 8 * CELL;
  const context = canvas.getContext('2d');
  const [positive, negative] = ['--positive', '--negative'].map((name) => style.getPropertyValue(name).trim());
  const largest = largestOf(evidence) || 1;
  pixels.forEach((ink, i) => {
    const [x, y] = [CELL * (i % 8), CELL * Math.floor(i / 8)];
    // Pale, so that the signs on it are easy to see.
    const grey = Math.round(255 * (1 - 0.4 * ink / 16));
    context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
    context.fillRect(x, y, CELL, CELL);
    const share = Math.abs(evidence[i]) / largest;
    if (!(share > 0.05)) return;
    // As large as what it says.
    const side = CELL * (0.25 + 0.65 * Math.sqrt(share));
    const [left, top] = [x + (CELL - side) / 2, y + (CELL - side) / 2];
    context.fillStyle = evidence[i] > 0 ? positive : negative;
    context.fillRect(left, top, side, side);
    if (evidence[i] < 0) {
      context.fillStyle = '#fff';
      context.fillRect(left, top + side * 0.4, side, Math.max(1.5, side * 0.2));
    }
  });
}
