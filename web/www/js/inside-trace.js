// What the engine tells of an image on its way through the network, and what its numbers are called.

import { t } from './text.js';

/** The parts of `follow` in worker.js: inputs, layers, probabilities, loss and lossAfter, target, activation, optimizer, scale, offset. */
export class Trace {
  constructor(answer, pixels) {
    Object.assign(this, answer);
    /** The image: 64 values from 0 to 16. */
    this.pixels = pixels;
  }

  /** Whether it is of a training that has run away: then there are no numbers. */
  get isWild() {
    return !Number.isFinite(this.loss);
  }

  /** The index of the layer that answers. */
  get last() {
    return this.layers.length - 1;
  }

  /** The numbers that go into a layer. */
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

/** What an input of a layer is called; -1 is the bias. */
export function inputName(layer, input) {
  if (input < 0) return t('inside.bias');
  return layer === 0 ? t('inside.pixel', place(input)) : t('inside.neuron', { neuron: input + 1, layer });
}

/** Where a pixel is, counted from 1. */
export const place = (pixel) => ({ row: Math.floor(pixel / 8) + 1, column: (pixel % 8) + 1 });

/** The number of a neuron for an input, in a layer's weights, gradients or updates; -1 is the bias. */
export const weightOf = (values, input, neuron) => (input < 0 ? values.bias[neuron] : values.weight[input * values.outputs + neuron]);
export const weightsOf = (values, neuron) => Array.from({ length: values.inputs }, (_, input) => weightOf(values, input, neuron));
