// The larger network, which answers beside that of the page once the visitor asks; and who taught the network of the page.

import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ROOT, command, drawOn, drawThree, open, pageTests, three, train, visit } from './browser.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const folder = mkdtempSync(join(tmpdir(), 'chiffres-'));
after(() => rmSync(folder, { recursive: true }));

const world = open();
const onPage = pageTests(world);

const text = (page, selector) => page.textContent(selector);
const said = (page, root, words) => page.waitForFunction(([root, words]) => {
  const line = document.querySelector(`${root} .result`);
  return line.checkVisibility() && new RegExp(words).test(line.textContent);
}, [root, words.source]);
/** A 0 with a bar: the article's training images have none. */
const BARRED = [
  Array.from({ length: 25 }, (_, i) => [0.5 + 0.2 * Math.sin(i * Math.PI / 12), 0.5 - 0.32 * Math.cos(i * Math.PI / 12)]),
  [[0.68, 0.2], [0.32, 0.8]],
];

onPage('the larger network gives the answers of the command', async (page) => {
  const found = await page.evaluate(async () => {
    const load = (path) => import(new URL(path, document.baseURI));
    const [{ later }, { digits }, { makePad }] = await Promise.all(['js/later.js', 'js/first/strokes.js', 'js/pad.js'].map(load));
    const pad = makePad(document.createElement('canvas'), { onChange() {}, onPen() {} });
    const changes = [([x, y]) => [x, y], ([x, y]) => [0.1 + 0.3 * x, 0.6 + 0.3 * y], ([x, y]) => [0.2 + 0.6 * x + 0.25 * (0.5 - y), y]];
    const answers = [];
    for (const { strokes } of digits) {
      for (const change of changes) {
        pad.show(strokes.map((points) => points.map(change)));
        const { height, width, rgba } = pad.pixels();
        const { pixels } = window.chiffres.app.reader.recognise(height, width, rgba);
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [width, height];
        canvas.getContext('2d').putImageData(new ImageData(rgba, width, height), 0, 0);
        const { label, probabilities } = await later().larger(Uint8Array.from(pixels));
        answers.push({ picture: canvas.toDataURL().split(',')[1], label, probabilities: [...probabilities] });
      }
    }
    return answers;
  });
  assert.equal(found.length, 30);
  // Its size is the one that the page names.
  const model = readFileSync(join(ROOT, 'data/reading.model'));
  const tensors = JSON.parse(model.subarray(8, 8 + Number(model.readBigUInt64LE())));
  const sizes = Object.entries(tensors).filter(([name]) => /\.(weight|bias)$/.test(name)).map(([, { shape }]) => shape.reduce((product, length) => product * length, 1));
  assert.equal(sizes.reduce((sum, size) => sum + size, 0), await page.evaluate(async () => (await import(new URL('js/larger.js', document.baseURI))).PARAMETERS));
  const files = found.map(({ picture }, i) => {
    const file = join(folder, `${i}.png`);
    writeFileSync(file, Buffer.from(picture, 'base64'));
    return file;
  });
  const lines = execFileSync(command(), ['predict', 'reading', ...files, '--json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  lines.trim().split('\n').map((line) => JSON.parse(line)).forEach(({ label, probabilities }, i) => {
    assert.equal(String(found[i].label), label, files[i]);
    // The command writes the shortest decimals of single precision.
    assert.deepEqual(found[i].probabilities, probabilities.map(Math.fround), files[i]);
  });
});

test('nothing of the larger network is loaded before the visitor asks; then its line follows the drawing', async () => {
  for (const [locale, ask, words, about] of [
    ['en-GB', 'What does a larger network say?', /^A larger network also reads 3 \(\d+%\)\.$/, /^It has 6,090 weights and biases, this one 1,135\./],
    ['fr-FR', 'Que dit un réseau plus grand\u00a0?', /^Un réseau plus grand lit aussi un 3 \(\d+\s%\)\.$/, /^Il a 6\s090 poids et biais, celui-ci 1\s135\./],
  ]) {
    const page = await visit(world, { locale, serviceWorkers: 'block', bypassCSP: true, isFolded: true });
    const requests = [];
    page.on('request', (request) => requests.push(request.url().split('/').at(-1)));
    assert.ok(await page.isHidden('#first-larger'), 'digits that draw themselves are not the visitor’s');
    await drawOn(page, '#first-pad', three());
    await page.waitForSelector('#first-larger button:visible');
    assert.equal(await text(page, '#first-larger button'), ask);
    assert.deepEqual(requests, []);
    await page.click('#first-larger button');
    await said(page, '#first-larger', words);
    assert.match(await text(page, '#first-larger .note'), about);
    assert.ok(requests.includes('reading.model') && requests.includes('later_bg.wasm.gz'), requests.join(' '));
    assert.ok(await page.isHidden('#first-larger button'));
    await page.addScriptTag({ path: AXE });
    const { violations } = await page.evaluate(() => axe.run('#first'));
    assert.deepEqual(violations.map(({ id }) => id), []);
    await page.click('#first-clear');
    assert.ok(await page.isHidden('#first-larger'));
    await drawOn(page, '#first-pad', [[[0.5, 0.15], [0.5, 0.85]]]);
    await said(page, '#first-larger', / 1 \(/);
    assert.deepEqual(page.complaints.filter((complaint) => !/Service Worker registration blocked/.test(complaint)), []);
    await page.context().close();
  }
});

onPage('where both networks differ, the line says so, and it changes with the network in use', async (page) => {
  await train(page);
  await drawOn(page, '#drawing-pad', BARRED);
  await page.waitForFunction(() => /^[1-9] \(/.test(document.querySelector('#drawing-answer').textContent));
  await page.click('#drawing-larger button');
  await said(page, '#drawing-larger', /^A larger network reads 0 \(\d+%\), not [1-9]\.$/);
  await page.fill('#network-neurons', '30');
  await page.press('#network-neurons', 'Enter');
  await page.waitForFunction(() => window.chiffres.app.experiment.shape.parameters === 2260);
  await train(page);
  await page.waitForFunction(() => /this one 2,260\./.test(document.querySelector('#drawing-larger .note').textContent));
  // A network that is larger still.
  await page.fill('#network-neurons', '96');
  await page.press('#network-neurons', 'Enter');
  await page.waitForFunction(() => window.chiffres.app.experiment.shape.parameters === 7210);
  await train(page);
  await said(page, '#drawing-larger', /^Another network (also )?reads 0 \(\d+%\)/);
});

test('on the sixth card of the lesson, the larger network reads the visitor’s digit too', async () => {
  const page = await visit(world, { viewport: { width: 390, height: 844 }, bypassCSP: true, isFolded: true });
  await page.evaluate(() => localStorage.setItem('chiffres-lesson', JSON.stringify({ card: 5, done: [0, 1, 2, 3, 4] })));
  await page.reload();
  await page.waitForFunction(() => window.chiffres?.app.training?.isDone && document.querySelector('#lesson-pad'), null, { timeout: 60_000 });
  await drawOn(page, '#lesson-pad', three());
  await page.waitForFunction(() => document.querySelector('#lesson-stage .reading').textContent.startsWith('3 ('));
  await page.click('#lesson-stage .larger button');
  await said(page, '#lesson-stage .larger', /^A larger network also reads 3 /);
  await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate(() => axe.run('#lesson'));
  assert.deepEqual(violations.map(({ id }) => id), []);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('if the larger network does not come, the page says so, and the visitor can ask again', async () => {
  const page = await visit(world, { serviceWorkers: 'block' });
  await page.route('**/reading.model', (route) => route.abort());
  await drawThree(page);
  await page.click('#drawing-larger button');
  await page.waitForSelector('#messages .message');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.click('#drawing-larger button');
  await said(page, '#drawing-larger', / 3 \(/);
  await page.context().close();
});

onPage('the network of the page says who taught it, and what is said about its images is true', async (page) => {
  const note = () => text(page, '#drawing .in-use .note');
  assert.match(await text(page, '#drawing .in-use summary'), /taught by 250 writers/);
  assert.match(await note(), /^“many-writers”, 64 → 15 → 10 neurons, 1,135 weights and biases, seed 0\. It has learnt from 60,000 digits that some 250 people wrote \(MNIST\)/);
  // It has never seen the 797 test images, which stay those of the article whatever the experiment.
  assert.match(await text(page, '#evaluation-result'), /^47 of 797 wrong: 5\.9%/);
  assert.ok(await page.isVisible('#evaluation-new-images'));
  await drawThree(page);
  await page.waitForFunction(() => document.querySelector('#drawing-answer').textContent.startsWith('3 ('));
  assert.equal(await text(page, '#drawing-neighbours-title'), 'The five images of this page nearest to it');
  await page.click('#drawing-meant .digits button:nth-child(9)');
  await page.waitForSelector('#drawing-meant .why:visible');
  assert.match(await text(page, '#drawing-meant .why'), /nearest images of this page\. The network has learnt from many others too/);
  // It has not learnt from the class.
  assert.ok(await page.isEnabled('#class-compare option[value="inUse"]'));
  // A network that is trained here has learnt from the page's images alone.
  await train(page);
  await page.waitForFunction(() => document.querySelector('#drawing-neighbours-title').textContent === 'The five training images nearest to it');
  await page.evaluate(async () => {
    const { app } = window.chiffres;
    await app.takeExperiment(await app.engine.configure([['data.train', '500']]));
  });
  await page.selectOption('#evaluation .in-use select', 'shipped');
  await page.waitForFunction(() => /^47 of 797/.test(document.querySelector('#evaluation-result').textContent));
});
