// For teachers: links that choose language, parts and size; the way back; messages beside controls; print; the lesson's sheet.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { draw, open, pageTests, ready, ROOT, three, train, visit } from './browser.mjs';

const world = open();
const onPage = pageTests(world);

const shown = (page) => page.$$eval('main > section', (all) => all.filter((section) => section.checkVisibility()).map(({ id }) => id));
const settled = (page) => page.evaluate(async () => {
  for (let last = -1; last !== scrollY;) {
    last = scrollY;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return scrollY;
});

onPage('a link chooses language, parts and size', async (page) => {
  assert.equal(await page.getAttribute('html', 'lang'), 'fr');
  assert.deepEqual(await shown(page), ['training', 'drawing']);
  assert.deepEqual(await page.$$eval('.contents a', (all) => all.filter((link) => link.checkVisibility({ visibilityProperty: true })).map(({ hash }) => hash)), ['#training', '#drawing']);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), '24px');
  assert.ok(await page.isHidden('#training-seed'));
  await train(page);
}, { fragment: '?lang=fr&show=training,drawing&big&hide=training-seed' });

onPage('a link without known parts shows all of them', async (page) => {
  assert.ok((await shown(page)).length >= 8);
  assert.ok(await page.isVisible('#first-pad'));
}, { fragment: '?show=nothing' });

onPage('the page makes such a link, with the present experiment', async (page) => {
  await page.fill('#training-seed', '7');
  await page.press('#training-seed', 'Enter');
  await page.waitForFunction(() => location.hash.includes('seed=7'));
  await page.click('#teacher summary');
  for (const name of ['first', 'images', 'inside']) await page.uncheck(`#teacher-parts [value="${name}"]`);
  await page.check('#teacher-big');
  const link = await page.getAttribute('#teacher-link', 'href');
  await page.goto(link);
  await page.reload();
  await ready(page).catch(() => {});
  assert.equal(await page.inputValue('#training-seed'), '7');
  const parts = await shown(page);
  assert.ok(parts.includes('training') && !parts.includes('inside') && !parts.includes('first'), parts.join());
});

onPage('Back leads to where one was, and neither away nor to an earlier experiment', async (page) => {
  await page.evaluate(() => scrollTo({ top: 300, behavior: 'instant' }));
  await page.click('.contents a[href="#drawing"]');
  const there = await settled(page);
  assert.ok(there > 1000, `${there}`);
  await page.fill('#training-seed', '7');
  await page.press('#training-seed', 'Enter');
  await page.waitForFunction(() => location.hash.includes('seed=7'));
  await page.click('.contents a[href="#class"]');
  await settled(page);
  await page.goBack();
  await settled(page);
  await page.goBack();
  const back = await settled(page);
  assert.ok(back < 1000, `${back}`);
  assert.equal(await page.inputValue('#training-seed'), '7');
  assert.match(page.url(), /seed=7/);
});

onPage('a drawing in section 5 survives a reload, and the place on the page too', async (page) => {
  await draw(page, three());
  await page.waitForFunction(() => document.querySelector('#drawing-answer').textContent.startsWith('3 ('));
  await settled(page);
  const top = () => page.evaluate(() => document.querySelector('#drawing-pad').getBoundingClientRect().top);
  const before = await top();
  await page.reload();
  await ready(page);
  await page.waitForFunction(() => document.querySelector('#drawing-answer').textContent.startsWith('3 ('));
  await settled(page);
  assert.ok(Math.abs(await top() - before) < 100, `${await top()} instead of ${before}`);
});

for (const viewport of [{ width: 390, height: 844 }, { width: 1280, height: 900 }]) {
  test(`a message stands beside its control and does not cover it: ${viewport.width} pixels wide`, async () => {
    const page = await visit(world, { viewport, locale: 'fr-FR' });
    for (const field of ['#training-seed', '#network-learningRate', '#network-validation']) {
      await page.evaluate((field) => { for (let part = document.querySelector(field); part; part = part.parentElement) if (part.tagName === 'DETAILS') part.open = true; }, field);
      await page.fill(field, '-1');
      await page.press(field, 'Enter');
      await page.waitForSelector('#messages .message');
      await settled(page);
      const [box, control] = await Promise.all(['#messages .message', field].map((selector) => page.locator(selector).boundingBox()));
      const [above, below] = [control.y - (box.y + box.height), box.y - (control.y + control.height)];
      assert.ok(Math.max(above, below) >= 0 && Math.max(above, below) < 120, `${field}: ${JSON.stringify([box, control])}`);
      assert.ok(box.y >= -1 && box.y + box.height <= viewport.height + 1 && box.x >= 0 && box.x + box.width <= viewport.width, `${field}: in view, ${JSON.stringify(box)}`);
      assert.match(await page.textContent('#messages'), /Rien n’a changé/);
      await page.click('#messages button');
    }
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

onPage('on paper there are results, and what explains the page is left out', async (page) => {
  await page.emulateMedia({ media: 'print' });
  const isPrinted = (selector) => page.locator(selector).first().isVisible();
  for (const selector of ['#first', '#images', '#training', '#drawing', '#class', '#network-form', 'footer']) assert.ok(!(await isPrinted(selector)), selector);
  await page.emulateMedia({ media: 'screen' });
  await train(page);
  await draw(page, three());
  await page.waitForFunction(() => document.querySelector('#drawing-answer').textContent.startsWith('3 ('));
  await page.emulateMedia({ media: 'print' });
  for (const selector of ['#training-status', '#training-loss', '#evaluation-result', '#evaluation-confusion', '#drawing-answer', '#drawing-pad']) assert.ok(await isPrinted(selector), selector);
  for (const selector of ['#training-play', '#drawing-clear', '#evaluation-interval', 'input']) assert.ok(!(await isPrinted(selector)), selector);
});

test('the sheet of the lesson is one page of A4 in both languages', async () => {
  for (const language of ['fr', 'en']) {
    const page = await world.browser.newPage();
    await page.goto(`${world.site.url}lesson/${language}.html`);
    assert.equal(await page.getAttribute('html', 'lang'), language);
    const paper = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    assert.equal(paper.match(/\/Type\s*\/Page\b/g).length, 1, language);
    await page.close();
  }
});

test('the page has a title and a picture for messengers', () => {
  const page = readFileSync(join(ROOT, 'web/dist/index.html'), 'utf8');
  for (const name of ['og:title', 'og:description', 'og:image']) assert.match(page, new RegExp(`property="${name}" content="[^"]+"`));
  // The first bytes of a PNG file, and its size of 1200x630.
  const picture = readFileSync(join(ROOT, 'web/dist/preview.png'));
  assert.deepEqual([picture.toString('latin1', 1, 4), picture.readUInt32BE(16), picture.readUInt32BE(20)], ['PNG', 1200, 630]);
});
