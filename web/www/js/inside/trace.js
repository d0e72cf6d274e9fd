// An image's way through the network, as the engine reports it, and the names of its numbers.

import { t } from '../text.js';

/** The answer of `trace` in worker.js: inputs, stages, layers, probabilities, loss and lossAfter, target, activation, optimizer, scale, offset. */
export class Trace {
  constructor(answer, pixels) {
    Object.assign(this, answer);
    /** The image: 64 values from 0 to 16. */
    this.pixels = pixels;
    /** The stages of convolution, which have an `image`, and the layers after them. */
    this.layers = [...answer.stages, ...answer.layers];
    /** The index of the first layer after the stages. */
    this.first = answer.stages.length;
  }

  /** Whether training has diverged, so that there are no numbers. */
  get isWild() {
    return !Number.isFinite(this.loss);
  }

  /** The index of the output layer. */
  get last() {
    return this.layers.length - 1;
  }

  /** The inputs of a layer. */
  incoming(layer) {
    return layer === 0 ? this.inputs : this.layers[layer - 1].outputs;
  }

  neuronName(layer, neuron) {
    if (layer < this.first) return t('inside.filter', { filter: neuron + 1, stage: layer + 1 });
    return layer === this.last ? t('inside.digitNeuron', { digit: neuron }) : t('inside.neuron', { neuron: neuron + 1, layer: layer + 1 - this.first });
  }

  layerName(layer) {
    const neurons = this.layers[layer].weights.outputs;
    if (layer < this.first) return t('inside.stage', { stage: layer + 1, filters: neurons });
    return layer === this.last ? t('inside.outputLayer') : t('inside.hiddenLayer', { layer: layer + 1 - this.first, neurons });
  }

  has({ layer, neuron }) {
    return layer < this.layers.length && neuron < this.layers[layer].weights.outputs;
  }

  /** The name of an input of a layer; -1 is the bias. */
  inputName(layer, input) {
    if (input < 0) return t('inside.bias');
    if (layer < this.first) return this.#windowName(layer, input);
    if (layer === 0) return t('inside.pixel', place(input));
    if (layer > this.first) return t('inside.neuron', { neuron: input + 1, layer: layer - this.first });
    const { image: [, width], weights: { outputs: maps } } = this.layers[layer - 1];
    const at = Math.floor(input / maps);
    return t('inside.placeInMap', { map: input % maps + 1, row: Math.floor(at / (width >> 1)) + 1, column: at % (width >> 1) + 1 });
  }

  /** The place of a filter's weight in its window. */
  #windowName(stage, input) {
    const [, , maps] = this.layers[stage].image;
    const at = Math.floor(input / maps);
    const where = { map: input % maps + 1, row: Math.floor(at / 3) + 1, column: at % 3 + 1 };
    return t(maps === 1 ? 'inside.placeInWindow' : 'inside.placeInWindowOfMap', where);
  }
}

/** The row and column of a pixel, counted from 1. */
export const place = (pixel) => ({ row: Math.floor(pixel / 8) + 1, column: (pixel % 8) + 1 });

/** The value for an input of a neuron, in a layer's weights, gradients or updates; -1 is the bias. */
export const weightOf = (values, input, neuron) => (input < 0 ? values.bias[neuron] : values.weight[input * values.outputs + neuron]);
export const weightsOf = (values, neuron) => Array.from({ length: values.inputs }, (_, input) => weightOf(values, input, neuron));
