// A network as one picture: the image, the filters of stages of convolution or the neurons of the first layer as tiles of their
// weights, and the digits. It moves while the network learns, and lights up while it reads.

import { element } from '../elements.js';
import { confidence, number, onLanguage, significant, t } from '../text.js';
import { incomingOf, largestOf, partsOf, shapeOf } from './layers.js';
import { MOST, nextPart, partAt, planOf } from './plan.js';
import { paintNetwork } from './paint.js';

/** The share of the way to the latest weights that the picture moves in a frame. */
const PACE = 0.3;

export class LivingNetwork {
  #canvas = element('canvas', { className: 'living', tabIndex: 0, role: 'application' });
  #words = element('p', { className: 'living-words note', role: 'status' });
  #left = element('p', { className: 'note living-left' });
  #shape = { stages: [], layers: [64, 15, 10] };
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
    this.#canvas.addEventListener('focus', () => { if (this.#canvas.matches(':focus-visible') && this.#part === null) this.#choose(nextPart(this.#plan(), null)); });
    new ResizeObserver(() => this.#draw()).observe(this.#canvas);
    new IntersectionObserver(([{ isIntersecting }]) => {
      this.#isInView = isIntersecting;
      if (isIntersecting) this.#draw();
    }).observe(this.#canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw());
    onLanguage(() => this.#say());
  }

  /** Shows the weights and biases of a network in training, in the order in which worker.js sends them, and one of its images. */
  learn(shape, numbers, pixels = null) {
    // The numbers of a network that another experiment has replaced.
    if (partsOf(shape, numbers) === null) return;
    const isSame = this.#shown !== null && this.#has(shape);
    [this.#shape, this.#numbers] = [shape, numbers];
    const isStill = !isSame || matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (isStill) this.#shown = Float32Array.from(numbers);
    if (!isSame) this.#part = null;
    [this.#trace, this.#pixels] = [null, pixels];
    this.#say();
    this.#draw();
  }

  /** Shows a network while it reads an image of 8x8 pixels. `trace` is the answer of `trace` in worker.js. */
  light(trace, pixels) {
    const shape = shapeOf(trace);
    if (!this.#has(shape)) this.#part = null;
    this.#shape = shape;
    this.#numbers = Float32Array.from([...trace.stages, ...trace.layers].flatMap(({ weights: { weight, bias } }) => [...weight, ...bias]));
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

  #has = ({ stages, layers }) => String([stages, layers]) === String([this.#shape.stages, this.#shape.layers]);
  #plan = () => planOf(this.#shape, this.#canvas.clientWidth);
  #parts = () => (this.#shown === null ? null : partsOf(this.#shape, this.#shown));

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
      paintNetwork(this.#canvas, plan, { ...this.#parts(), trace: this.#trace, pixels: this.#pixels, part: this.#part });
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
    const { stages, layers } = this.#shape;
    const sizes = stages.length > 0 ? [...stages.map((shape, i) => shape.slice(0, i === 0 ? 2 : 3).join('×')), ...layers.slice(1)] : layers;
    this.#canvas.setAttribute('aria-label', t('living.label', { sizes: sizes.join(' → ') }));
    const words = this.#part === null ? t('living.choose') : this.#wordsOf(this.#part);
    if (this.#words.textContent !== words) this.#words.textContent = words;
    const left = this.#leftOut();
    if (this.#left.textContent !== left) this.#left.textContent = left;
    if (this.#more) [this.#more.hidden, this.#more.textContent] = [this.#part === null || this.#trace === null, t('living.more')];
  }

  #leftOut() {
    const { stages, layers } = this.#shape;
    const hidden = layers.slice(1, -1);
    const most = Math.max(...hidden, ...stages.slice(1).map(([, , filters]) => filters), 0);
    if (stages.length > 0) {
      const words = t(this.#trace ? 'living.maps' : 'living.filters');
      return most > MOST ? `${words} ${t('living.someFilters', { shown: MOST, all: most })}` : words;
    }
    if (hidden.length === 0) return t('living.noHidden');
    return most > MOST ? t('living.some', { shown: MOST, all: most }) : t('living.tiles', { count: hidden[0] });
  }

  #wordsOf(part) {
    const parts = this.#parts();
    if (parts === null) return '';
    const { stages, layers } = parts;
    if ('pixel' in part) {
      const value = this.#pixels?.[part.pixel];
      const place = { row: Math.floor(part.pixel / 8) + 1, column: part.pixel % 8 + 1 };
      if (stages.length > 0) return t(value === undefined ? 'living.pixelOfFilters' : 'living.pixelOfFiltersValue', { ...place, value });
      return value === undefined ? t('living.pixel', place) : t('living.pixelValue', { ...place, value });
    }
    if (part.stage) return this.#wordsOfFilter(part, stages[part.stage - 1]);
    const { layer, neuron } = part;
    const { weights, outputs, sums } = this.#trace?.layers[layer - 1] ?? {};
    const own = weights ?? layers[layer - 1];
    const isLast = layer === layers.length;
    const values = { bias: significant(own.bias[neuron], 2), inputs: own.inputs };
    const name = isLast ? t('living.digit', { digit: neuron }) : t('living.neuron', { neuron: neuron + 1 });
    if (outputs && isLast) return t('living.digitReads', { name, sum: significant(sums[neuron], 3), share: confidence(this.#trace.probabilities[neuron], 1) });
    if (outputs) return t('living.neuronReads', { name, sum: significant(sums[neuron], 3), output: significant(outputs[neuron], 3) });
    const incoming = incomingOf(own, neuron);
    if (layer === 1 && stages.length > 0) return t('living.mapWeights', { name, ...values, largest: number(largestOf(incoming), 2) });
    if (layer === 1) return t('living.weights', { name, ...values, largest: number(largestOf(incoming), 2) });
    const strongest = (sign) => incoming.reduce((best, weight, i) => (sign * weight > sign * incoming[best] ? i : best), 0);
    const [most, least] = [strongest(1), strongest(-1)];
    return t('living.lines', { name, most: most + 1, least: least + 1, mostWeight: number(incoming[most], 1), leastWeight: number(incoming[least], 1) });
  }
  #wordsOfFilter({ stage, neuron }, own) {
    const name = t('living.filter', { filter: neuron + 1, stage });
    if (this.#trace === null) {
      return t('living.filterWeights', { name, inputs: own.inputs, largest: number(largestOf(incomingOf(own, neuron)), 2), bias: significant(own.bias[neuron], 2) });
    }
    const { outputs, image: [height, width] } = this.#trace.stages[stage - 1];
    const [rows, columns] = [height >> 1, width >> 1];
    const map = Array.from({ length: rows * columns }, (_, place) => outputs[place * own.outputs + neuron]);
    const place = map.indexOf(Math.max(...map));
    return t(map[place] > 0 ? 'living.filterReads' : 'living.filterSilent', {
      name, rows, columns, row: Math.floor(place / columns) + 1, column: place % columns + 1, value: significant(map[place], 3),
    });
  }
}
