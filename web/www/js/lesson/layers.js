// The weights of a network as the worker sends them, layer by layer.

/**
 * The stages of convolution and the layers of a network of this shape: `{ inputs, outputs, weight, bias }` of each. `null` if
 * the numbers are those of another network.
 *
 * @param shape `stages`, the rows, columns and maps of what goes into the first stage and of what comes out of each, and
 *   `layers`, the numbers that go into the first layer and come out of each
 */
export function partsOf({ stages, layers }, numbers) {
  let start = 0;
  const take = (inputs, outputs) => {
    const middle = start + inputs * outputs;
    const part = { inputs, outputs, weight: numbers.subarray(start, middle), bias: numbers.subarray(middle, middle + outputs) };
    start = middle + outputs;
    return part;
  };
  const parts = {
    stages: stages.slice(1).map(([, , filters], i) => take(9 * stages[i][2], filters)),
    layers: layers.slice(1).map((outputs, i) => take(layers[i], outputs)),
  };
  return start === numbers.length ? parts : null;
}

/** The shape of a network whose `trace` worker.js has answered. */
export const shapeOf = ({ stages, layers }) => ({
  stages: stages.length === 0 ? [] : [stages[0].image, ...stages.map(({ image: [height, width], weights: { outputs } }) => [height >> 1, width >> 1, outputs])],
  layers: [layers[0].weights.inputs, ...layers.map(({ weights }) => weights.outputs)],
});

/** The incoming weights of a neuron, one for each input. */
export const incomingOf = ({ inputs, outputs, weight }, neuron) => Array.from({ length: inputs }, (_, input) => weight[input * outputs + neuron]);

/** One of the images that the network learns from: another one after each step. */
export function imageOf(app) {
  const { parts } = app.experiment;
  const trains = parts.flatMap((part, index) => (part === 'train' ? [index] : []));
  return app.image(trains[7 * app.training.step % trains.length]);
}

/** The largest absolute value; 0 if none is a number. */
export function largestOf(values) {
  let largest = 0;
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest;
}
