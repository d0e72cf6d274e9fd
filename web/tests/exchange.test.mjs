// Exchange between the page and the command: the same training, model files both ways, a class's files.

import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { ROOT, addThrees, command, drawThree, drawings, open, ready, train, visit } from './browser.mjs';

const world = open();
const folder = mkdtempSync(join(tmpdir(), 'chiffres-'));
after(() => rmSync(folder, { recursive: true }));

const chiffres = (...args) => execFileSync(command(), args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Clicks a button that saves a file, and returns the path of the file. */
async function save(page, selector, name) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(selector)]);
  const path = join(folder, name);
  await download.saveAs(path);
  return path;
}

/** The command's answers on all test images with a model. */
function predictions(model) {
  const indices = Array.from({ length: 797 }, (_, i) => String(1000 + i));
  return chiffres('predict', model, ...indices, '--json', '--device', 'flex').trim().split('\n').map((line) => JSON.parse(line));
}

/** The page's answers on all test images with the network in use. */
const answers = (page) => page.evaluate(async () => {
  const { app } = window.chiffres;
  return app.engine.evaluate();
});

function assertEqualAnswers(page, command) {
  assert.equal(page.answers.length, command.length);
  page.answers.forEach((answer, i) => {
    assert.equal(answer.index, command[i].index);
    assert.equal(String(answer.label), command[i].label, `image ${answer.index}`);
    assert.deepEqual(answer.probabilities, command[i].probabilities, `image ${answer.index}`);
  });
}

for (const [name, fragment] of [
  ['the article', "#name='mlp'&optimizer.weight_decay=1e-4"],
  ['two layers, ReLU and Adam', "#seed=3&model.hidden=[20,12]&model.activation='relu'&optimizer.kind='adam'&optimizer.learning_rate=0.01&training.epochs=40"],
  ['filters', "#seed=2&model.filters=[4,8]&model.activation='relu'&training.epochs=30"],
  ['varied images', "#seed=1&training.epochs=60&augmentation.shift=0.5&augmentation.rotation=10.0&augmentation.elastic=0.3&model.activation='gelu'&optimizer.schedule='cosine'"],
]) {
  test(`the page and the command train to the same predictions: ${name}`, async () => {
    const page = await visit(world, { fragment });
    await train(page);
    await page.click('#network-share summary');
    const toml = await save(page, '#network-save-toml', 'page.toml');
    chiffres('train', toml, '--device', 'flex', '--name', 'page', '--exist-ok', '--progress', 'none');
    assertEqualAnswers(await answers(page), predictions('page'));
    // The command reads the model that the page saves.
    const model = await save(page, '#evaluation .in-use button', 'page.model');
    assertEqualAnswers(await answers(page), predictions(model));
    assert.deepEqual(page.complaints, []);
    await page.context().close();
    rmSync(join(folder, 'artifacts'), { recursive: true });
  });
}

test('a model file of a run is used on the page, and saved again byte by byte', async () => {
  chiffres('train', '--help');
  const page = await visit(world);
  await page.click('#network-share summary');
  const toml = await save(page, '#network-save-toml', 'run.toml');
  chiffres('train', toml, '--device', 'flex', '--name', 'run', '--set', 'model.hidden=[11]', '--progress', 'none');
  const run = join(folder, 'artifacts/run/model');
  await page.setInputFiles('#evaluation .in-use input[type="file"]', run);
  await page.waitForFunction(() => /64 → 11 → 10/.test(document.querySelector('#evaluation .in-use .note').textContent));
  assertEqualAnswers(await answers(page), predictions('run'));
  assert.deepEqual(readFileSync(await save(page, '#evaluation .in-use button', 'again.model')), readFileSync(run));
  // The page also takes the resolved configuration of the run.
  await page.setInputFiles('#network-open-toml', join(folder, 'artifacts/run/config.toml'));
  await page.waitForFunction(() => location.hash.includes('model.hidden=[11]'));

  const whole = readFileSync(run);
  const broken = Buffer.from(whole);
  broken[broken.length - 9] ^= 1;
  for (const [name, bytes, reason] of [
    ['truncated', whole.subarray(0, 1000), /cut short/],
    ['altered', broken, /digest/],
    ['a text', Buffer.from('Dear diary'), /not a model|is not a usable model/],
  ]) {
    await page.setInputFiles('#evaluation .in-use input[type="file"]', { name, mimeType: 'application/octet-stream', buffer: bytes });
    await page.waitForFunction((name) => document.querySelector('#messages')?.textContent.includes(`${name}:`), name);
    assert.match(await page.textContent('#messages .message'), reason);
    assert.match(await page.textContent('#evaluation .in-use .note'), /64 → 11 → 10/, 'nothing has changed');
  }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('the network in use leaves the page for other programs, and answers there as here', async () => {
  const page = await visit(world);
  const form = page.locator('#evaluation .in-use select').nth(1);
  const saved = async (value, name) => {
    await form.selectOption(value);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#evaluation .in-use button')]);
    assert.equal(download.suggestedFilename(), name);
    await download.saveAs(join(folder, name));
    return join(folder, name);
  };
  const [module, header, onnx] = [await saved('js', 'many-writers.mjs'), await saved('c', 'many_writers.h'), await saved('onnx', 'many-writers.onnx')];
  const expected = await answers(page);
  const { classify } = await import(pathToFileURL(module));
  const { pixels } = await page.evaluate(() => window.chiffres.app.digits);
  const image = (index) => Array.from({ length: 64 }, (_, i) => pixels[64 * index + i]);
  assert.equal(expected.answers.length, 797);
  for (const { index, label, probabilities } of expected.answers) {
    const found = classify(image(index));
    assert.equal(found.name, String(label), `image ${index}`);
    probabilities.forEach((p, i) => assert.ok(Math.abs(p - found.probabilities[i]) < 1e-6, `image ${index}`));
  }

  // The command writes the same.
  const model = await saved('model', 'model');
  renameSync(model, join(folder, 'many-writers.model'));
  for (const [format, path] of [['js', module], ['c', header]]) {
    chiffres('export', 'many-writers.model', '--to', format, '-o', `command.${format}`);
    assert.equal(readFileSync(path, 'utf8'), readFileSync(join(folder, `command.${format}`), 'utf8'));
  }
  const python = process.env.PYTHON;
  if (python) {
    const labels = execFileSync(python, ['-c', `
import json, sys, numpy, onnxruntime
pixels = numpy.array(json.load(sys.stdin), numpy.uint8).reshape(-1, 8, 8)
print(onnxruntime.InferenceSession(${JSON.stringify(onnx)}).run(["label"], {"pixels": pixels})[0].tolist())`], {
      encoding: 'utf8', input: JSON.stringify(expected.answers.map(({ index }) => image(index))),
    });
    assert.deepEqual(JSON.parse(labels), expected.answers.map(({ label }) => label));
  }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('the JavaScript with a reader makes the same pixels of a canvas as the page, and answers as it', async () => {
  const page = await visit(world);
  await page.locator('#evaluation .in-use select').nth(1).selectOption('canvas');
  const path = await save(page, '#evaluation .in-use button', 'many-writers-canvas.mjs');
  const text = readFileSync(path, 'utf8');
  assert.ok(text.length < 130_000, `${text.length} bytes`);
  // Drawings of this page's pad, and what the page makes of them.
  const drawn = [];
  for (let hand = 0; hand < 3; hand += 1) {
    await page.evaluate(() => document.querySelector('#drawing-clear').click());
    await drawThree(page, hand);
    drawn.push(await page.evaluate(() => {
      const { width, height } = document.querySelector('#drawing-pad');
      const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
      copy.drawImage(document.querySelector('#drawing-pad'), 0, 0);
      const { data } = copy.getImageData(0, 0, width, height);
      const { label, probabilities, pixels } = window.chiffres.app.reader.recognise(height, width, data);
      return { width, height, data: Array.from(data), label, probabilities, pixels: Array.from(pixels) };
    }));
  }
  const assertAnswers = (found) => drawn.forEach(({ label, probabilities, pixels }, i) => {
    assert.deepEqual(Array.from(found[i].pixels), pixels, `drawing ${i}`);
    assert.equal(found[i].label, label);
    probabilities.forEach((p, digit) => assert.ok(Math.abs(p - found[i].probabilities[digit]) < 1e-6, `drawing ${i}`));
  });
  const { classify, classifyCanvas } = await import(pathToFileURL(path));
  const inNode = [];
  for (const { width, height, data } of drawn) inNode.push(await classifyCanvas({ width, height, data: Uint8ClampedArray.from(data) }));
  assertAnswers(inNode);
  assert.equal(await classifyCanvas({ width: 30, height: 30, data: new Uint8ClampedArray(3600).fill(255) }), null);
  assert.deepEqual(classify(inNode[0].pixels).probabilities, inNode[0].probabilities);

  // On a page of somebody else.
  world.site.replaced['/theirs/many-writers-canvas.js'] = text;
  world.site.replaced['/theirs/index.html'] = '<!doctype html><title>theirs</title>';
  const theirs = await page.context().newPage();
  await theirs.goto(`${world.site.url}theirs/index.html`);
  assertAnswers(await theirs.evaluate(async (drawn) => {
    const { classifyCanvas } = await import('./many-writers-canvas.js');
    return Promise.all(drawn.map(async ({ width, height, data }) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      canvas.getContext('2d').putImageData(new ImageData(Uint8ClampedArray.from(data), width, height), 0, 0);
      const { label, probabilities, pixels } = await classifyCanvas(canvas);
      return { label, probabilities, pixels: Array.from(pixels) };
    }));
  }, drawn));
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('networks of scikit-learn come in, and the visitor is asked what their files do not say', async () => {
  const page = await visit(world);
  const fixtures = join(ROOT, 'tests/fixtures/imports');
  const { images, files } = JSON.parse(readFileSync(join(fixtures, 'sklearn.json'), 'utf8'));
  const digits = Object.entries(files).filter(([, { classes }]) => classes.join() === '0,1,2,3,4,5,6,7,8,9');
  assert.ok(digits.length > 2);
  for (const [name, { scale, probabilities }] of digits) {
    await page.setInputFiles('#evaluation .in-use input[type="file"]', join(fixtures, name));
    await page.click(`#evaluation .in-use .asking [data-scale="${scale}"]`);
    await page.waitForFunction((name) => window.chiffres.app.network.file === name, name);
    assert.ok(await page.isHidden('#evaluation .in-use .asking'), name);
    const found = new Map((await answers(page)).answers.map((answer) => [answer.index, answer]));
    images.forEach((image, i) => probabilities[i].forEach((p, label) => {
      assert.ok(Math.abs(p - found.get(image).probabilities[label]) < 1e-6, `${name}, image ${image}`);
    }));
  }

  // The images that it learnt from are not known, and so no doubt.
  await drawThree(page);
  await page.waitForFunction(() => document.querySelector('#drawing-hint').textContent.includes('are not known'));

  // What the page has written says it all.
  const before = await answers(page);
  await page.locator('#evaluation .in-use select').nth(1).selectOption('onnx');
  const onnx = await save(page, '#evaluation .in-use button', 'again.onnx');
  await page.setInputFiles('#evaluation .in-use input[type="file"]', onnx);
  await page.waitForFunction(() => window.chiffres.app.network.file === 'again.onnx');
  assert.deepEqual((await answers(page)).answers, before.answers);

  await page.setInputFiles('#evaluation .in-use input[type="file"]', join(fixtures, 'zipmap.onnx'));
  await page.click('#evaluation .in-use .asking [data-scale="1"]');
  await page.waitForFunction(() => document.querySelector('#messages').textContent.includes('eight, five, four'));
  // What only the command asks for.
  await page.setInputFiles('#evaluation .in-use input[type="file"]', join(fixtures, 'relu.safetensors'));
  await page.waitForFunction(() => /does not say the activation/.test(document.querySelector('#messages').textContent));
  assert.match(await page.textContent('#messages'), /“chiffres import” asks for it/);
  // No pickle is opened.
  const pickle = { name: 'model.pkl', mimeType: 'application/octet-stream', buffer: Buffer.from([0x80, 4, 0x95, 0]) };
  await page.setInputFiles('#evaluation .in-use input[type="file"]', pickle);
  await page.waitForFunction(() => document.querySelector('#messages').textContent.includes('skops.io'));
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('a class trains with the command as on the page, and its drawings come back from both files', async () => {
  const page = await visit(world);
  await addThrees(page, 'Zoé', 4);
  await page.click('#class-train');
  await page.waitForSelector('#class-table', { timeout: 120_000 });
  await save(page, '#class-save-all', 'chiffres-class.csv');
  await save(page, '#class-save-toml', 'chiffres-class.toml');
  const out = JSON.parse(chiffres('train', 'chiffres-class.toml', '--device', 'flex', '--name', 'class', '--json', '--progress', 'none'));
  assert.ok(out, 'the command trains on it');
  const model = await save(page, '#evaluation .in-use button', 'class.model');
  const evaluate = (model) => JSON.parse(chiffres('evaluate', model, '--json', '--device', 'flex'));
  assert.deepEqual(evaluate(model).confusion, evaluate('class').confusion);

  const csv = await save(page, '#class-save-csv', 'drawings.csv');
  const npz = await save(page, '#class-save-npz', 'drawings.npz');
  const python = process.env.PYTHON;
  if (python) {
    const shapes = execFileSync(python, ['-c', `
import numpy
a = numpy.load(${JSON.stringify(npz)})
print(a["x"].shape, a["x"].dtype, a["y"].tolist(), a["group"].tolist(), a["x"].max() <= 16)`], { encoding: 'utf8' });
    assert.equal(shapes.trim(), '(4, 8, 8) uint8 [3, 3, 3, 3] [0, 0, 0, 0] True');
  }
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await ready(page);
  for (const [file, count] of [[csv, 4], [csv, 4], [npz, 4]]) {
    await page.setInputFiles('#class-open', file);
    await drawings(page, count);
  }
  assert.match(await page.textContent('#class-list'), /Zoé/);
  await page.waitForFunction(() => /4 .*already/.test(document.querySelector('#class-opened').textContent));
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await ready(page);
  await page.setInputFiles('#class-open', npz);
  await drawings(page, 4);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('a network of colours is refused in a sentence, and the one before it stays', { skip: !process.env.PYTHON }, async () => {
  execFileSync(process.env.PYTHON, ['-c', `
import numpy
numpy.savez("colours.npz", x=numpy.arange(40 * 8 * 8 * 3).reshape(40, 8, 8, 3).astype(numpy.uint8), y=numpy.arange(40) % 10)`], { cwd: folder });
  writeFileSync(join(folder, 'colours.toml'), '[data]\nsource = "npz"\npath = "colours.npz"\nchannels = 3\n[training]\nepochs = 1\nbatch_size = 10\n');
  chiffres('train', 'colours.toml', '--device', 'flex', '--name', 'colours', '--progress', 'none');
  const page = await visit(world);
  const before = await page.evaluate(() => window.chiffres.app.network.name);
  await page.setInputFiles('#evaluation .in-use input[type=file]', join(folder, 'artifacts/colours/model'));
  await page.waitForFunction(() => /images in colour, but the digits of the page are grey/.test(document.querySelector('#messages').textContent));
  assert.equal(await page.evaluate(() => window.chiffres.app.network.name), before);
  await page.context().close();
});
