// Milliseconds of an epoch of the article's experiment (1,000 images in batches of 200). Compares, in one headless browser,
// the page with and without vector instructions and TensorFlow.js on its wasm and cpu backends; and the same loop compiled
// for the machine itself, on one thread. Needs web/dist (web/build.sh) and cargo.
//
// The contestants take turns, so that other load on the machine affects all of them. Prints medians of all rounds.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { launch, mean, median, serve, trainingTimes } from './epochs.mjs';

const HERE = fileURLToPath(new URL('./', import.meta.url));
// Epochs of the article, and enough epochs for the browser to compile all hot code.
const EPOCHS = 200;
const LONG = 3 * EPOCHS;
// Epochs that are timed together once the browser is warm.
const SOME = 20;
const ROUNDS = Number(process.argv[2] ?? 5);

const folders = { '/tf/': join(HERE, 'node_modules/@tensorflow'), '/bench/': HERE, '/': join(HERE, '../dist') };
const { origin, stop } = await serve(folders);
const browser = await launch();

/** The page's engine, in its worker. */
const ours = async (kind) => (await trainingTimes(browser, origin, { kind, epochs: [LONG] }))[0].times;

async function theirs(backend, loop) {
  const page = await browser.newPage();
  await page.goto(`${origin}/empty`);
  await page.addScriptTag({ url: '/tf/tfjs/dist/tf.min.js' });
  await page.addScriptTag({ url: '/tf/tfjs-backend-wasm/dist/tf-backend-wasm.min.js' });
  const times = await page.evaluate(async ([backend, loop, epochs]) => {
    const [{ startEngine }, { trainWithTfjs }] = await Promise.all([import('/js/engine.js'), import('/bench/tfjs.js')]);
    const { pixels, labels } = await startEngine({ onProgress() {} }).digits();
    tf.wasm.setWasmPaths('/tf/tfjs-backend-wasm/dist/');
    return trainWithTfjs({ backend, loop, epochs, pixels, labels });
  }, [backend, loop, backend === 'cpu' ? EPOCHS : LONG]);
  await page.close();
  return times;
}

/** The benchmark of the explicit loop with flex: 200 epochs a sample. */
function native() {
  const args = ['bench', '--quiet', '--bench', 'training', '--', 'trainer', '--sample-count', '10'];
  const options = { cwd: join(HERE, '../..'), env: { ...process.env, RAYON_NUM_THREADS: '1' }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
  // Name, fastest, slowest, median.
  const [, total] = execFileSync('cargo', args, options).match(/ flex .*?│.*?│ ([\d.]+) ms/);
  return Array(LONG).fill(Number(total) / EPOCHS);
}

const contestants = [
  ['the same loop, native, one thread', native],
  ['the page, with vector instructions', () => ours('simd')],
  ['the page, without', () => ours('plain')],
  ['TensorFlow.js, wasm, a loop by hand', () => theirs('wasm', 'loop')],
  ['TensorFlow.js, wasm, model.fit', () => theirs('wasm', 'fit')],
  ['TensorFlow.js, cpu, a loop by hand', () => theirs('cpu', 'loop')],
];
/** Means of `SOME` epochs each, because a browser's clock counts tenths of a millisecond. */
const means = (times) => Array.from({ length: times.length / SOME }, (_, i) => mean(times.slice(SOME * i, SOME * (i + 1))));
const all = contestants.map(() => ({ first: [], warm: [], total: [] }));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [i, [, run]] of contestants.entries()) {
    const times = await run();
    all[i].first.push(times[0]);
    all[i].warm.push(median(means(times.slice(times.length / 2))));
    all[i].total.push(mean(times.slice(0, EPOCHS)) * EPOCHS);
  }
}
const ratio = (i, j) => median(all[i].warm.map((time, round) => time / all[j].warm[round])).toFixed(2);
console.log('| | first epoch, ms | an epoch once warm, ms | of the native loop, in the same round | 200 epochs, s |\n|---|---|---|---|---|');
for (const [i, [name]] of contestants.entries()) {
  const { first, warm, total } = all[i];
  console.log(`| ${name} | ${median(first).toFixed(1)} | ${median(warm).toFixed(2)} | ${ratio(i, 0)} | ${(median(total) / 1000).toFixed(2)} |`);
}
await browser.close();
stop();
