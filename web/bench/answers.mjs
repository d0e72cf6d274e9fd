// The waiting time of a visitor: from opening the page, with nothing cached, to the first answer to a drawing; and from a
// movement of the pointer to the answer on the page. Needs web/dist (web/build.sh) and the packages of web/tests.

import { chromium, draw, FLAGS, ready, serve, three } from '../tests/browser.mjs';

const ROUNDS = Number(process.argv[2] ?? 10);

/** Runs in the page before anything else: records times, and draws as soon as there is a pad. */
function watch() {
  window.times = { answers: [] };
  const pressed = (key) => new KeyboardEvent('keydown', { key, bubbles: true });
  new MutationObserver(() => {
    if (document.body?.dataset.ready && !window.times.ready) window.times.ready = performance.now();
    const pad = document.querySelector('#drawing-pad');
    if (window.times.ready && !window.times.drawn) {
      window.times.drawn = performance.now();
      pad.focus();
      ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', ' ', ...Array(12).fill('ArrowDown')].forEach((key) => {
        pad.dispatchEvent(pressed(key));
        pad.dispatchEvent(new KeyboardEvent('keyup', { key, bubbles: true }));
      });
    }
    const ms = document.querySelector('#drawing')?.dataset.answerMs;
    if (ms && ms !== window.times.last) {
      window.times.last = ms;
      window.times.first ??= performance.now();
      window.times.answers.push(Number(ms));
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-ready', 'data-answer-ms'] });
}

const site = await serve();
const opened = [];
// The circumstances, and the times of the answers in each.
const circumstances = [
  { name: 'from a movement of the pointer to the answer', slowed: 1, answered: [] },
  { name: 'the same, the page slowed 4 times', slowed: 4, answered: [] },
  { name: 'the same, the page slowed 6 times', slowed: 6, answered: [] },
  { name: 'while training plays at full speed', slowed: 1, isTraining: true, answered: [] },
];

/** Opens the page in a fresh browser, draws, and records the times. */
async function visit({ slowed, isTraining, answered }) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
  const page = await browser.newPage();
  await page.addInitScript(watch);
  await page.goto(site.url);
  await ready(page);
  await page.waitForFunction(() => window.times.first);
  if (slowed === 1 && !isTraining) opened.push(await page.evaluate(() => window.times));
  if (isTraining) {
    await page.evaluate(async () => {
      await window.chiffres.app.takeExperiment(await window.chiffres.app.engine.configure([['training.epochs', '100000']]));
      window.chiffres.app.engine.play('full');
    });
  }
  await (await page.context().newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slowed });
  // Draw once before measuring.
  await draw(page, three());
  await page.click('#drawing-clear');
  await page.evaluate(() => { window.times.answers = []; });
  await draw(page, three());
  await page.waitForTimeout(200);
  answered.push(...await page.evaluate(() => window.times.answers));
  await browser.close();
}

for (let round = 0; round < ROUNDS; round += 1) {
  for (const circumstance of circumstances) await visit(circumstance);
}
await site.stop();

const quantile = (numbers, share) => numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(share * numbers.length))];
const row = (name, numbers) => console.log(`| ${name} | ${[0, 0.5, 0.9, 1].map((share) => quantile(numbers, share).toFixed(1)).join(' | ')} | ${numbers.length} |`);
console.log('| milliseconds | least | median | 90 of 100 | most | of |\n|---|---|---|---|---|---|');
row('from opening to a page that answers', opened.map((times) => times.ready));
row('from opening to the first answer to a drawing', opened.map((times) => times.first));
for (const { name, answered } of circumstances) row(name, answered);
for (const { name, answered } of circumstances) {
  console.log(`within the 16 ms of a frame, ${name}: ${answered.filter((ms) => ms < 16).length} of ${answered.length}`);
}
