// The weights of a network as the worker sends them, layer by layer.

/**
 * The layers of a network of these sizes: `{ inputs, outputs, weight, bias }` of each. `null` if the numbers are those of
 * another network.
 */
export function layersOf(sizes, numbers) {
  const layers = [];
  let start = 0;
  for (let i = 0; i + 1 < sizes.length; i += 1) {
    const [inputs, outputs] = [sizes[i], sizes[i + 1]];
    const middle = start + inputs * outputs;
    layers.push({ inputs, outputs, weight: numbers.subarray(start, middle), bias: numbers.subarray(middle, middle + outputs) });
    start = middle + outputs;
  }
  return start === numbers.length ? layers : null;
}

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
