// The article's experiment in TensorFlow.js: the same images, network, batches and optimiser as config/mlp.toml, without
// weight decay. Returns the milliseconds of each epoch.

/* global tf */
const EPOCH = 1000;
const BATCH = 200;

export async function trainWithTfjs({ backend, loop, epochs, pixels, labels }) {
  await tf.setBackend(backend);
  await tf.ready();
  const images = tf.tensor2d(Float32Array.from(pixels.subarray(0, 64 * EPOCH), (value) => value / 16), [EPOCH, 64]);
  const targets = tf.oneHot(tf.tensor1d(Array.from(labels.subarray(0, EPOCH)), 'int32'), 10).toFloat();
  const optimizer = tf.train.momentum(0.1, 0.9, true);
  const times = [];
  const timed = async (work) => {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  };

  if (loop === 'fit') {
    const model = tf.sequential({ layers: [
      tf.layers.dense({ inputShape: [64], units: 15, activation: 'sigmoid' }), tf.layers.dense({ units: 10, activation: 'softmax' }),
    ] });
    model.compile({ optimizer, loss: 'categoricalCrossentropy' });
    let began = performance.now();
    await model.fit(images, targets, {
      epochs, batchSize: BATCH, shuffle: true, verbose: 0, yieldEvery: 'never',
      callbacks: { onEpochEnd: () => { times.push(performance.now() - began); began = performance.now(); } },
    });
    return times;
  }

  const variable = (shape) => tf.variable(tf.randomNormal(shape, 0, Math.sqrt(2 / (shape[0] + (shape[1] ?? 0)))));
  const [w1, b1, w2, b2] = [[64, 15], [15], [15, 10], [10]].map(variable);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    await timed(async () => {
      const order = tf.util.createShuffledIndices(EPOCH);
      for (let start = 0; start < EPOCH; start += BATCH) {
        tf.tidy(() => {
          const indices = tf.tensor1d(Int32Array.from(order.subarray(start, start + BATCH)), 'int32');
          const [x, y] = [images.gather(indices), targets.gather(indices)];
          optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, x.matMul(w1).add(b1).sigmoid().matMul(w2).add(b2)));
        });
      }
      // An epoch is over when its results can be read.
      await b2.data();
    });
  }
  return times;
}
