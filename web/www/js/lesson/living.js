// A network as one picture: the image, the neurons of the first layer as tiles of their weights, and the digits. It moves while
// the network learns, and lights up while it reads.

import { element } from '../elements.js';
import { confidence, number, onLanguage, significant, t } from '../text.js';
import { incomingOf, largestOf, layersOf } from './layers.js';
import { nextPart, partAt, planOf } from './plan.js';
import { paintNetwork } from './paint.js';

/** The share of the way to the latest weights that the picture moves in a frame. */
const PACE = 0.3;

export class LivingNetwork {
  #canvas = element('canvas', { className: 'living', tabIndex: 0, role: 'application' });
  #words = element('p', { className: 'living-words note', role: 'status' });
  #left = element('p', { className: 'note living-left' });
  #sizes = [64, 15, 10];
  // The numbers of the network, and those of the picture, which follow them.
  #numbers = null;
  #shown = null;
  // What the network makes of an image: its trace, and the image.
  #trace = null;
  #pixels = null;
  #part = null;
  #isDue = false;
  #isInView = true;
  #more;

  /**
   * @param root the element to fill
   * @param onMore called when the visitor wants every number
   */
  constructor(root, onMore = null) {
    this.#more = onMore && element('button', { type: 'button', className: 'living-more', hidden: true, onclick: onMore });
    root.classList.add('living-network');
    root.append(this.#canvas, this.#left, this.#words, ...(this.#more ? [this.#more] : []));
    this.#canvas.addEventListener('pointerdown', (event) => {
      const box = this.#canvas.getBoundingClientRect();
      this.#choose(partAt(this.#plan(), event.clientX - box.left, event.clientY - box.top));
    });
    this.#canvas.addEventListener('keydown', (event) => this.#move(event));
    this.#canvas.addEventListener('focus', () => { if (this.#canvas.matches(':focus-visible') && this.#part === null) this.#choose({ layer: 1, neuron: 0 }); });
    new ResizeObserver(() => this.#draw()).observe(this.#canvas);
    new IntersectionObserver(([{ isIntersecting }]) => {
      this.#isInView = isIntersecting;
      if (isIntersecting) this.#draw();
    }).observe(this.#canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw());
    onLanguage(() => this.#say());
  }

  /** Shows the weights and biases of a network in training, in the order in which worker.js sends them, and one of its images. */
  learn(sizes, numbers, pixels = null) {
    // The numbers of a network that another experiment has replaced.
    if (layersOf(sizes, numbers) === null) return;
    const isSame = this.#shown !== null && String(sizes) === String(this.#sizes);
    [this.#sizes, this.#numbers] = [sizes, numbers];
    const isStill = !isSame || matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (isStill) this.#shown = Float32Array.from(numbers);
    if (!isSame) this.#part = null;
    [this.#trace, this.#pixels] = [null, pixels];
    this.#say();
    this.#draw();
  }

  /** Shows a network while it reads an image of 8x8 pixels. `trace` is the answer of `trace` in worker.js. */
  light(trace, pixels) {
    const sizes = [64, ...trace.layers.map(({ weights }) => weights.outputs)];
    if (String(sizes) !== String(this.#sizes)) this.#part = null;
    this.#sizes = sizes;
    this.#numbers = Float32Array.from(trace.layers.flatMap(({ weights: { weight, bias } }) => [...weight, ...bias]));
    this.#shown = this.#numbers;
    [this.#trace, this.#pixels] = [trace, pixels];
    this.#say();
    this.#draw();
  }

  /** Shows the same network without an image. */
  darken() {
    [this.#trace, this.#pixels] = [null, null];
    this.#say();
    this.#draw();
  }

  #plan = () => planOf(this.#sizes, this.#canvas.clientWidth);
  #layers = () => (this.#shown === null ? null : layersOf(this.#sizes, this.#shown));

  #draw() {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      if (this.#canvas.clientWidth === 0) return;
      // Out of view too, so that nothing below moves later.
      const plan = this.#plan();
      this.#canvas.style.height = `${plan.height}px`;
      if (this.#shown === null || !this.#isInView) return;
      const isMoving = this.#follow();
      paintNetwork(this.#canvas, plan, { layers: this.#layers(), trace: this.#trace, pixels: this.#pixels, part: this.#part });
      if (isMoving) this.#draw();
    });
  }

  /** Moves the weights of the picture towards the latest ones. Returns whether they are still on their way. */
  #follow() {
    if (this.#shown === this.#numbers) return false;
    let apart = 0;
    for (let i = 0; i < this.#numbers.length; i += 1) {
      const distance = this.#numbers[i] - this.#shown[i];
      // What is not a number comes at once.
      this.#shown[i] = Number.isFinite(distance) ? this.#shown[i] + PACE * distance : this.#numbers[i];
      if (Number.isFinite(distance)) apart = Math.max(apart, Math.abs(distance));
    }
    if (apart > 0.01) return true;
    this.#shown.set(this.#numbers);
    return false;
  }

  #choose(part) {
    this.#part = part;
    this.#say();
    this.#draw();
  }

  #move(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape') this.#choose(null);
    else if (event.key.startsWith('Arrow')) this.#choose(nextPart(this.#plan(), this.#part, event.key));
    else return;
    event.preventDefault();
  }

  /** Says what the chosen part is, in numbers, and what the picture leaves out. */
  #say() {
    this.#canvas.setAttribute('aria-label', t('living.label', { sizes: this.#sizes.join(' → ') }));
    const words = this.#part === null ? t('living.choose') : this.#wordsOf(this.#part);
    if (this.#words.textContent !== words) this.#words.textContent = words;
    const left = this.#leftOut();
    if (this.#left.textContent !== left) this.#left.textContent = left;
    if (this.#more) [this.#more.hidden, this.#more.textContent] = [this.#part === null || this.#trace === null, t('living.more')];
  }

  #leftOut() {
    const hidden = this.#sizes.slice(1, -1);
    if (hidden.length === 0) return t('living.noHidden');
    const most = Math.max(...hidden);
    return most > 16 ? t('living.some', { shown: 16, all: most }) : t('living.tiles', { count: hidden[0] });
  }

  #wordsOf(part) {
    const layers = this.#layers();
    if (layers === null) return '';
    if ('pixel' in part) {
      const value = this.#pixels?.[part.pixel];
      const place = { row: Math.floor(part.pixel / 8) + 1, column: part.pixel % 8 + 1 };
      return value === undefined ? t('living.pixel', place) : t('living.pixelValue', { ...place, value });
    }
    const { layer, neuron } = part;
    const { weights, outputs, sums } = this.#trace?.layers[layer - 1] ?? {};
    const own = weights ?? layers[layer - 1];
    const isLast = layer === layers.length;
    const values = { bias: significant(own.bias[neuron], 2), inputs: own.inputs };
    const name = isLast ? t('living.digit', { digit: neuron }) : t('living.neuron', { neuron: neuron + 1 });
    if (outputs && isLast) return t('living.digitReads', { name, sum: significant(sums[neuron], 3), share: confidence(this.#trace.probabilities[neuron], 1) });
    if (outputs) return t('living.neuronReads', { name, sum: significant(sums[neuron], 3), output: significant(outputs[neuron], 3) });
    const incoming = incomingOf(own, neuron);
    if (layer === 1) return t('living.weights', { name, ...values, largest: number(largestOf(incoming), 2) });
    const strongest = (sign) => incoming.reduce((best, weight, i) => (sign * weight > sign * incoming[best] ? i : best), 0);
    const [most, least] = [strongest(1), strongest(-1)];
    return t('living.lines', { name, most: most + 1, least: least + 1, mostWeight: number(incoming[most], 1), leastWeight: number(incoming[least], 1) });
  }
}
