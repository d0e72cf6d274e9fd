// The page in Firefox and in WebKit, the engine of Safari. A pupil trains, draws, opens photographs and loses the network
// connection. All engines must train to the bytes of the command, as Chromium does in bytes.test.mjs.
//
// Selenium drives both through WebDriver: geckodriver with Debian's firefox-esr, and WebKitWebDriver from Debian's
// webkit2gtk-driver. WebKit needs a screen, for example from xvfb-run.

import assert from 'node:assert/strict';
import test from 'node:test';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Builder, By } from 'selenium-webdriver';
import { DriverService } from 'selenium-webdriver/remote/index.js';
import { commandsModel, EXPERIMENTS, ROOT, serve, three, trainedExperiment } from './browser.mjs';
import { bytesOf, noted, redrawn } from './photographs.mjs';

const HANDWRITING = join(ROOT, 'tests/fixtures/handwriting');
// Milliseconds to wait for anything.
const PATIENCE = 60_000;
const MINI_BROWSER = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-4.1/MiniBrowser`).find(existsSync);
const ENGINES = {
  Firefox: ['geckodriver', { browserName: 'firefox', 'moz:firefoxOptions': { binary: '/usr/bin/firefox-esr', args: ['-headless'] } }],
  WebKit: ['WebKitWebDriver', { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation'] } }],
};
// Milliseconds to wait for a whole training run of the recipe.
const RECIPE_PATIENCE = 600_000;

for (const [engine, [driver, capabilities]] of Object.entries(ENGINES)) {
  test(engine, async (t) => {
    // WebKit's sandbox does not work inside a container.
    const environment = { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' };
    const service = new DriverService.Builder(driver).setLoopback(true).setEnvironment(environment).build();
    const site = await serve();
    let browser;
    try {
      browser = await new Builder().usingServer(await service.start()).withCapabilities(capabilities).build();
      await visit(t, engine, browser, site);
    } finally {
      await browser?.quit();
      await service.kill();
      await site.stop();
    }
  });
}

async function visit(t, engine, browser, site) {
  const run = (script, ...args) => browser.executeScript(`return (${script})(...arguments)`, ...args);
  const promised = (script, ...args) => browser.executeAsyncScript(`
    const args = [...arguments];
    const done = args.pop();
    (${script})(...args).then(done, (error) => done(String(error)));
  `, ...args);
  const text = (selector) => run((selector) => document.querySelector(selector).textContent, selector);
  const until = (what, condition, ...args) => browser.wait(() => run(condition, ...args), PATIENCE, `${what}, in vain`, 20);
  const isReady = () => document.body?.dataset.ready === 'yes';
  const reads = (digit) => until(`a ${digit} is read`, (start) => document.querySelector('#drawing-answer').textContent.startsWith(start), `${digit} (`);
  const find = (selector) => browser.findElement(By.css(selector));
  const upload = async (selector, path) => (await find(selector)).sendKeys(path);

  await browser.manage().setTimeouts({ script: RECIPE_PATIENCE });
  await browser.get(site.url);
  await until('the page answers', isReady);
  await run(() => document.querySelector('[data-language="en"]').click());

  await t.test('photographs, and a file that is not a picture', async () => {
    for (const [name, digit] of [['7-paper28219.jpg', 7], ['0-paper39220.jpg', 0], ['3-mnist18477.png', 3]]) {
      await upload('#drawing-file', join(HANDWRITING, name));
      await reads(digit);
    }
    const folder = mkdtempSync(join(tmpdir(), 'chiffres-'));
    // A photograph that lies on its side, with a note which way is up.
    const seven = readFileSync(join(HANDWRITING, '7-paper28219.jpg')).toString('base64');
    const onSide = join(folder, 'side.jpg');
    writeFileSync(onSide, noted(bytesOf(await promised(redrawn, seven, 'image/jpeg', 3, 0))));
    await upload('#drawing-file', onSide);
    await reads(7);
    await upload('#drawing-file', join(HANDWRITING, '3-mnist18477.png'));
    await reads(3);
    const diary = join(folder, 'diary.png');
    writeFileSync(diary, 'Dear diary');
    await upload('#drawing-file', diary);
    await until('a diary is refused', () => /diary\.png: .*not a picture/.test(document.querySelector('#messages').textContent));
    assert.match(await text('#drawing-answer'), /^3 \(/);
  });

  /** Draws a three on a pad. */
  const drawThree = async (selector) => {
    const pad = await find(selector);
    const width = await run((pad) => {
      pad.scrollIntoView({ block: 'center', behavior: 'instant' });
      return pad.getBoundingClientRect().width;
    }, pad);
    const at = ([x, y]) => ({ origin: pad, x: Math.round((x - 0.5) * width), y: Math.round((y - 0.5) * width), duration: 20 });
    const [[start, ...points]] = three();
    const pen = browser.actions().move(at(start)).press();
    for (const point of points) pen.move(at(point));
    await pen.release().perform();
  };

  await t.test('a three by the pointer', async () => {
    await run(() => document.querySelector('#drawing-back').click());
    await drawThree('#drawing-pad');
    await reads(3);
  });

  await t.test('an error rate under 12 %, and the language switched without losing it', async () => {
    await run(() => {
      const pace = document.querySelector('#training-pace');
      pace.value = 'full';
      pace.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await run(() => document.querySelector('#training-play').click());
    await until('training ends', () => document.querySelector('.in-use select').value === 'trained');
    await until('the test result is there', () => /^49 of 797/.test(document.querySelector('#evaluation-result').textContent));
    const [, rate] = (await text('#evaluation-result')).match(/: ([\d.]+)% \(/);
    assert.ok(Number(rate) < 12, `${rate} %`);
    await run(() => document.querySelector('[data-language="fr"]').click());
    assert.match(await text('#training-status'), /Époque 200 sur 200/);
    const model = await promised(trainedModel);
    assert.ok(model === commandsModel('article'), 'the command has other weights');
  });

  await t.test('the lesson, card by card', async () => {
    const press = async () => {
      await until('the button of the card waits', () => !document.querySelector('#lesson-do').disabled);
      await run(() => document.querySelector('#lesson-do').click());
    };
    const done = (cards) => until(`${cards} cards are done`, (cards) => document.querySelectorAll('.lesson-steps .is-done').length === cards, cards);
    for (let card = 1; card <= 5; card += 1) {
      await press();
      await done(card);
      await press();
    }
    await drawThree('#lesson-pad');
    await until('a 3 is read', () => document.querySelector('#lesson-stage .reading').textContent.startsWith('3 ('));
    // An answer that is still on its way would ask anew.
    await browser.sleep(500);
    await run(() => document.querySelector('#lesson-stage .meant .digits button:nth-child(4)').click());
    await done(6);
    assert.match(await text('#lesson-stage .meant'), /✓/);
    await press();
    await until('the card to hand in', () => document.querySelector('#lesson-stage .hand-in').getAttribute('aria-label').includes('49'));
  });

  await t.test('the bytes of the command', async () => {
    for (const [name, experiment] of Object.entries(EXPERIMENTS)) {
      const model = await promised(trainedExperiment, '', experiment);
      assert.ok(model === commandsModel(name), `the command has other weights: ${name}`);
    }
  });

  await t.test('the experiment copied as TOML', async () => {
    await run(() => {
      document.querySelector('#network-share summary').click();
      document.querySelector('#network-copy-toml').scrollIntoView({ block: 'center', behavior: 'instant' });
    });
    await (await find('#network-copy-toml')).click();
    await until('it is copied', () => /TOML/.test(document.querySelector('#network-said').textContent));
    assert.equal(await text('#messages'), '');
  });

  await t.test('without a network', async () => {
    await until('the page is kept', () => navigator.serviceWorker.controller !== null);
    await site.stop();
    await run(() => {
      delete document.body.dataset.ready;
      location.reload();
    });
    await until('the kept page answers', isReady);
    await run(() => document.querySelector('[data-language="en"]').click());
    await until('the kept page speaks English', () => /Image 0 of 0 to 1796/.test(document.querySelector('#images-caption').textContent));
  });
}

/** The model file of the network in use, in hexadecimal. Runs on the page. */
async function trainedModel() {
  return Array.from(await window.chiffres.app.engine.model(), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
