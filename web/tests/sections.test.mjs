// The later sections of the page: the test result, a drawing, the inside, a class.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT, addThrees, draw, drawThree, drawings, open, pageTests, ready, three, train, visit } from './browser.mjs';

const world = open();

const onPage = pageTests(world);

const text = (page, selector) => page.textContent(selector);
const complaint = async (page) => {
  await page.waitForSelector('#messages .message');
  return page.textContent('#messages .message');
};
const HANDWRITING = join(ROOT, 'tests/fixtures/handwriting');

onPage('the test result: an error rate under 12 %, the first ten, the matrix, and the way inside', async (page) => {
  await train(page);
  await page.waitForFunction(() => document.querySelector('#evaluation-result').textContent.startsWith('49'));
  const [, errors, rate] = (await text(page, '#evaluation-result')).match(/^(\d+) of 797 wrong: ([\d.]+)% \(95% interval [\d.]+% to [\d.]+%\)/);
  assert.ok(Number(rate) < 12, `${rate} %`);
  const first = await page.$$eval('#evaluation-first li', (all) => all.map((item) => item.textContent));
  assert.equal(first.length, 10);
  // The targets of the article's first ten test images.
  [1, 4, 0, 5, 3, 6, 9, 6, 1, 7].forEach((target, i) => assert.match(first[i], new RegExp(`Digit ${target}|It is an? ${target}`)));
  const counts = await page.$$eval('#evaluation-confusion [data-cell]', (cells) => cells.map((cell) => [cell.dataset.cell, Number(cell.textContent)]));
  const sum = (wanted) => counts.filter(([cell]) => wanted(...cell.split('-'))).reduce((total, [, count]) => total + count, 0);
  assert.equal(sum((target, label) => target !== label), Number(errors));
  assert.equal(sum(() => true), 797);
  const [wrong, count] = counts.find(([cell, number]) => cell[0] !== cell[2] && number > 0);
  await page.click(`[data-cell="${wrong}"]`);
  assert.equal(await page.locator('#evaluation-pictures > li').count(), count);
  await page.click('#evaluation-pictures button.answer');
  await page.click('#evaluation-follow');
  await page.waitForFunction((target) => document.querySelector('#inside-caption').textContent.includes(`digit ${target}`), wrong[0]);
  await page.waitForFunction(() => document.querySelector('#inside').getBoundingClientRect().top < window.innerHeight / 2);
});

onPage('a three that is drawn is read as three, step by step', async (page) => {
  await drawThree(page);
  await page.waitForFunction(() => /^3 \(\d+%\)$/.test(document.querySelector('#drawing-answer').textContent));
  assert.equal(await page.locator('#drawing-steps > li').count(), 6, 'grey, ink, cut out, upright, thickness, 8x8');
  assert.equal(await page.locator('#drawing-neighbours > li').count(), 5);
  assert.match(await text(page, '#drawing-bars'), /3\s*9?\d/);
  await page.click('#drawing-clear');
  await page.waitForFunction(() => !/\d/.test(document.querySelector('#drawing-answer').textContent));
  // A scribble gets an unsure answer.
  await draw(page, [[[0.1, 0.1], [0.9, 0.9]], [[0.9, 0.1], [0.1, 0.9]], [[0.1, 0.5], [0.9, 0.5]], [[0.5, 0.1], [0.5, 0.9]], [[0.1, 0.1], [0.9, 0.1]]]);
  await page.waitForFunction(() => !document.querySelector('#drawing-doubts').hidden);
  for (let stroke = 0; stroke < 5; stroke += 1) await page.click('#drawing-undo');
  await page.waitForFunction(() => !/\d/.test(document.querySelector('#drawing-answer').textContent));
});

onPage('a drawing is answered before the event is over, and answers leave time for the rest', async (page) => {
  const [before, then, atOnce] = await page.evaluate(() => {
    const [pad, answer] = ['drawing-pad', 'drawing-answer'].map((id) => document.getElementById(id));
    const pressed = (key) => ['keydown', 'keyup'].forEach((type) => pad.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true })));
    pad.focus();
    const seen = [answer.textContent];
    pressed(' ');
    seen.push(answer.textContent);
    // A hundred more at the same moment: only some are answered.
    let answers = 0;
    const { reader } = window.chiffres.app;
    window.chiffres.app.reader = { ...reader, recognise: (...picture) => { answers += 1; return reader.recognise(...picture); } };
    for (let key = 0; key < 100; key += 1) pressed(key % 2 === 0 ? 'ArrowDown' : 'ArrowUp');
    for (let key = 0; key < 8; key += 1) pressed('ArrowDown');
    return [...seen, answers];
  });
  assert.equal(before, '–');
  assert.match(then, /^\d \(\d+%\)$/);
  assert.ok(atOnce < 50, `${atOnce} answers`);
  // The last one is answered: a line from the middle downwards is a 1.
  await page.waitForFunction(() => /^1 \(/.test(document.querySelector('#drawing-answer').textContent));
});

/** The answers of the page's own reader and of the worker to the drawing of a three. */
const bothReadings = (page) => page.evaluate(async (stroke) => {
  const { app } = window.chiffres;
  const side = 96;
  const context = document.createElement('canvas').getContext('2d');
  [context.canvas.width, context.canvas.height] = [side, side];
  context.fillStyle = '#fff';
  context.fillRect(0, 0, side, side);
  [context.lineWidth, context.lineCap] = [side / 12, 'round'];
  stroke.forEach(([x, y], i) => (i === 0 ? context.moveTo(x * side, y * side) : context.lineTo(x * side, y * side)));
  context.stroke();
  const pixels = context.getImageData(0, 0, side, side).data;
  const readings = [app.reader.recognise(side, side, pixels), await app.engine.recognise(side, side, pixels)];
  return readings.map(({ pictures, ...said }) => ({ ...said, pictures: [...pictures] }));
}, three()[0]);

onPage('the page reads as the worker does: with the network of the page, a trained one, and one that knows a class', async (page) => {
  const hold = async (origin) => {
    const [here, there] = await bothReadings(page);
    assert.deepEqual(here, there, origin);
    assert.equal(here.neighbours.length, 5);
    return here;
  };
  const shipped = await hold('shipped');
  assert.equal(shipped.label, 3);
  await page.fill('#network-validation', '200');
  await page.press('#network-validation', 'Enter');
  await page.waitForFunction(() => location.hash.includes('data.validation=200'));
  await train(page);
  const trained = await hold('trained');
  assert.notDeepEqual(trained.probabilities, shipped.probabilities);
  // 200 of the images are held out, so the network has not learnt from them.
  assert.equal(await page.evaluate(async () => (await window.chiffres.app.engine.useTrained()).readerState.labels.length), 800);
  await addThrees(page, 'Ada', 3);
  await page.click('#class-train');
  await page.waitForFunction(() => document.querySelectorAll('#class-scores tbody tr').length > 0, null, { timeout: 60_000 });
  await hold('with a class');
  assert.equal(await page.evaluate(async () => (await window.chiffres.app.engine.useTrained()).readerState.labels.length), 802);
});

onPage('a photograph is read, and a drawing after it', async (page) => {
  for (const [name, digit] of [['3-mnist18477.png', 3], ['7-paper28219.jpg', 7], ['0-paper39220.jpg', 0]]) {
    await page.setInputFiles('#drawing-file', join(HANDWRITING, name));
    await page.waitForFunction((digit) => document.querySelector('#drawing-answer').textContent.startsWith(`${digit} (`), digit);
  }
  await page.click('#drawing-back');
  await drawThree(page);
  await page.waitForFunction(() => document.querySelector('#drawing-answer').textContent.startsWith('3 ('));
});

onPage('files that are not pictures, or too large, are refused and change nothing', async (page) => {
  await drawThree(page);
  await page.waitForFunction(() => document.querySelector('#drawing-answer').textContent.startsWith('3 ('));
  const answer = await text(page, '#drawing-answer');
  await page.setInputFiles('#drawing-file', { name: 'diary.png', mimeType: 'image/png', buffer: Buffer.from('Dear diary') });
  assert.match(await complaint(page), /^diary\.png: This file is not a picture that can be read/);
  // A header that declares 20,000 x 20,000 pixels.
  await page.setInputFiles('#drawing-file', { name: 'huge.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="20000" height="20000"><rect width="9" height="9"/></svg>') });
  assert.match(await complaint(page), /^huge\.svg: This picture is too large: 20000×20000, or 400 million pixels/);
  const whole = readFileSync(join(HANDWRITING, '3-mnist18477.png'));
  await page.setInputFiles('#drawing-file', { name: 'cut.png', mimeType: 'image/png', buffer: whole.subarray(0, 60) });
  assert.match(await complaint(page), /^cut\.png: This file is not a picture that can be read/);
  assert.equal(await text(page, '#drawing-answer'), answer);
});

onPage('the inside: every number explained, and gradients that agree with finite differences', async (page) => {
  await page.fill('#inside-index', '3');
  await page.press('#inside-index', 'Enter');
  await page.waitForFunction(() => /digit 3/.test(document.querySelector('#inside-caption').textContent));
  assert.equal(await page.locator('#inside-forward .inputs button').count(), 64);
  await page.locator('#inside-forward .neurons-list button').first().click();
  assert.match(await text(page, '#inside-forward-panel'), /bias/);
  await page.locator('#inside-backward button').first().click();
  assert.match(await text(page, '#inside-backward-panel'), /[Gg]radient/);
  assert.match(await text(page, '#inside-loss'), /before the step/);
  await page.click('#inside-check');
  await page.waitForFunction(() => /1,135/.test(document.querySelector('#inside-check-result').textContent));
  const [, mantissa, exponent] = (await text(page, '#inside-check-result')).match(/([\d.]+)·10(⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+)/);
  const power = Number([...exponent].map((sign) => (sign === '⁻' ? '-' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(sign))).join(''));
  assert.ok(Number(mantissa) * 10 ** power < 1e-5, `${mantissa}e${power}`);
});

/**
 * Evaluates both sides of each equals sign in a formula, given as HTML: `[[left, right, size], ...]`. `size` is the left side
 * with all terms positive, as a measure of rounding.
 */
function sidesOf(html) {
  const code = html
    .replace(/<sup>(.*?)<\/sup>/g, '^($1)').replace(/e\^\(/g, 'Math.exp(')
    .replace(/·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, power) => `e${[...power].map((sign) => (sign === '⁻' ? '-' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(sign))).join('')}`)
    .replace(/^(?:bias|slope:) /, '').replace(/products /, '').replace(/(?<=\d),(?=\d{3})/g, '')
    .replaceAll('−', '-').replaceAll('×', '*').replaceAll('½', '0.5').replaceAll('√(2/π)', 'Math.sqrt(2 / Math.PI)')
    .replace(/\b(tanh|max)\(/g, 'Math.$1(').replace(/\bln\(/g, 'Math.log(').replaceAll('²', '**2').replaceAll('³', '**3')
    .replace(/\|(.*?)\|/g, 'Math.abs($1)').replace(/([\d.]+)%/g, '$1 / 100')
    // JavaScript needs brackets around a negative base and a double negative.
    .replace(/exp\(-\((-[^)]*)\)\)/g, 'exp(-($1))');
  const value = (side) => Function(`"use strict"; return (${side})`)();
  // All signs made positive, except in exponents, powers of ten and subtractions from 1.
  const size = (side) => Math.abs(value(side.replace(/exp\(-/g, 'exp(~').replace(/e-(?=\d)/g, 'e~').replace(/\/ \(1 \+/g, '/ (1 +')
    .replaceAll('-', side.includes('exp') ? '-' : '+').replaceAll('~', '-')));
  const sides = code.split(' = ');
  return sides.slice(1).map((side, i) => [value(sides[i]), value(side), Math.max(size(sides[i]), size(side))]);
}

for (const [name, fragment] of [
  ['logistic, momentum of Nesterov', ''],
  ['tanh, two layers, Adam with a penalty', "#model.activation='tanh'&model.hidden=[12,7]&optimizer.kind='adam'&optimizer.learning_rate=0.01&optimizer.weight_decay=0.01"],
  ['ReLU, AdamW with decay', "#model.activation='relu'&optimizer.kind='adamw'&optimizer.learning_rate=0.01&optimizer.weight_decay=0.1"],
  ['GELU, plain descent with a penalty', "#model.activation='gelu'&optimizer.momentum=0&optimizer.weight_decay=0.01"],
  ['identity, momentum, an offset', "#model.activation='identity'&optimizer.nesterov=false&optimizer.learning_rate=0.01&data.offset=-0.5"],
  ['no hidden layer', '#model.hidden=[]'],
  ['filters, ReLU', "#model.filters=[2,3]&model.activation='relu'&training.epochs=3"],
]) {
  onPage(`every formula that is shown is true: ${name}`, async (page) => {
    await page.click('#training-epoch');
    await page.waitForFunction(() => window.chiffres.app.network.origin === 'trained');
    // The page traces with the new network when the browser is idle. Wait for it, so that no other image comes in between.
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    await page.fill('#inside-index', '5');
    await page.press('#inside-index', 'Enter');
    await page.waitForFunction(() => document.querySelector('#inside-caption').textContent.startsWith('Image 5'));
    const { layers, stages } = await page.evaluate(() => window.chiffres.app.network.shape);
    assert.equal(await page.locator('#inside-backward ul').count(), layers.length - 1 + Math.max(0, stages.length - 1));
    // Each number; and for each delta, a weight and the bias.
    const shown = await page.evaluate(async () => {
      const found = new Set();
      const settled = async () => {
        while (document.querySelector('#inside-weight').textContent.includes('…')) await new Promise((resolve) => setTimeout(resolve, 5));
      };
      const note = (part) => document.querySelectorAll(`#inside-${part} .formula`).forEach((formula) => found.add(formula.innerHTML));
      for (const button of document.querySelectorAll('#inside-forward button.value')) {
        button.click();
        for (const part of ['forward-words', 'forward-details']) note(part);
      }
      for (const button of document.querySelectorAll('#inside-backward button.value')) {
        button.click();
        note('backward-words');
        const choices = document.querySelectorAll('#inside-gradients button[aria-pressed]');
        for (const choice of [choices[choices.length >> 1], choices[choices.length - 1]]) {
          choice.click();
          await settled();
          note('weight');
        }
      }
      return [...found];
    });
    assert.ok(shown.length > 100, `${shown.length} formulas`);
    for (const html of shown) {
      // The slopes of ReLU and GELU are in words; the delta is a formula again.
      const isFormula = html.includes(' = ') && !/ReLU|GELU|activation/.test(html);
      for (const [left, right, size] of isFormula ? sidesOf(html) : []) {
        // Four digits are shown, of factors and of the largest term; in an exponent, rounding counts more. The engine has single precision.
        const rounding = (html.includes('<sup>') ? 1e-2 : 2e-3) * size + (html.endsWith('%') ? 1e-4 : 6e-8);
        assert.ok(Math.abs(left - right) <= rounding, `${html}: ${left}, ${right}, within ${rounding}`);
      }
    }
  }, { fragment });
}

onPage('a drawing is called right or wrong once its digit is chosen', async (page) => {
  await drawThree(page);
  await page.waitForFunction(() => document.querySelector('#drawing-answer').textContent.startsWith('3 ('));
  await page.click('#inside-drawing');
  await page.waitForFunction(() => /Your drawing: the network reads 3 .* Did you mean another digit/.test(document.querySelector('#inside-caption').textContent));
  await page.selectOption('#inside-target', '5');
  await page.waitForFunction(() => /^Your drawing, digit 5\. ✗/.test(document.querySelector('#inside-caption').textContent));
  // When another network reads it, the chosen digit stays.
  await page.click('#training-epoch');
  await page.waitForFunction(() => window.chiffres.app.network.origin === 'trained');
  await page.waitForFunction(() => /^Your drawing, digit 5\./.test(document.querySelector('#inside-caption').textContent));
});

onPage('scores of any size have shares', async (page) => {
  const shares = (scores) => page.evaluate(async (scores) => {
    const { powersOf } = await import(new URL('js/inside/formulas.js', document.baseURI));
    const { shift, powers } = powersOf(scores);
    const whole = powers.reduce((sum, power) => sum + power);
    return [shift, ...powers.map((power) => power / whole)];
  }, scores);
  const expected = [1, 2, 3].map((score) => Math.exp(score) / (Math.exp(1) + Math.exp(2) + Math.exp(3)));
  for (const offset of [0, 2000, -2000]) {
    const [shift, ...found] = await shares([1 + offset, 2 + offset, 3 + offset]);
    assert.equal(shift, offset === 0 ? 0 : 3 + offset);
    found.forEach((share, i) => assert.ok(Math.abs(share - expected[i]) < 1e-12, `${offset}: ${found}`));
  }
});

onPage('a class: drawings, training with them, and the scores before and after', async (page) => {
  await addThrees(page, 'Léa', 4);
  // The drawings are kept on this device, and nowhere else.
  await page.reload();
  await ready(page);
  await drawings(page, 4);
  assert.match(await text(page, '#class-counts'), /4/);
  await page.click('#class-train');
  await page.waitForSelector('#class-table', { timeout: 120_000 });
  assert.match(await text(page, '#class-table'), /Léa/);
  assert.match(await text(page, '#class-table'), /of 2/);
  // The nearest image of a drawing that trained the network is itself.
  await draw(page, three());
  await page.waitForFunction(() => /: 0\.0$|^0\.0|\b0\.0\b/.test(document.querySelector('#drawing-neighbours li')?.textContent ?? ''));
  // The page does not know which images trained a network from a file.
  assert.ok(await page.isHidden('#evaluation-other-images'));
  await page.evaluate(async () => {
    const { app } = window.chiffres;
    await app.use('file', { name: 'model', bytes: await app.engine.model() });
  });
  await page.waitForSelector('#evaluation-other-images:visible');
  assert.ok(await page.isHidden('#evaluation-new-images'));
  assert.match(await text(page, '#training-status'), /with the drawings of the class/);
  // Without the drawings, nothing is said about them.
  await page.click('#class-delete-all button');
  await page.click('#class-delete-all .answer-yes');
  await drawings(page, 0);
  for (const place of ['#class-scores', '#class-opened', '#class-said', '#class-list']) assert.equal(await text(page, place), '', place);
});

onPage('drawings that were deleted are brought back to their places', async (page) => {
  const kept = () => page.evaluate(() => localStorage.getItem('chiffres-class'));
  await addThrees(page, 'Ada', 3);
  const before = await kept();
  await page.click('#class-list summary');
  await page.click('#class-list .delete-one >> nth=1');
  await drawings(page, 2);
  assert.match(await text(page, '#class-deleted-words'), /^1 drawing was deleted/);
  await page.click('#class-take-back');
  await drawings(page, 3);
  assert.equal(await kept(), before);
  assert.ok(await page.isHidden('#class-deleted'));
  assert.equal(await text(page, '#announcements'), 'The deletion was undone.');
  // Two clicks at once delete one drawing, and the deletion can be undone.
  await page.evaluate(() => { for (let i = 0; i < 2; i += 1) document.querySelector('#class-list .delete-one').click(); });
  await drawings(page, 2);
  await page.waitForSelector('#class-deleted:not([hidden])');
  await page.evaluate(() => window.chiffres.app.engine.experiment());
  assert.equal(await text(page, '#class-deleted-words'), '1 drawing was deleted.');
  await page.evaluate(() => { for (let i = 0; i < 2; i += 1) document.querySelector('#class-take-back').click(); });
  await drawings(page, 3);
  assert.equal(await kept(), before);
  // Deleting all drawings of a person needs a confirmation.
  await page.click('#class-list .person .ask');
  await page.click('#class-list .person .answer-no');
  await drawings(page, 3);
  await page.click('#class-list .person .ask');
  await page.click('#class-list .person .answer-yes');
  await drawings(page, 0);
  await page.click('#class-take-back');
  await drawings(page, 3);
  assert.equal(await kept(), before);
  // Any other change makes a deletion final.
  await page.click('#class-list .delete-one >> nth=0');
  await drawings(page, 2);
  await page.setInputFiles('#class-open', { name: 'one.csv', mimeType: 'text/csv', buffer: Buffer.from(`label,group${',p'.repeat(64)}\n7,Zoé${',5'.repeat(64)}\n`) });
  await drawings(page, 3);
  await page.waitForSelector('#class-deleted', { state: 'hidden' });
});

onPage('a class in turn: the page asks for one digit after the other', async (page) => {
  await page.click('#class-in-turn');
  assert.match(await text(page, '#class-said'), /Choose a name/);
  await page.fill('#class-author', 'Ada');
  await page.click('#class-in-turn');
  for (const label of [0, 1]) {
    await page.waitForFunction((label) => document.querySelector('#class-turn-words').textContent.includes(`${label}`), label);
    await drawThree(page, label);
    await page.waitForFunction(() => !document.querySelector('#class-turn-add').disabled);
    await page.click('#class-turn-add');
    await drawings(page, label + 1);
    // The pad is cleared for the next one.
    await page.waitForFunction(() => document.querySelector('#class-turn-add').disabled);
  }
  await page.click('#class-turn-stop');
  assert.ok(await page.isHidden('#class-turn'));
  const kept = await page.evaluate(() => JSON.parse(localStorage.getItem('chiffres-class')));
  assert.deepEqual(kept.map(({ label, author }) => [label, author]), [[0, 'Ada'], [1, 'Ada']]);
});

onPage('files that hold no drawings say so and change nothing', async (page) => {
  const open = (name, content) => page.setInputFiles('#class-open', { name, mimeType: 'text/csv', buffer: Buffer.from(content) });
  await open('short.csv', `label${',p'.repeat(63)}\n3${',1'.repeat(63)}\n`);
  assert.match(await complaint(page), /short\.csv.*63 pixels/s);
  await open('diary.csv', 'Dear diary,\ntoday nothing happened.\n');
  assert.match(await complaint(page), /diary\.csv/);
  await open('broken.npz', 'PK and then nothing');
  assert.match(await complaint(page), /broken\.npz/);
  await drawings(page, 0);
});

onPage('several files of drawings at once: who has drawn what, and all of it on a wall', async (page) => {
  const row = (label, author, ink) => `${label},${author},${Array.from({ length: 64 }, (_, i) => (i === ink ? 16 : 0)).join(',')}\n`;
  const head = `label,author${',p'.repeat(64)}\n`;
  const file = (name, content) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
  await page.setInputFiles('#class-open', [
    file('ada.csv', head + Array.from({ length: 10 }, (_, digit) => row(digit, 'Ada', digit)).join('')),
    file('diary.csv', 'Dear diary,\ntoday nothing happened.\n'),
    file('zoe.csv', head + row(3, 'Zoé', 20) + row(3, 'Zoé', 21)),
  ]);
  await drawings(page, 12);
  assert.match(await text(page, '#class-opened'), /^2 files opened\. 12 drawings were added\./);
  assert.match(await complaint(page), /diary\.csv/);
  const people = await page.$$eval('#class-list summary', (all) => all.map((summary) => summary.textContent));
  assert.doesNotMatch(people[0], /missing/);
  assert.match(people[1], /missing: 0, 1, 2, 4, 5, 6, 7, 8, 9$/);
  await page.click('#class-wall');
  assert.equal(await page.locator('#class-wall-view img').count(), 12);
  assert.equal(await page.locator('.wall-row').count(), 10);
  await page.keyboard.press('Escape');
  assert.ok(!(await page.isVisible('#class-wall-view')));
});

test('an experiment that takes no drawings is refused before anything is trained', async () => {
  const page = await visit(world, { fragment: "#data.split='random'" });
  await addThrees(page, 'Ada', 1);
  await page.selectOption('#training-pace', 'watch');
  await page.click('#training-play');
  await page.waitForFunction(() => window.chiffres.app.training.isPlaying);
  await page.click('#class-train');
  assert.match(await complaint(page), /can only be added to the built-in digits in their order/);
  // The former training run continues, and its button says so.
  const { step } = await page.evaluate(() => window.chiffres.app.training);
  await page.waitForFunction((step) => window.chiffres.app.training.step > step, step);
  assert.equal(await text(page, '#training-play'), 'Pause');
  assert.ok(await page.isEnabled('#class-compare'));
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

onPage('the library speaks French about files and settings', async (page) => {
  const table = (header, row) => Buffer.from(`${header}\n${row}\n`);
  const model = readFileSync(join(ROOT, 'web/dist/many-writers.model'));
  const altered = Buffer.from(model);
  altered[model.length - 3] ^= 1;
  const drawings = async (name, content) => page.setInputFiles('#class-open', { name, mimeType: '', buffer: Buffer.from(content) });
  const network = async (name, content) => page.setInputFiles('#evaluation .in-use input', { name, mimeType: '', buffer: Buffer.from(content) });
  const toml = async (name, content) => page.setInputFiles('#network-open-toml', { name, mimeType: '', buffer: Buffer.from(content) });
  for (const [open, name, content, expected] of [
    [drawings, 'court.csv', table(`label${',p'.repeat(63)}`, `3${',1'.repeat(63)}`), 'Rien n’a changé.une image a 63 pixels, dont on ne peut pas faire un carré — choisissez un fichier de chiffres'],
    [drawings, 'inégal.csv', table(`label${',p'.repeat(64)}`, `3${',1'.repeat(63)}`), 'ligne 2 : la ligne a 64 valeurs, alors que la première en a 65'],
    [drawings, 'encre.csv', table(`label${',p'.repeat(64)}`, `3${',17'.repeat(64)}`), 'ligne 2 : un pixel vaut 17, mais ceux des chiffres vont de 0 à 16'],
    [drawings, 'blanc.csv', table(`label${',p'.repeat(64)}`, `3${',0'.repeat(64)}`), 'dessin 1 : le dessin est vide'],
    [drawings, 'mots.csv', table(`label${',p'.repeat(64)}`, `3${',un'.repeat(64)}`), 'ligne 2, colonne "p" : le pixel "un" n’est pas un nombre'],
    [drawings, 'journal.csv', 'Cher journal', 'ligne 1 : la première ligne a 1 valeur'],
    [drawings, 'vide.csv', '', 'le fichier est vide'],
    [drawings, 'rien.npz', 'PK et puis rien', 'ce n’est pas une archive de tableaux'],
    [network, 'coupé', model.subarray(0, 900), 'il est incomplet, ou a des octets de trop'],
    [network, 'changé', altered, 'son contenu ne correspond pas à son empreinte'],
    [network, 'autre', 'Cher journal', 'il est vide, ou n’est pas un fichier safetensors'],
    [toml, 'a.toml', '[training]\nepochs = -3\nbatch_sise = 2\n', 'a.toml:2:10 : training.epochs vaut -3, mais doit être un nombre entier, de 1 à'],
    [toml, 'b.toml', '[training]\nbatch_sise = 2\n', 'b.toml:2:1 : il n’y a pas de réglage training.batch_sise — vouliez-vous dire training.batch_size ?'],
    [toml, 'e.toml', '[training\nepochs = 3\n[model]\nhidden =\n', 'ce n’est pas du TOML valide : table sans fin, on attend `]`'],
    [toml, 'f.toml', '[model]\nhidden =\n', 'ce n’est pas du TOML valide : valeur absente, ou texte sans guillemets'],
    [toml, 'g.toml', 'seed = 1\nseed = 2\n', 'g.toml:2:1 : ce n’est pas du TOML valide : nom présent deux fois'],
    [toml, 'c.toml', '[model]\nactivation = "sigmoide"\n', 'model.activation vaut "sigmoide", mais doit être "sigmoid"'],
    [toml, 'd.toml', '[data]\ntrain = 1797\n', 'data.train vaut 1797, mais doit laisser une partie des 1797 images pour le test — l’article utilise 1000'],
  ]) {
    await open(name, content);
    await page.waitForFunction(([name]) => document.querySelector('#messages').textContent.startsWith(name), [name]);
    const said = (await text(page, '#messages')).replace(/[\u00a0\u202f]/g, ' ');
    assert.ok(said.includes(expected), `${name}: ${said}`);
    assert.equal(await page.locator('#messages [lang="en"]').count(), 0, `${name}: ${said}`);
  }
}, { locale: 'fr-FR' });
