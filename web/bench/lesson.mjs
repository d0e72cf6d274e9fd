// The lesson on a telephone, played from the address to "it reads my digit" with a pause for thought at each card; and the
// frames of the living network while it trains. Needs web/dist (web/build.sh) and the packages of web/tests.
//
// node lesson.mjs [seconds of the pause]

import { chromium, drawOn, FLAGS, serve, three } from '../tests/browser.mjs';

const PAUSE = 1000 * Number(process.argv[2] ?? 2);

const site = await serve();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2, locale: 'fr-FR' });
const page = await context.newPage();
const began = performance.now();
await page.goto(site.url);

const said = (time) => `${(time / 1000).toFixed(1)} s`;
/** Reads the card, then presses its button once it can be pressed. */
async function press() {
  await page.waitForTimeout(PAUSE);
  await page.waitForFunction(() => document.querySelector('#lesson-do') && !document.querySelector('#lesson-do').disabled, null, { timeout: 60_000 });
  await page.locator('#lesson-do').tap();
}
const done = (card) => page.waitForFunction((card) => document.querySelectorAll('.lesson-steps .is-done').length >= card, card, { timeout: 60_000 });

for (let card = 1; card <= 5; card += 1) {
  if (card === 3) {
    await page.evaluate(() => {
      window.frames = [];
      const frame = (now) => { window.frames.push(now); requestAnimationFrame(frame); };
      requestAnimationFrame(frame);
    });
  }
  await press();
  await done(card);
  if (card === 3) {
    const frames = await page.evaluate(() => window.frames);
    const gaps = frames.slice(1).map((time, i) => time - frames[i]).sort((a, b) => a - b);
    const seconds = (frames.at(-1) - frames[0]) / 1000;
    console.log(`while training: ${(gaps.length / seconds).toFixed(1)} frames a second, 99 of 100 within ${gaps[Math.floor(0.99 * gaps.length)].toFixed(0)} ms, the longest ${gaps.at(-1).toFixed(0)} ms`);
  }
  console.log(`card ${card} done after ${said(performance.now() - began)}`);
  await press();
}
await page.waitForTimeout(PAUSE);
await drawOn(page, '#lesson-pad', three());
await page.waitForSelector('#lesson-stage .meant:not([hidden])');
await page.waitForTimeout(PAUSE);
await page.tap('#lesson-stage .meant .digits button:nth-child(4)');
await page.waitForFunction(() => document.querySelector('#lesson-stage .meant').textContent.includes('✓'));
console.log(`it reads my digit: ${said(performance.now() - began)} after the address`);
await browser.close();
await site.stop();
