// An epoch on this page, once warm, against one on another build of it: node versions.mjs OTHER_DIST [ROUNDS] [DIST].
// Both train the presets of the page in turn, in one headless browser, with and without vector instructions. A ratio is of
// two runs of one round, a second after each other; prints the median of all rounds and its quartiles.
//
// The time of the processor, which the browser counts for its processes, says more than the clock if the machine is busy.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { launch, mean, median, serve, trainingTimes } from './epochs.mjs';

const HERE = fileURLToPath(new URL('./', import.meta.url));
const [other, rounds = 9, own = join(HERE, '../dist')] = process.argv.slice(2);
if (!other) throw new Error('usage: node versions.mjs OTHER_DIST [ROUNDS] [DIST]');
// A run that lets the browser compile all hot code, and the run that is timed.
const EPOCHS = { article: [400, 1200], recipe: [60, 150] };

const sites = [await serve({ '/': other }), await serve({ '/': own })];
const browser = await launch();
const results = {};
for (let round = 0; round < Number(rounds); round += 1) {
  for (const [preset, epochs] of Object.entries(EPOCHS)) {
    for (const kind of ['simd', 'plain']) {
      const result = results[`${preset}, ${kind}`] ??= { clock: [[], []], processor: [[], []] };
      for (const [i, { origin }] of sites.entries()) {
        const [, { times, processor }] = await trainingTimes(browser, origin, { kind, preset, epochs });
        result.clock[i].push(mean(times));
        result.processor[i].push(processor);
      }
    }
  }
}
await browser.close();
for (const site of sites) site.stop();

const quantile = (numbers, share) => numbers.toSorted((a, b) => a - b)[Math.round(share * (numbers.length - 1))];
console.log('| an epoch once warm | by | other, ms | this page, ms | ratio | quartiles |\n|---|---|---|---|---|---|');
for (const [name, measures] of Object.entries(results)) {
  for (const [measure, [others, owns]] of Object.entries(measures)) {
    const ratios = owns.map((time, round) => time / others[round]);
    const [low, high] = [0.25, 0.75].map((share) => quantile(ratios, share).toFixed(2));
    console.log(`| ${name} | ${measure} | ${median(others).toFixed(3)} | ${median(owns).toFixed(3)} | ${median(ratios).toFixed(2)} | ${low} to ${high} |`);
  }
}
