// An image's way through the network, as the engine reports it, and the names of its numbers.

import { t } from '../text.js';

/** The answer of `trace` in worker.js: inputs, layers, probabilities, loss and lossAfter, target, activation, optimizer, scale, offset. */
export class Trace {
  constructor(answer, pixels) {
    Object.assign(this, answer);
    /** The image: 64 values from 0 to 16. */
    this.pixels = pixels;
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
    return layer === this.last ? t('inside.digitNeuron', { digit: neuron }) : t('inside.neuron', { neuron: neuron + 1, layer: layer + 1 });
  }

  layerName(layer) {
    const neurons = this.layers[layer].sums.length;
    return layer === this.last ? t('inside.outputLayer') : t('inside.hiddenLayer', { layer: layer + 1, neurons });
  }

  has({ layer, neuron }) {
    return layer < this.layers.length && neuron < this.layers[layer].sums.length;
  }
}

/** The name of an input of a layer; -1 is the bias. */
export function inputName(layer, input) {
  if (input < 0) return t('inside.bias');
  return layer === 0 ? t('inside.pixel', place(input)) : t('inside.neuron', { neuron: input + 1, layer });
}

/** The row and column of a pixel, counted from 1. */
export const place = (pixel) => ({ row: Math.floor(pixel / 8) + 1, column: (pixel % 8) + 1 });

/** The value for an input of a neuron, in a layer's weights, gradients or updates; -1 is the bias. */
export const weightOf = (values, input, neuron) => (input < 0 ? values.bias[neuron] : values.weight[input * values.outputs + neuron]);
export const weightsOf = (values, neuron) => Array.from({ length: values.inputs }, (_, input) => weightOf(values, input, neuron));
