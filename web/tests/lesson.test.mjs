// The lesson: seven cards, played whole in both languages, on a telephone and on a desktop.

import test from 'node:test';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

import { drawOn, drawThree as drawBelow, open, three, visit } from './browser.mjs';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const world = open();

const DESKTOP = { viewport: { width: 1440, height: 900 } };
const TELEPHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

/** Presses the one button of the card, with a finger where there is one. */
async function press(page, options) {
  const button = page.locator('#lesson-do');
  await page.waitForFunction(() => !document.querySelector('#lesson-do').disabled, null, { timeout: 60_000 });
  await (options.hasTouch ? button.tap() : button.click());
}

const card = (page, number) => page.waitForFunction((number) => document.querySelector('#lesson-card-title').textContent.startsWith(`${number}.`), number);
const ticked = (page) => page.waitForFunction(() => document.querySelector('#lesson-result').classList.contains('is-ticked'), null, { timeout: 60_000 });
const said = (page) => page.textContent('#lesson-result');
const drawThree = (page) => drawOn(page, '#lesson-pad', three());

/** Plays the lesson. `look` sees each card before and after its task. */
async function play(page, options, look = async () => {}) {
  const task = async (number, act) => {
    await card(page, number);
    await look(number, 'before');
    await act();
    await ticked(page);
    await look(number, 'after');
    await press(page, options);
  };
  await task(1, () => press(page, options));
  await task(2, async () => {
    await page.fill('#lesson-bet', '12');
    await press(page, options);
  });
  await task(3, () => press(page, options));
  await task(4, () => press(page, options));
  await card(page, 5);
  await look(5, 'before');
  await press(page, options);
  await page.waitForSelector('.mistake .why:visible');
  await look(5, 'after');
  await press(page, options);
  await task(6, async () => {
    await drawThree(page);
    await page.waitForFunction(() => document.querySelector('#lesson-stage .reading').textContent.startsWith('3 ('));
    // An answer that is still on its way would ask anew.
    await page.waitForTimeout(300);
    await page.waitForSelector('#lesson-stage .meant:visible');
    await page.click('#lesson-stage .meant .digits button:nth-child(4)');
  });
  await card(page, 7);
  await look(7, 'before');
}

for (const [name, options] of [['a desktop', DESKTOP], ['a telephone', TELEPHONE]]) {
  for (const [locale, words] of [
    ['fr-FR', { errors: /^49 erreurs sur 797 images nouvelles, soit 6,1\s%/, right: /C’était bien un 3/ }],
    ['en-GB', { errors: /^49 errors in 797 new images, 6\.1%/, right: /It was a 3 indeed/ }],
  ]) {
    test(`the lesson on ${name}, ${locale}: every card without a barrier, and the README's errors`, async () => {
      const page = await visit(world, { ...options, locale, bypassCSP: true, isFolded: true, reducedMotion: 'reduce' });
      await page.addScriptTag({ path: AXE });
      const numbers = {};
      await play(page, options, async (number, when) => {
        const { violations } = await page.evaluate(() => axe.run('#lesson'));
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).slice(0, 3).join(', ')}`), [], `card ${number} ${when}`);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(wider, 0, `card ${number} ${when} is wider than the screen`);
        if (when === 'after') numbers[number] = await said(page);
        if (number === 6 && when === 'after') assert.match(await page.textContent('#lesson-stage .meant'), words.right);
      });
      assert.match(numbers[3], words.errors);
      assert.match(numbers[4], /^(10|9) .*10\.$/);
      const saved = page.waitForEvent('download');
      await press(page, options);
      assert.equal((await saved).suggestedFilename(), 'chiffres.png');
      await page.click('#lesson-again');
      await card(page, 1);
      assert.equal(await page.locator('.lesson-steps .is-done').count(), 0);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });
  }
}

test('the lesson survives a reload: its card, its ticks and its network', async () => {
  const page = await visit(world, { isFolded: true });
  for (let number = 1; number <= 3; number += 1) {
    await card(page, number);
    await press(page, DESKTOP);
    await ticked(page);
    await press(page, DESKTOP);
  }
  await card(page, 4);
  await page.reload();
  await card(page, 4);
  await page.waitForFunction(() => document.querySelectorAll('#lesson-stage .answer').length === 10, null, { timeout: 60_000 });
  assert.equal(await page.locator('.lesson-steps .is-done').count(), 3);
  const { errors } = await page.evaluate(async () => (await window.chiffres.app.engine.evaluate()).report);
  assert.equal(errors, 49);
  // Another network is in place: the lesson says so, and trains its own again.
  await page.evaluate(() => { document.querySelector('#evaluation .in-use details').open = true; });
  await page.selectOption('#evaluation .in-use select', 'shipped');
  await page.waitForFunction(() => /Another network/.test(document.querySelector('#lesson-result').textContent));
  await press(page, DESKTOP);
  await page.waitForFunction(() => document.querySelector('#lesson-do').textContent === 'Compare');
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('a misread digit is explained, and leads to the class and inside', async () => {
  const page = await visit(world);
  await drawBelow(page);
  await page.waitForSelector('#drawing-meant:visible');
  assert.match(await page.textContent('#drawing-meant'), /Was it not a 3\?/);
  // Say that it was an 8.
  await page.click('#drawing-meant .digits button:nth-child(9)');
  await page.waitForSelector('#drawing-meant .why:visible');
  assert.match(await page.textContent('#drawing-meant'), /Why 3, and not 8\?.*the nearest 3.*the nearest 8/s);
  // The parts of the picture add up to the difference of the two scores, less that of blank paper.
  const [parts, difference] = await page.evaluate(async () => {
    const { engine } = window.chiffres.app;
    const { pixels } = await new Promise((resolve) => {
      window.chiffres.app.on('drawn', resolve);
      window.chiffres.app.emit('network');
    });
    const evidence = await engine.evidence(pixels, 3, 8);
    const margin = async (image) => {
      const { layers } = await engine.trace(image, 3, false);
      const scores = layers.at(-1).outputs;
      return scores[3] - scores[8];
    };
    return [evidence.reduce((sum, part) => sum + part, 0), await margin(pixels) - await margin(new Uint8Array(64))];
  });
  assert.ok(Math.abs(parts - difference) < 0.02 * Math.abs(difference) + 0.01, `${parts}, not ${difference}`);
  await page.click('#drawing-meant >> text=Follow its way');
  await page.waitForFunction(() => document.activeElement.id === 'inside-title');
  await page.waitForFunction(() => /Your drawing, digit 8\. ✗/.test(document.querySelector('#inside-caption').textContent));
  await page.click('#drawing-meant >> text=Teach it');
  await page.waitForFunction(() => document.activeElement.id === 'class-author');
  assert.equal(await page.inputValue('#class-label'), '8');
  assert.ok(await page.isEnabled('#class-add'));
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('after each training run, one line says what happened, and one button leads on', async () => {
  const page = await visit(world);
  const outcome = (words) => page.waitForFunction((words) => new RegExp(words).test(document.querySelector('#training-outcome').textContent), words, { timeout: 60_000 });
  await page.selectOption('#training-pace', 'full');
  await page.click('#training-play');
  await outcome('by heart.*Vary the images');
  await page.click('#training-play');
  await outcome('exactly the same network.*Try seed 1');
  await page.click('#training-outcome button');
  await outcome('(Like|Better than|Worse than) the last one: \\d+ images');
  await page.fill('#network-learningRate', '1000');
  await page.press('#network-learningRate', 'Enter');
  await page.waitForFunction(() => location.hash.includes('learning_rate=1000'));
  await page.click('#training-play');
  await outcome('(ran away|guesses at random).*Try 0\\.1');
  await page.click('#training-outcome button');
  await outcome('(Like|Better than|Worse than) the last one|by heart');
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('the picture of the network: every part has its numbers, by pointer and by keys', async () => {
  const page = await visit(world);
  const words = () => page.textContent('#inside-network .living-words');
  await page.focus('#inside-network .living');
  await page.keyboard.press('ArrowRight');
  assert.match(await words(), /^Neuron 2: ink × weights makes the sum/);
  await page.keyboard.press('ArrowDown');
  assert.match(await words(), /^Digit \d: a score of/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  assert.match(await words(), /^Row 8, column 5: \d+ of 16/);
  await page.click('#inside-network .living-more');
  assert.ok(await page.isVisible('#inside-forward'));
  // Two hidden layers, none, and more neurons than there is room for.
  for (const [hidden, left] of [['[15, 10]', /64 weights of a neuron\.$/], ['[]', /^Each digit/], ['[40]', /16 of 40/]]) {
    await page.evaluate(async (hidden) => {
      const { app } = window.chiffres;
      await app.takeExperiment(await app.engine.configure([['model.hidden', hidden]]));
    }, hidden);
    await page.waitForFunction((left) => new RegExp(left).test(document.querySelector('#training-network .living-left').textContent), left.source);
    await page.focus('#training-network .living');
    await page.keyboard.press('ArrowDown');
    assert.notEqual(await page.textContent('#training-network .living-words'), '');
    await page.keyboard.press('Escape');
  }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

for (const [name, options] of [['a desktop', DESKTOP], ['a telephone', TELEPHONE]]) {
  for (const locale of ['fr-FR', 'en-GB']) {
    test(`at opening the page has at most 900 words and 90 controls: ${name}, ${locale}`, async () => {
      const page = await visit(world, { ...options, locale, isFolded: true });
      const [words, controls] = await page.evaluate(() => [
        document.body.innerText.match(/\S+/g).length,
        [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
          .filter((control) => control.checkVisibility({ visibilityProperty: true })).length,
      ]);
      assert.ok(words <= 900 && controls <= 90, `${words} words, ${controls} controls`);
      await page.context().close();
    });
  }
}
