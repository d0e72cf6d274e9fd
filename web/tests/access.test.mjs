// Accessibility: keyboard, telephone, both colour schemes, screen readers.

import test from 'node:test';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

import { addThrees, drawings, drawThree, open, train, trained, visit } from './browser.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const world = open();

for (const [language, colorScheme, viewport] of [
  ['en-GB', 'light', { width: 1280, height: 900 }],
  ['fr-FR', 'dark', { width: 360, height: 740 }],
]) {
  test(`the scan for barriers finds nothing: ${language}, ${colorScheme}, ${viewport.width} pixels wide`, async () => {
    const page = await visit(world, { locale: language, colorScheme, viewport, bypassCSP: true, reducedMotion: 'reduce' });
    await train(page);
    await drawThree(page);
    await page.waitForFunction(() => /\d/.test(document.querySelector('#drawing-answer').textContent));
    // A class with its scores, a deleted drawing, a question, the images of a cell, explanations, and an error.
    await addThrees(page, 'Ada', 3);
    await page.click('#class-train');
    await page.waitForSelector('#class-table', { timeout: 120_000 });
    await page.click('#class-list summary');
    await page.click('#class-list .delete-one >> nth=0');
    await page.click('#class-list .person .ask');
    await page.click('#evaluation-wrong');
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
      for (const value of document.querySelectorAll('#inside-forward .value, #inside-backward .value')) value.click();
    });
    await page.setInputFiles('#class-open', { name: 'bad.csv', mimeType: 'text/csv', buffer: Buffer.from('label,p\n') });
    await page.waitForSelector('#messages .message');
    await page.addScriptTag({ path: AXE });
    const { violations } = await page.evaluate(() => axe.run());
    const found = violations.map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes.map(({ target }) => target.join(' ')).slice(0, 3).join(', ')}`);
    assert.deepEqual(found, []);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test('a telephone: nothing is wider than the screen, and a finger draws', async () => {
  const page = await visit(world, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, locale: 'fr-FR', deviceScaleFactor: 2 });
  await page.selectOption('#training-pace', 'full');
  await page.tap('#training-play');
  await trained(page);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wider, 0);
  const pad = page.locator('#drawing-pad');
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  const client = await page.context().newCDPSession(page);
  const touch = (type, point) => client.send('Input.dispatchTouchEvent', {
    type, touchPoints: point ? [{ x: box.x + point[0] * box.width, y: box.y + point[1] * box.height }] : [],
  });
  await touch('touchStart', [0.5, 0.15]);
  for (let y = 0.2; y < 0.88; y += 0.05) await touch('touchMove', [0.5, y]);
  await touch('touchEnd');
  await page.waitForFunction(() => document.querySelector('#drawing-answer').textContent.startsWith('1 ('));
  // The other sections, by taps. The browser takes a tap right after a fast stroke as part of the stroke.
  await page.waitForTimeout(500);
  await page.tap('#class-author');
  await page.keyboard.type('Zoé');
  await page.tap('#class-add');
  await drawings(page, 1);
  await page.tap('#images-classes button:nth-child(8)');
  await page.waitForFunction(() => / 7\. /.test(document.querySelector('#images-caption').textContent));
  await page.tap('#network-recipe');
  await page.waitForSelector('#network-recipe[aria-pressed="true"]');
  await page.tap('#training-step');
  await page.waitForFunction(() => window.chiffres.app.training.step === 1);
  await page.tap('#evaluation-wrong');
  await page.waitForSelector('#evaluation-pictures li');
  await page.tap('#inside-forward .neurons-list button');
  await page.waitForSelector('#inside-forward-panel:visible');
  await page.tap('#inside-forward-close');
  // Controls are large enough for a finger.
  const small = await page.$$eval('main button, main select, main .button', (all) => all
    .filter((control) => control.checkVisibility() && !control.closest('table, .neurons-list, .inputs, .matrix, .terms, [id^=inside-]'))
    .filter((control) => Math.min(control.getBoundingClientRect().width, control.getBoundingClientRect().height) < 32)
    .map((control) => control.id || control.textContent));
  assert.deepEqual(small, []);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('the keyboard alone reaches every section, from the language to the class', async () => {
  const page = await visit(world);
  /** Presses Tab until it reaches the element. */
  async function reach(selector, key = 'Tab') {
    for (let i = 0; i < 300; i += 1) {
      if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
      await page.keyboard.press(key);
    }
    assert.fail(`${selector} is not reached by ${key}`);
  }
  await reach('[data-language="fr"]');
  await page.keyboard.press('Enter');
  assert.equal(await page.getAttribute('html', 'lang'), 'fr');
  await reach('#images-slider');
  await page.keyboard.press('ArrowRight');
  assert.match(await page.textContent('#images-caption'), /Image 1 /);
  await reach('#training-play');
  await reach('#training-pace');
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.inputValue('#training-pace'), 'full');
  await reach('#training-play', 'Shift+Tab');
  await page.keyboard.press('Space');
  await trained(page);
  await reach('#evaluation-confusion button');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('#evaluation-pictures li').length > 0);
  // An image opens its probabilities, and these lead to section 6.
  await reach('#evaluation-pictures button.answer');
  await page.keyboard.press('Enter');
  await reach('#evaluation-follow');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.id === 'inside-title');
  await reach('#inside-forward .neurons-list button');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#inside-forward-panel').checkVisibility());
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.activeElement.matches('#inside-forward .neurons-list button'));
  await reach('#drawing-pad', 'Shift+Tab');
  // Move up, put the pen down, move down: a one.
  for (let i = 0; i < 12; i += 1) await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Space');
  for (let i = 0; i < 26; i += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.waitForFunction(() => document.querySelector('#drawing-answer').textContent.startsWith('1 ('));
  await reach('#class-author');
  await page.keyboard.type('Ada');
  await page.keyboard.press('Enter');
  await drawings(page, 1);
  await reach('#class-list summary');
  await page.keyboard.press('Enter');
  await reach('#class-list .delete-one');
  await page.keyboard.press('Enter');
  await drawings(page, 0);
  // The settings, and the network in use.
  await reach('#network-neurons', 'Shift+Tab');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash.includes('model.hidden=[16]'));
  await reach('#evaluation .in-use select');
  await page.keyboard.press('ArrowUp');
  await page.waitForFunction(() => window.chiffres.app.network.origin === 'shipped');
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

for (const viewport of [{ width: 360, height: 740 }, { width: 768, height: 1024 }, { width: 1280, height: 900 }]) {
  test(`the list of contents leads to the beginning of each part: ${viewport.width} pixels wide`, async () => {
    for (const part of ['evaluation', 'class']) {
      // A fresh page each time, because sections off screen have no layout yet.
      const page = await visit(world, { viewport });
      await page.click(`.contents a[href="#${part}"]`);
      await page.evaluate(async () => {
        for (let last = -1; last !== scrollY;) {
          last = scrollY;
          await new Promise((resolve) => setTimeout(resolve, 300));
        }
      });
      const apart = await page.evaluate((part) => document.getElementById(part).getBoundingClientRect().top
        - document.querySelector('.contents').getBoundingClientRect().bottom, part);
      assert.ok(apart > -2 && apart < 30, `${part}: ${apart} pixels below the list`);
      await page.context().close();
    }
  });
}

test('visitors who want no motion get none', async () => {
  const page = await visit(world, { reducedMotion: 'reduce' });
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), 'auto');
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('a printed page has its numbers and pictures, and no controls', async () => {
  const page = await visit(world);
  await train(page);
  await page.waitForSelector('#evaluation-confusion button');
  await page.emulateMedia({ media: 'print' });
  const isPrinted = (selector) => page.locator(selector).first().isVisible();
  for (const selector of ['#evaluation-confusion button', '#evaluation-pictures button', '#inside-forward .value', '#network button[aria-pressed="true"]']) {
    assert.ok(await isPrinted(selector), selector);
  }
  for (const selector of ['.contents', '#training-play', '.languages', '.in-use select']) {
    assert.ok(!(await isPrinted(selector)), selector);
  }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
