// Networks with stages of convolution: the setting, training, files, the inside, and the picture of the network.

import test from 'node:test';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { command, drawThree, open, pageTests, ready, train, trained, visit } from './browser.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const SMALL = '#model.filters=[4,8]&training.epochs=3';

const world = open();
const onPage = pageTests(world);

/** Traces image 5 with the trained network. */
async function inspect(page) {
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  await page.fill('#inside-index', '5');
  await page.press('#inside-index', 'Enter');
  await page.waitForFunction(() => document.querySelector('#inside-caption').textContent.startsWith('Image 5'));
}

onPage('filters are chosen among the settings, with the number of parameters beside, in the TOML and in the address', async (page) => {
  assert.equal(await page.textContent('#network-filters-count'), '1,135 weights and biases in all');
  await page.selectOption('#network-filters', 'small');
  await page.waitForFunction(() => /991/.test(document.querySelector('#network-filters-count').textContent));
  assert.match(await page.textContent('#network-parameters'), /^8×8 → 4×4×4 → 2×2×8 → 15 → 10: 991 weights/);
  await page.click('.field:has(#network-filters) summary');
  assert.match(await page.textContent('.field:has(#network-filters) details'), /window of 3×3 pixels/);
  await page.waitForFunction(() => /^filters = \[4, 8\]/m.test(document.querySelector('#network-toml').value));
  await page.waitForFunction(() => location.hash.includes('model.filters='));
  await page.reload();
  await ready(page);
  assert.equal(await page.inputValue('#network-filters'), 'small');
  // Filters that a file has, and no other option has.
  await page.evaluate(async () => {
    const { app } = window.chiffres;
    await app.takeExperiment(await app.engine.configure([['model.filters', '[5]']]));
  });
  await page.waitForFunction(() => document.querySelector('#network-filters').value === 'more');
  await page.selectOption('#network-filters', 'none');
  await page.waitForFunction(() => /1,135/.test(document.querySelector('#network-filters-count').textContent));
});

onPage('more stages than the images can be halved are refused in a sentence', async (page) => {
  const message = await page.evaluate(async () => {
    try {
      await window.chiffres.app.engine.configure([['model.filters', '[2, 2, 2, 2]']]);
      return 'taken';
    } catch ({ kind, details }) {
      return `${kind}: ${JSON.stringify(details.en)}`;
    }
  });
  assert.match(message, /^config: .*8x8/);
});

onPage('a network with filters learns, reads a drawing, and is evaluated', async (page) => {
  await page.selectOption('#network-filters', 'large');
  await page.waitForFunction(() => /2,383/.test(document.querySelector('#network-filters-count').textContent));
  await train(page);
  await page.waitForFunction(() => / of 797/.test(document.querySelector('#evaluation-result').textContent));
  const [, errors] = (await page.textContent('#evaluation-result')).match(/^(\d+) of 797/);
  // The article's perceptron misreads 49.
  assert.ok(Number(errors) < 60, `${errors} errors`);
  await drawThree(page);
  await page.waitForFunction(() => document.querySelector('#drawing-answer').textContent.startsWith('3 ('));
}, { fragment: '#training.epochs=100' });

test('a model file goes from the command to the page and back, with the same answers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chiffres-'));
  const run = (...args) => execFileSync(command(), args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const errors = (file) => JSON.parse(run('evaluate', file, '--json')).errors;
  run('train', 'cnn-digits', '--set', 'training.epochs=20', '--device', 'flex', '--progress', 'none');
  // Outside the run's folder, whose images exports would name too.
  const model = join(folder, 'cnn-digits.model');
  renameSync(join(folder, 'artifacts/cnn-digits/model'), model);
  const page = await visit(world);
  await page.setInputFiles('.in-use input[type="file"] >> nth=0', model);
  await page.waitForFunction(() => /cnn-digits/.test(document.querySelector('.in-use').textContent) && / of 797/.test(document.querySelector('#evaluation-result').textContent));
  await page.waitForFunction((errors) => document.querySelector('#evaluation-result').textContent.startsWith(`${errors} of 797`), errors(model));
  const back = await page.evaluate(async () => Array.from(await window.chiffres.app.engine.model()));
  assert.ok(readFileSync(model).equals(Buffer.from(back)), 'the page writes another file than it read');
  // Both write the same for other programs.
  for (const format of ['js', 'c']) {
    await page.selectOption('#evaluation .in-use select >> nth=1', format);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#evaluation .in-use button')]);
    await download.saveAs(join(folder, `page.${format}`));
    run('export', model, '--to', format, '-o', `command.${format}`);
    assert.ok(readFileSync(join(folder, `page.${format}`)).equals(readFileSync(join(folder, `command.${format}`))), format);
  }
  // The experiment of the file trains on the page, and the command reads what comes of it.
  const trainedHere = await page.evaluate(async () => {
    const { app } = window.chiffres;
    await app.takeExperiment(await app.engine.loadToml('cnn.toml', app.network.toml));
    await app.engine.timeEpochs();
    await app.engine.useTrained();
    return Array.from(await app.engine.model());
  });
  const file = join(folder, 'from-the-page.model');
  writeFileSync(file, Buffer.from(trainedHere));
  assert.equal(errors(file), errors(model));
  assert.deepEqual(page.complaints, []);
  await page.context().close();
  rmSync(folder, { recursive: true });
});

onPage('inside, every number of a map is explained by its four windows', async (page) => {
  await train(page);
  await inspect(page);
  const { trace, shown } = await page.evaluate(async () => {
    const { app } = window.chiffres;
    const trace = await app.engine.trace(app.image(5), app.digits.labels[5], true);
    const words = (selector) => document.querySelector(`#inside-forward-${selector}`).textContent;
    const shown = [];
    const groups = document.querySelectorAll('#inside-forward .maps');
    for (const [stage, group] of groups.entries()) {
      for (const [filter, choice] of [...group.querySelectorAll('button')].entries()) {
        choice.click();
        for (const [at, number] of group.nextElementSibling.querySelectorAll('button').entries()) {
          number.click();
          const marked = [...document.querySelectorAll('#inside-forward .in-window')].map((cell) => [...cell.parentElement.children].indexOf(cell));
          const windows = [...document.querySelectorAll('#inside-forward-details .windows button')].map((button) => {
            button.click();
            return [button.textContent, document.querySelector('#inside-forward-details .formula').textContent];
          });
          shown.push({ stage, filter, at, number: number.textContent, formula: document.querySelector('#inside-forward-words .formula').textContent, title: words('title'), windows, marked });
        }
      }
    }
    return { trace, shown };
  });
  // 4 maps of 4x4, and 8 of 2x2.
  assert.equal(shown.length, 4 * 16 + 8 * 4);
  const value = (text) => Number(text.replaceAll('−', '-').replace(/·10(.*)$/, (_, power) => `e${[...power].map((sign) => (sign === '⁻' ? '-' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(sign))).join('')}`));
  const near = (found, expected, what, apart = 2e-3) => assert.ok(Math.abs(found - expected) <= apart * Math.max(1, Math.abs(expected)), `${what}: ${found}, expected ${expected}`);
  for (const { stage, filter, at, formula, windows, title, marked } of shown) {
    const { image: [, width], sums, outputs, weights: { outputs: filters, bias } } = trace.stages[stage];
    const columns = width / 2;
    const [row, column] = [Math.floor(at / columns), at % columns];
    assert.equal(title, `filter ${filter + 1} of stage ${stage + 1}, row ${row + 1}, column ${column + 1}`);
    const own = [0, 1, 2, 3].map((corner) => sums[((2 * row + (corner >> 1)) * width + 2 * column + corner % 2) * filters + filter]);
    // The pixels of the window that has won.
    const winner = own.indexOf(Math.max(...own));
    const [y, x] = [2 * row + (winner >> 1), 2 * column + winner % 2];
    const isInWindow = (at) => Math.abs(Math.floor(at / width) - y) <= 1 && Math.abs(at % width - x) <= 1;
    assert.deepEqual(marked, Array.from({ length: width * width }, (_, at) => at).filter(isInWindow));
    const [, inside, kept] = formula.match(/^max\(0, (.*)\) = (.*)$/);
    inside.split(', ').forEach((text, i) => near(value(text), own[i], formula));
    near(value(kept), outputs[at * filters + filter], formula);
    near(Math.max(0, ...own), outputs[at * filters + filter], title);
    windows.forEach(([button, words], i) => {
      near(value(button.replace('✓ ', '')), own[i], button, 5e-3);
      assert.equal(button.startsWith('✓'), own[i] > 0 && own[i] === Math.max(...own) && own.indexOf(own[i]) === i);
      const [, first, products, sum] = words.match(/^bias (.*) \+ products \(?(.*?)\)? = (.*)$/);
      near(value(first), bias[filter], words);
      near(value(first) + value(products), value(sum), words);
      near(value(sum), own[i], words);
    });
  }
}, { fragment: SMALL });

onPage('what the ink says for one digit and against another adds up to the difference of their scores', async (page) => {
  await train(page);
  const [parts, added] = await page.evaluate(async () => {
    const { app } = window.chiffres;
    const { engine } = app;
    const pixels = app.image(5);
    const difference = async (pixels) => {
      const { layers } = await engine.trace(pixels, 5, false);
      return layers.at(-1).sums[5] - layers.at(-1).sums[9];
    };
    const parts = await engine.evidence(pixels, 5, 9);
    return [Array.from(parts), await difference(pixels) - await difference(new Uint8Array(64))];
  });
  const sum = parts.reduce((all, part) => all + part, 0);
  assert.ok(Math.abs(sum - added) < 0.02 * Math.max(1, Math.abs(added)), `${sum}, ${added}`);
}, { fragment: SMALL });

onPage('the gradients of filters agree with trying out', async (page) => {
  await train(page);
  await inspect(page);
  await page.click('#inside-check');
  await page.waitForFunction(() => /All 991 gradients/.test(document.querySelector('#inside-check-result').textContent), null, { timeout: 60_000 });
  const [, mantissa, power] = (await page.textContent('#inside-check-result')).match(/difference is ([\d.]+)·10⁻([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/);
  assert.ok(Number(mantissa) * 10 ** -[...power].map((sign) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(sign)).join('') < 1e-5, `${mantissa}, ${power}`);
  // One filter: its delta, a weight, and the same by trying out.
  await page.click('#inside-backward ul:last-of-type >> nth=-1 >> button >> nth=0');
  await page.click('#inside-gradients table button >> nth=0');
  await page.waitForFunction(() => /away from the gradient/.test(document.querySelector('#inside-weight').textContent));
  assert.match(await page.textContent('#inside-weight'), /added up over all windows/);
}, { fragment: SMALL });

onPage('the living network has a tile for each filter: its weights, and its map while a digit is read', async (page) => {
  const words = (root) => page.textContent(`#${root} .living-words`);
  await page.focus('#training-network .living');
  await page.keyboard.press('ArrowUp');
  await page.waitForFunction(() => /Every filter/.test(document.querySelector('#training-network .living-words').textContent));
  await page.keyboard.press('ArrowDown');
  assert.match(await words('training-network'), /^Filter 1 of stage 1: 9 weights/);
  await page.keyboard.press('ArrowRight');
  assert.match(await words('training-network'), /^Filter 2 of stage 1/);
  await page.keyboard.press('ArrowDown');
  assert.match(await words('training-network'), /^Filter 2 of stage 2: 36 weights/);
  await page.keyboard.press('ArrowDown');
  assert.match(await words('training-network'), /^Neuron 2: 32 weights for the numbers of the maps/);
  await page.keyboard.press('ArrowDown');
  assert.match(await words('training-network'), /^Digit 1/);
  assert.match(await page.textContent('#training-network .living-left'), /block of 3×3 for each map/);
  await train(page);
  await inspect(page);
  await page.focus('#inside-network .living');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  assert.match(await words('inside-network'), /^Filter 1 of stage 1: a map of 4×4/);
  await page.keyboard.press('ArrowDown');
  assert.match(await words('inside-network'), /^Filter 1 of stage 2: a map of 2×2/);
  assert.match(await page.textContent('#inside-network .living-left'), /shows the map of a filter/);
  // Without hidden neurons, and with more filters than there is room for.
  for (const [filters, hidden, left] of [['[11, 7]', '[]', /block of 3×3/], ['[20]', '[15]', /16 of 20/]]) {
    await page.evaluate(async ([filters, hidden]) => {
      const { app } = window.chiffres;
      await app.takeExperiment(await app.engine.configure([['model.filters', filters], ['model.hidden', hidden]]));
    }, [filters, hidden]);
    await page.waitForFunction((left) => new RegExp(left).test(document.querySelector('#training-network .living-left').textContent), left.source);
  }
}, { fragment: SMALL });

for (const [locale, colorScheme, width] of [['en-GB', 'light', 1280], ['fr-FR', 'dark', 360]]) {
  test(`a network with filters: nothing bars the way, and nothing is too wide: ${locale}, ${colorScheme}`, async () => {
    const page = await visit(world, { locale, colorScheme, viewport: { width, height: 800 }, bypassCSP: true, reducedMotion: 'reduce', fragment: SMALL });
    await page.selectOption('#training-pace', 'full');
    await page.click('#training-play');
    await trained(page);
    await page.waitForSelector('#inside-forward .maps');
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
      document.querySelector('#inside-forward .map button').click();
      document.querySelector('#inside-backward ul:last-of-type button').click();
    });
    await page.addScriptTag({ path: AXE });
    const { violations } = await page.evaluate(() => axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).slice(0, 3).join(', ')}`), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}
