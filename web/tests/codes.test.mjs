// Codes of drawings, shown by one device and scanned by another; and photographs of sheets.

import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FLAGS, ROOT, chromium, command, drawings, open, pageTests, visit } from './browser.mjs';

const world = open();
const onPage = pageTests(world);
const folder = mkdtempSync(join(tmpdir(), 'chiffres-'));
after(() => rmSync(folder, { recursive: true }));

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Scans what is shown for barriers. */
async function assertNoBarriers(page) {
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const { violations } = await page.evaluate(() => axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`), []);
}

/** Puts drawings of a person into the class: the page's digits. */
const put = (page, author, count) => page.evaluate(({ author, count }) => {
  const { digits } = window.chiffres.app;
  const list = Array.from({ length: count }, (_, i) => ({ label: digits.labels[i], author, pixels: Array.from(digits.pixels.subarray(64 * i, 64 * (i + 1))) }));
  localStorage.setItem('chiffres-class', JSON.stringify(list));
  window.dispatchEvent(new StorageEvent('storage', { key: 'chiffres-class' }));
  return list;
}, { author, count });

const kept = (page) => page.evaluate(() => JSON.parse(localStorage.getItem('chiffres-class') ?? '[]'));

/** Shows the code of ten drawings: the drawings, and the squares of the code with the light ones around it. */
async function shownCode(page, author) {
  const list = await put(page, author, 10);
  await page.click('#class-show-codes:enabled');
  await page.waitForSelector('#class-code-view[open]');
  const code = await page.evaluate(() => {
    const canvas = document.querySelector('#class-code');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return { side: canvas.width, light: Array.from({ length: canvas.width ** 2 }, (_, i) => data[4 * i] > 128) };
  });
  return { list, code };
}

/** A picture of a code, in grey: seen from the side, on grey paper, with soft edges and noise. */
function photographed({ side, light }, width, height) {
  // The corners of the code on the picture, clockwise from the top left.
  const [a, b, c, d] = [[0.27, 0.12], [0.8, 0.17], [0.76, 0.92], [0.22, 0.84]].map(([x, y]) => [x * width, y * height]);
  // The projection of the unit square onto these corners (Heckbert, 1989), inverted.
  const [dx1, dx2, sx] = [b[0] - c[0], d[0] - c[0], a[0] - b[0] + c[0] - d[0]];
  const [dy1, dy2, sy] = [b[1] - c[1], d[1] - c[1], a[1] - b[1] + c[1] - d[1]];
  const det = dx1 * dy2 - dx2 * dy1;
  const [g, h] = [(sx * dy2 - dx2 * sy) / det, (dx1 * sy - sx * dy1) / det];
  const m = [b[0] - a[0] + g * b[0], d[0] - a[0] + h * d[0], a[0], b[1] - a[1] + g * b[1], d[1] - a[1] + h * d[1], a[1], g, h, 1];
  const inverse = [
    m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
    m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
    m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3],
  ];
  const at = (x, y) => {
    const [u, v, w] = [0, 3, 6].map((row) => inverse[row] * x + inverse[row + 1] * y + inverse[row + 2]);
    const [column, line] = [Math.floor(u / w * side), Math.floor(v / w * side)];
    if (column < 0 || line < 0 || column >= side || line >= side) return 150;
    return light[line * side + column] ? 225 : 40;
  };
  let seed = 1;
  const noise = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return 16 * (seed / 2147483648 - 0.5);
  };
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const mean = [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]].reduce((sum, [dx, dy]) => sum + at(x + dx, y + dy), 0) / 4;
    return Math.max(0, Math.min(255, mean + noise()));
  });
}

/** A grey picture as a file that the browser writes: PNG, or JPEG. */
async function file(page, grey, width, type = 'image/jpeg') {
  const bytes = await page.evaluate(async ({ grey, width, type }) => {
    const values = Uint8Array.from(atob(grey), (character) => character.charCodeAt(0));
    const canvas = new OffscreenCanvas(width, values.length / width);
    const image = new ImageData(width, values.length / width);
    values.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
    canvas.getContext('2d').putImageData(image, 0, 0);
    const blob = await canvas.convertToBlob({ type, quality: 0.9 });
    return Array.from(new Uint8Array(await blob.arrayBuffer()));
  }, { grey: Buffer.from(grey).toString('base64'), width, type });
  return { name: 'photo.jpg', mimeType: type, buffer: Buffer.from(bytes) };
}

test('a code goes from one device to the camera of another, and nothing is sent', async () => {
  const pupil = await visit(world, { viewport: { width: 390, height: 844 } });
  const { list, code } = await shownCode(pupil, 'Zoé 7');
  assert.match(await pupil.textContent('#class-code-words'), /Zoé 7: 0 1 2 3 4 5 6 7 8 9/);
  await assertNoBarriers(pupil);
  // Large enough on a telephone: each square has four pixels and more.
  const { width } = await pupil.locator('#class-code').boundingBox();
  assert.ok(width / code.side >= 4, `${width} pixels for ${code.side} squares`);

  const [columns, rows] = [1280, 960];
  const grey = photographed(code, columns, rows);
  const colours = Buffer.alloc(columns * rows / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.from(grey), colours]);
  const film = join(folder, 'camera.y4m');
  writeFileSync(film, Buffer.concat([Buffer.from(`YUV4MPEG2 W${columns} H${rows} F10:1 Ip A1:1 C420jpeg\n`), frame, frame, frame]));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...FLAGS, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${film}`],
  });
  try {
    const teacher = await visit({ ...world, browser }, { permissions: ['camera'] });
    await teacher.click('#class-scan');
    await drawings(teacher, 10);
    assert.deepEqual(await kept(teacher), list);
    await teacher.waitForFunction(() => /10 drawings by Zoé 7/.test(document.querySelector('#class-scan-said').textContent));
    const requests = [];
    teacher.on('request', (request) => requests.push(request.url()));
    await teacher.waitForTimeout(500);
    await assertNoBarriers(teacher);
    await teacher.click('#class-scan-close');
    await teacher.waitForFunction(() => document.querySelector('#class-video').srcObject === null);
    assert.deepEqual(requests, []);
    assert.deepEqual(teacher.complaints, []);
  } finally {
    await browser.close();
  }
  assert.deepEqual(pupil.complaints, []);
  await pupil.context().close();
});

onPage('without a camera a photograph of the code serves; one that is damaged, or of something else, is told in a sentence', async (page) => {
  const { list, code } = await shownCode(page, '12');
  await page.click('#class-code-close');
  await put(page, '12', 0);
  await drawings(page, 0);
  await page.click('#class-scan');
  await page.waitForFunction(() => /no camera/.test(document.querySelector('#messages').textContent));

  const [columns, rows] = [1600, 1200];
  const grey = photographed(code, columns, rows);
  await page.setInputFiles('#class-code-photo', await file(page, grey, columns));
  await drawings(page, 10);
  assert.deepEqual(await kept(page), list);
  await page.setInputFiles('#class-code-photo', await file(page, grey, columns));
  await page.waitForFunction(() => /12 are already there/.test(document.querySelector('#class-codes-said').textContent));

  // A hand lies on a third of it.
  const covered = grey.map((value, i) => (i % columns > 0.55 * columns && i / columns > 0.3 * rows && i / columns < 0.75 * rows ? 90 : value));
  await page.setInputFiles('#class-code-photo', await file(page, covered, columns));
  await page.waitForFunction(() => /this code is damaged/.test(document.querySelector('#messages').textContent));
  await page.setInputFiles('#class-code-photo', await file(page, grey.map(() => 200), columns));
  await page.waitForFunction(() => /no code on this photograph/.test(document.querySelector('#messages').textContent));
  assert.equal((await kept(page)).length, 10);
});

onPage('a photograph of a sheet is read on the page as by the command', async (page) => {
  const photograph = join(ROOT, 'tests/fixtures/sheets/sheet.png');
  // Some boxes are empty, and the command ends well.
  const text = execFileSync(command(), ['sheet', 'read', photograph, '-o', 'class.csv', '--json'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [sheet] = JSON.parse(text).sheets;
  await page.setInputFiles('#class-sheet-photos', photograph);
  await page.waitForFunction(() => /1 sheet was read/.test(document.querySelector('#class-sheets-said').textContent), null, { timeout: 60_000 });
  const all = await kept(page);
  assert.equal(all.length, sheet.digits);
  assert.ok(all.every(({ author }) => author === '7'));

  const rows = readFileSync(join(folder, 'class.csv'), 'utf8').trim().split('\n').map((line) => line.split(','));
  const header = rows.shift();
  const [label, first] = [header.indexOf('label'), header.indexOf('pixel0')];
  assert.deepEqual(all.map(({ label }) => label), rows.map((row) => Number(row[label])));
  assert.deepEqual(all.map(({ pixels }) => pixels), rows.map((row) => row.slice(first, first + 64).map(Number)));

  // The same boxes are listed, with the same words.
  const listed = sheet.boxes.filter(({ findings }) => findings.length > 0 && !findings.includes('empty'));
  const shown = await page.$$eval('#class-sheets-found ul li', (items) => items.map(({ textContent }) => textContent.trim()));
  assert.equal(shown.length, 2);
  assert.deepEqual(shown, listed.map(({ row, label, read_as: digit, confidence }) =>
    `row ${row}, digit ${label}: looks like a ${digit} (${(100 * confidence).toFixed(0)} % sure)`));

  await assertNoBarriers(page);

  // A photograph of something else.
  await page.setInputFiles('#class-sheet-photos', join(ROOT, 'web/www/preview.png'));
  await page.waitForFunction(() => /preview.png: there is no sheet on it/.test(document.querySelector('#class-sheets-found').textContent));
});
