// Photographs as telephones make them: lying on their side with a note which way is up, and very large.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT, drawings, open, pageTests } from './browser.mjs';
import { bytesOf, noted, redrawn } from './photographs.mjs';

const onPage = pageTests(open());

const SHEET = readFileSync(join(ROOT, 'tests/fixtures/sheets/sheet.png'));
const DIGIT = readFileSync(join(ROOT, 'tests/fixtures/handwriting/7-paper28219.jpg'));

/** A picture in a file, drawn anew by the browser. */
const redrawnBy = async (page, picture, { type = 'image/png', turns = 0, width = 0 } = {}) => {
  const source = `(${redrawn})(...${JSON.stringify([picture.toString('base64'), type, turns, width])})`;
  return bytesOf(await page.evaluate(source));
};

/** The same photograph twice: on its side with a note, and upright without one. */
async function bothWays(page, picture) {
  const onSide = await redrawnBy(page, picture, { type: 'image/jpeg', turns: 3 });
  return [noted(onSide), await redrawnBy(page, onSide, { turns: 1 })];
}

const jpeg = (buffer, name = 'photo.jpg') => ({ name, mimeType: 'image/jpeg', buffer });
const png = (buffer) => ({ name: 'photo.png', mimeType: 'image/png', buffer });
const text = (page, selector) => page.textContent(selector);

/** Reads a photograph of a sheet: the drawings, and the boxes that are listed. */
async function sheetOf(page, file) {
  await page.setInputFiles('#class-sheet-photos', file);
  await page.waitForFunction(() => /1 sheet was read/.test(document.querySelector('#class-sheets-said').textContent), null, { timeout: 120_000 });
  const read = await page.evaluate(() => ({
    drawings: JSON.parse(localStorage.getItem('chiffres-class')),
    boxes: [...document.querySelectorAll('#class-sheets-found ul li')].map(({ textContent }) => textContent.trim()),
    found: document.querySelector('#class-sheets-found').textContent,
  }));
  await page.click('#class-delete-all button');
  await page.click('#class-delete-all .answer-yes');
  await drawings(page, 0);
  return read;
}

onPage('a photograph of a sheet on its side has the same boxes as the upright one', async (page) => {
  const [onSide, upright] = await bothWays(page, SHEET);
  const [found, expected] = [await sheetOf(page, jpeg(onSide)), await sheetOf(page, png(upright))];
  assert.ok(expected.drawings.length > 20, `${expected.drawings.length} drawings`);
  assert.deepEqual(found.drawings, expected.drawings);
  assert.deepEqual(found.boxes, expected.boxes);
});

onPage('a photograph of more than 25 million pixels is read too, and the page says that it was reduced', async (page) => {
  const { drawings: expected } = await sheetOf(page, png(SHEET));
  const large = await redrawnBy(page, SHEET, { type: 'image/jpeg', width: 4600 });
  const found = await sheetOf(page, jpeg(large));
  assert.equal(found.drawings.length, expected.length);
  assert.match(found.found, /photo\.jpg: The photograph has \d\d million pixels: it was reduced to be read\./);
});

/** The answer of section 5 to a picture. */
async function answerTo(page, file) {
  await page.setInputFiles('#drawing-file', file);
  await page.waitForFunction((name) => document.querySelector('#drawing-picture').textContent.includes(name), file.name);
  await page.waitForFunction(() => /^\d \(/.test(document.querySelector('#drawing-answer').textContent));
  const said = await page.evaluate(() => new Promise((resolve) => {
    setTimeout(() => resolve(['#drawing-answer', '#drawing-bars', '#drawing-picture figcaption'].map((part) => document.querySelector(part).textContent)), 500);
  }));
  return { answer: said[0], shares: said[1], caption: said[2] };
}

onPage('a photograph of a digit: on its side, and very large', async (page) => {
  const [onSide, upright] = await bothWays(page, DIGIT);
  const [found, expected] = [await answerTo(page, jpeg(onSide)), await answerTo(page, png(upright))];
  assert.match(found.answer, /^7 /);
  assert.equal(found.shares, expected.shares);
  assert.doesNotMatch(found.caption, /reduced/);
  const large = await answerTo(page, jpeg(await redrawnBy(page, DIGIT, { type: 'image/jpeg', width: 6000 }), 'large.jpg'));
  assert.match(large.answer, /^7 /);
  assert.match(large.caption, /^large\.jpg, 6000×\d+ pixels\. The photograph has \d\d million pixels: it was reduced to be read\.$/);
});

onPage('a photograph of a code: on its side, and very large', async (page) => {
  await page.evaluate(() => {
    const { digits } = window.chiffres.app;
    const list = Array.from({ length: 10 }, (_, i) => ({ label: digits.labels[i], author: 'Ada', pixels: Array.from(digits.pixels.subarray(64 * i, 64 * (i + 1))) }));
    localStorage.setItem('chiffres-class', JSON.stringify(list));
    window.dispatchEvent(new StorageEvent('storage', { key: 'chiffres-class' }));
  });
  await page.click('#class-show-codes:enabled');
  await page.waitForSelector('#class-code-view[open]');
  const code = Buffer.from(await page.evaluate(() => {
    const { canvas } = document.querySelector('#class-code').getContext('2d');
    const large = document.createElement('canvas');
    [large.width, large.height] = [8 * canvas.width, 8 * canvas.height];
    const context = large.getContext('2d');
    context.imageSmoothingEnabled = false;
    context.drawImage(canvas, 0, 0, large.width, large.height);
    return large.toDataURL().split(',')[1];
  }), 'base64');
  await page.click('#class-code-close');
  for (const [photograph, words] of [
    [(await bothWays(page, code))[0], /^The drawings of Ada are already there\.$/],
    [await redrawnBy(page, code, { type: 'image/jpeg', width: 5400 }), /^The drawings of Ada are already there\. The photograph has 29 million pixels: it was reduced to be read\.$/],
  ]) {
    await page.evaluate(() => { document.querySelector('#class-codes-said').textContent = ''; });
    await page.setInputFiles('#class-code-photo', jpeg(photograph));
    await page.waitForFunction(() => document.querySelector('#class-codes-said').textContent !== '', null, { timeout: 60_000 });
    assert.match(await text(page, '#class-codes-said'), words);
  }
});
