// The first screen: what stands there before anything is loaded, and the network of many writers that answers there.

import test from 'node:test';
import assert from 'node:assert/strict';

import { drawOn, open, pageTests, ready, three, train, visit } from './browser.mjs';

const world = open();
const onPage = pageTests(world);

const text = (page, selector) => page.textContent(selector);
const visible = (page, selector) => page.locator(selector).first().isVisible();
const drawFirst = (page, hand = 0) => drawOn(page, '#first-pad', three(hand));
const reads = (page, digit) => page.waitForFunction((digit) => {
  const screen = document.querySelector('#first');
  return screen.matches('.is-yours:not(.has-no-answer)') && document.querySelector('#first-digit').textContent === digit;
}, String(digit));

/** Opens the page without those of its files that `isHeld` names. */
async function visitWithout(isHeld, { locale = 'fr-FR', path = '', isBroken = false } = {}) {
  const context = await world.browser.newContext({ locale, serviceWorkers: 'block', viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.route((url) => isHeld(url.pathname), (route) => (isBroken ? route.abort() : undefined));
  await page.goto(world.site.url + path, { waitUntil: 'commit' });
  await page.waitForSelector('footer', { state: 'attached' });
  return page;
}

test('before any module there are words and a picture, and nothing looks ready that is not', async () => {
  for (const [locale, lead] of [['fr-FR', /neurones artificiels/], ['en-GB', /artificial neurons/]]) {
    const page = await visitWithout((path) => path.endsWith('.js') && !path.endsWith('language.js'), { locale });
    const seen = await page.innerText('#first');
    assert.match(seen, lead);
    assert.match(seen, /3\s+9\d\s?%/);
    for (const picture of ['#first-still', '#first-bitmap', '#first-pixels']) assert.ok(await visible(page, `${picture} path`), picture);
    assert.ok(await page.isDisabled('#first-turn'));
    assert.equal(await page.getAttribute('#first-answer', 'aria-busy'), 'true');
    assert.ok(await visible(page, '#loading'));
    const shown = await page.$$eval('main button, main input, main select, nav a', (all) => all.filter((control) => control.checkVisibility()).map(({ id }) => id));
    assert.deepEqual(shown, ['first-turn'], 'controls');
    await page.context().close();
  }
});

test('a visitor draws before the network has come, and is answered when it has', async () => {
  const page = await visitWithout((path) => path.includes('/wasm/first/'));
  await page.waitForSelector('#first-turn:enabled');
  await drawFirst(page);
  assert.match(await page.innerText('#first-answer'), /le réseau arrive/);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.reload();
  await reads(page, 3);
  await page.context().close();
});

test('the language is that of the address, of the choice, or of the browser, from the first moment', async () => {
  const page = await visitWithout((path) => path.includes('/first/'), { path: '?lang=en' });
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  assert.equal(await page.title(), 'Chiffres: train your first neural network');
  await page.waitForSelector('[data-language="en"][aria-pressed="true"]');
  await page.click('[data-language="fr"]');
  assert.match(page.url(), /\?lang=fr$/);
  assert.match(await page.innerText('h1'), /^Entraînez/);
  await page.context().close();
});

onPage('the first module gives the answers of the library', async (page) => {
  const pairs = await page.evaluate(async () => {
    const load = (path) => import(new URL(path, document.baseURI));
    const [{ startFirstReader }, { digits }, { makePad }] = await Promise.all(['js/first/reader.js', 'js/first/strokes.js', 'js/pad.js'].map(load));
    const pad = makePad(document.createElement('canvas'), { onChange() {}, onPen() {} });
    const first = await startFirstReader();
    const { app } = window.chiffres;
    const model = await (await fetch('many-writers.model')).arrayBuffer();
    await app.use('file', { name: 'many-writers.model', bytes: new Uint8Array(model) });
    // The digits of the first screen whole and begun, small in a corner, slanted, a dot, and nothing.
    const changes = [([x, y]) => [x, y], ([x, y]) => [0.1 + 0.3 * x, 0.6 + 0.3 * y], ([x, y]) => [0.2 + 0.6 * x + 0.25 * (0.5 - y), y]];
    const drawings = digits.flatMap(({ strokes }) => changes.map((change) => strokes.map((points) => points.map(change))));
    drawings.push(...digits.map(({ strokes: [points] }) => [points.slice(0, points.length >> 1)]), [[[0.5, 0.5]]], []);
    return drawings.map((strokes) => {
      pad.show(strokes);
      const picture = pad.pixels();
      const found = first.read(picture);
      let expected = null;
      try {
        const { label, probabilities, pixels } = app.reader.recognise(picture.height, picture.width, picture.rgba);
        expected = { label, probabilities, pixels };
      } catch { /* there is no digit */ }
      return [found && { label: found.label, probabilities: [...found.probabilities], pixels: [...found.pixels] }, expected];
    });
  });
  assert.equal(pairs.length, 42);
  for (const [found, expected] of pairs) {
    // The library's probabilities come as the shortest decimals of single precision.
    if (found) found.probabilities = found.probabilities.map(Math.fround);
    if (expected) expected.probabilities = expected.probabilities.map(Math.fround);
    assert.deepEqual(found, expected);
  }
  const right = pairs.slice(0, 30).filter(([found], i) => found.label === [3, 7, 4, 8, 2, 5, 6, 0, 9, 1][Math.floor(i / 3)]);
  assert.ok(right.length >= 29, `${right.length} of 30 are read right`);
  assert.equal(pairs.at(-1)[0], null, 'nothing is no digit');
});

onPage('digits draw themselves until the visitor draws one; it survives a reload, and not the tab', async (page) => {
  const shown = await text(page, '#first-digit');
  await page.waitForFunction((shown) => document.querySelector('#first-digit').textContent !== shown, shown);
  await drawFirst(page);
  await reads(page, 3);
  // The show does not come back.
  await page.waitForTimeout(3000);
  assert.equal(await text(page, '#first-digit'), '3');
  await page.waitForFunction(() => /^The network reads 3, \d+%\.$/.test(document.querySelector('#first-said-en').textContent));
  await page.reload();
  await ready(page);
  await reads(page, 3);
  await page.click('#first-clear');
  assert.match(await page.innerText('#first-answer'), /^Draw a digit on the paper\.$/);
  await page.reload();
  await ready(page);
  assert.ok(await page.isVisible('#first-turn'), 'a cleared paper is not kept');
});

onPage('"Your turn" clears the paper and leads to it, also by keyboard', async (page) => {
  await page.focus('#first-turn');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.id === 'first-pad');
  for (const key of [...Array(11).fill('ArrowUp'), 'Space', ...Array(24).fill('ArrowDown')]) await page.keyboard.press(key);
  await reads(page, 1);
});

onPage('with less motion, the first digit stays as it is', async (page) => {
  const before = await page.innerHTML('#first-bars');
  await page.waitForTimeout(5000);
  assert.equal(await page.innerHTML('#first-bars'), before);
}, { reducedMotion: 'reduce' });

onPage('after training, the visitor’s own network reads on the first screen', async (page) => {
  await drawFirst(page);
  // The answer to the whole drawing.
  await page.waitForFunction(() => document.querySelector('#first-said-en').textContent.includes('3'));
  const before = await page.innerHTML('#first-bars');
  assert.ok(await page.isVisible('#first .for-many'));
  await train(page);
  await page.waitForSelector('#first .for-trained:visible');
  assert.ok(await page.isHidden('#first .for-many'));
  assert.notEqual(await page.innerHTML('#first-bars'), before);
  await page.selectOption('#evaluation .in-use select', 'shipped');
  await page.waitForSelector('#first .for-many:visible');
  assert.equal(await page.innerHTML('#first-bars'), before);
});

test('if the rest of the page does not come, the first screen says so and still reads', async () => {
  const page = await visitWithout((path) => path.endsWith('/js/main.js'), { isBroken: true });
  await page.waitForSelector('#failed:visible');
  assert.match(await page.innerText('#failed'), /rechargez la page/);
  assert.ok(await page.isHidden('#loading'));
  await drawFirst(page);
  await reads(page, 3);
  await page.context().close();
});

test('nothing moves while the page opens', async () => {
  for (const viewport of [{ width: 390, height: 844 }, { width: 1280, height: 900 }]) {
    const page = await visit(world, { viewport });
    const shift = await page.evaluate(() => new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries().reduce((sum, { value }) => sum + value, 0))).observe({ type: 'layout-shift', buffered: true });
      setTimeout(() => resolve(0), 500);
    }));
    assert.ok(shift < 0.1, `a shift of ${shift}`);
    await page.context().close();
  }
});
