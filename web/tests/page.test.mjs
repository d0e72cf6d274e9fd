// The first sections of the page, and the page as a whole, in a real browser.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { draw, ROOT, open, pageTests, ready, serve, three, train, trained, visit } from './browser.mjs';

const world = open();

const onPage = pageTests(world);

const text = (page, selector) => page.textContent(selector);
const complaint = (page) => page.textContent('#messages .message');

onPage('the images: by number, by arrow, by digit, and pixel by pixel', async (page) => {
  assert.match(await text(page, '#images-caption'), /Image 0 of 0 to 1796: a 0/);
  await page.focus('#images-slider');
  await page.keyboard.press('ArrowRight');
  assert.match(await text(page, '#images-caption'), /Image 1 .* a 1/);
  await page.click('#images-classes button:nth-child(8)');
  assert.match(await text(page, '#images-caption'), /Image 7 .* a 7/);
  await page.click('#images-classes button:nth-child(8)');
  assert.match(await text(page, '#images-caption'), /Image 17 .* a 7/);
  await page.fill('#images-index', '1796');
  await page.press('#images-index', 'Tab');
  assert.match(await text(page, '#images-caption'), /Image 1,?796.* an? 8\. It is a test image/);
  await page.fill('#images-index', '0');
  await page.press('#images-index', 'Tab');
  // scikit-learn's load_digits().images[0]: row 2 begins 0 0 13 15 10 15 5 0.
  const cells = await page.$$eval('#images-matrix [role="gridcell"]', (all) => all.map((cell) => Number(cell.textContent)));
  assert.deepEqual(cells.slice(8, 16), [0, 0, 13, 15, 10, 15, 5, 0]);
  assert.equal(cells.length, 64);
  await page.hover('#images-matrix [role="row"]:nth-child(2) [role="gridcell"]:nth-child(4)');
  assert.match(await text(page, '#images-pixel'), /Row 2, column 4: number 12 of 64\. Its value is 15\./);
  await page.keyboard.press('Tab');
  await page.focus('#images-matrix [tabindex="0"]');
  await page.keyboard.press('ArrowDown');
  assert.match(await text(page, '#images-pixel'), /Row 3, column 4: number 20/);
});

onPage('the network: presets, parameters, and settings that are refused', async (page) => {
  assert.match(await text(page, '#network-parameters'), /64 → 15 → 10: 1,135 weights and biases\. 1,000 images train it in 1,000 steps/);
  assert.equal(await page.getAttribute('#network-article', 'aria-pressed'), 'true');
  await page.fill('#network-neurons', '32');
  await page.press('#network-neurons', 'Enter');
  await page.waitForFunction(() => document.querySelector('#network-parameters').textContent.includes('2,410'));
  assert.equal(await page.getAttribute('#network-article', 'aria-pressed'), 'false');
  await page.selectOption('#network-layers', '2');
  await page.waitForFunction(() => document.querySelector('#network-parameters').textContent.includes('64 → 32 → 10 → 10'));
  await page.click('#network-recipe');
  await page.waitForSelector('#network-recipe[aria-pressed="true"]');
  assert.ok(await page.isChecked('#network-augmentation'));
  const varied = () => page.evaluate(() => window.chiffres.app.experiment.settings.augmentation);
  const recipe = await varied();
  for (const isVaried of [false, true]) {
    await page.click('#network-augmentation');
    await page.waitForFunction((isVaried) => Object.values(window.chiffres.app.experiment.settings.augmentation).flat().some(Boolean) === isVaried, isVaried);
    assert.equal(await page.isChecked('#network-augmentation'), isVaried);
  }
  assert.deepEqual(await varied(), recipe);
  assert.equal(await page.getAttribute('#network-recipe', 'aria-pressed'), 'true');
  await page.fill('#network-learningRate', '-1');
  await page.press('#network-learningRate', 'Enter');
  await page.waitForSelector('#messages .message');
  assert.match(await complaint(page), /^Learning rate: Enter a number from 0\.00001 to 1,000\. Nothing has changed\.Close$/);
  assert.equal(await page.inputValue('#network-learningRate'), '0.05', 'nothing has changed');
  await page.click('#messages button');
  assert.equal(await page.$('#messages .message'), null);
});

onPage('an error names the setting, and changes with the language', async (page) => {
  await page.fill('#network-validation', '999');
  await page.press('#network-validation', 'Enter');
  await page.waitForSelector('#messages .message');
  assert.match(await complaint(page), /Nothing has changed\.training\.batch_size is 200, but must be 1 to 1/);
  assert.equal(await page.inputValue('#network-validation'), '0');
  await page.click('button[data-language="fr"]');
  assert.match(await complaint(page), /Rien n’a changé\.training\.batch_size vaut 200, mais doit aller de 1 à 1/);
  await page.click('#messages button');
  await page.click('button[data-language="en"]');
  assert.equal(await page.$('#messages .message'), null);
  // Without hidden neurons there is no activation to choose.
  await page.selectOption('#network-layers', '0');
  await page.waitForSelector('#network-activation', { state: 'detached' });
  // Numbers with a decimal comma.
  await page.fill('#network-learningRate', '.5');
  await page.press('#network-learningRate', 'Enter');
  await page.waitForFunction(() => location.hash.includes('learning_rate=0.5'));
  await page.fill('#training-seed', '1e3');
  await page.press('#training-seed', 'Enter');
  await page.waitForFunction(() => location.hash.includes('seed=1000'));
});

onPage('the network: an emptied number is refused, and a change takes neither a click nor the focus away', async (page) => {
  await page.fill('#network-neurons', '');
  await page.press('#network-neurons', 'Enter');
  await page.waitForSelector('#messages .message');
  assert.match(await complaint(page), /Hidden neurons: Enter a whole number from 1 to 128\./);
  assert.match(await text(page, '#network-parameters'), /64 → 15 → 10/);
  assert.equal(await page.inputValue('#network-neurons'), '15');
  await page.click('#messages button');
  // Press a button while another field still has to be applied: down, and a little later up.
  await page.fill('#network-neurons', '25');
  await page.click('#network-augmentation', { delay: 150 });
  await page.waitForFunction(() => location.hash.includes('model.hidden=[25]') && location.hash.includes('augmentation.shift'));
  assert.ok(await page.isChecked('#network-augmentation'));
  // An open select swallows the pointerup.
  await page.hover('#network-layers');
  await page.mouse.down();
  await page.selectOption('#network-layers', '2');
  await page.waitForSelector('#network-neurons2');
  await page.mouse.up();
  await page.selectOption('#network-layers', '1');
  await page.focus('#network-neurons-slider');
  for (const neurons of [26, 27]) {
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction((neurons) => location.hash.includes(`model.hidden=[${neurons}]`), neurons);
  }
});

onPage('a diverged network is called so, and the network in use names its step', async (page) => {
  await page.selectOption('#network-activation', 'relu');
  await page.fill('#network-learningRate', '1000');
  await page.press('#network-learningRate', 'Enter');
  await page.waitForFunction(() => location.hash.includes('learning_rate=1000'));
  await train(page);
  assert.match(await text(page, '#training-status'), /run wild/);
  await page.waitForFunction(() => /run wild/.test(document.querySelector('#evaluation-article').textContent));
  assert.doesNotMatch(await text(page, '#evaluation .in-use .note'), /after step/);
  await page.click('#training-reset');
  await page.waitForFunction(() => /after step 1,000/.test(document.querySelector('#evaluation .in-use .note').textContent));
});

onPage('training: a step, an epoch, pause, the end, and over again', async (page) => {
  await page.click('#training-step');
  await page.waitForFunction(() => /step 1 of 1,000/.test(document.querySelector('#training-status').textContent));
  await page.click('#training-epoch');
  await page.waitForFunction(() => /Epoch 1 of 200, step 5/.test(document.querySelector('#training-status').textContent));
  assert.doesNotMatch(await text(page, '#training-status'), /a second/, 'steps by hand have no speed');
  await page.selectOption('#training-pace', 'watch');
  await page.click('#training-play');
  await page.waitForFunction(() => document.querySelector('#training-progress').value > 20);
  await page.click('#training-play');
  const paused = await page.waitForFunction(() => document.querySelector('#training-play').textContent === 'Train' && document.querySelector('#training-progress').value);
  const steps = await paused.jsonValue();
  assert.ok(steps > 20 && steps < 1000, `${steps} steps`);
  await train(page);
  assert.match(await text(page, '#training-status'), /Epoch 200 of 200, step 1,000 of 1,000 · loss [\d.·⁻⁰-⁹]+, errors [\d.]+% .* steps a second/);
  assert.equal(await page.textContent('#training-play'), 'Train again');
  assert.equal(await page.locator('#training-neurons canvas').count(), 15);
  await page.click('#training-reset');
  await page.waitForFunction(() => /step 0 of 1,000/.test(document.querySelector('#training-status').textContent));
});

onPage('the language is switched while training goes on', async (page) => {
  await page.click('#training-play');
  await page.waitForFunction(() => document.querySelector('#training-progress').value > 50);
  await page.click('[data-language="fr"]');
  assert.equal(await page.getAttribute('html', 'lang'), 'fr');
  assert.match(await text(page, '#training-title'), /L’entraînement/);
  const value = () => page.$eval('#training-progress', (bar) => bar.value);
  const then = await value();
  assert.ok(then > 50, 'training continues');
  await page.waitForFunction((then) => document.querySelector('#training-progress').value > then, then);
  await page.selectOption('#training-pace', 'full');
  await trained(page);
  assert.match(await text(page, '#training-status'), /Époque 200 sur 200/);
  await page.reload();
  await ready(page);
  assert.equal(await page.getAttribute('html', 'lang'), 'fr', 'the choice is kept');
});

test('the page speaks the language of the browser', async () => {
  const page = await visit(world, { locale: 'fr-CA' });
  assert.equal(await page.getAttribute('html', 'lang'), 'fr');
  await page.context().close();
});

onPage('the experiment is in the address, and comes back from it', async (page) => {
  await page.fill('#network-neurons', '20');
  await page.press('#network-neurons', 'Enter');
  await page.fill('#training-seed', '7');
  await page.press('#training-seed', 'Enter');
  await page.waitForFunction(() => location.hash.includes('seed=7') && location.hash.includes('model.hidden=[20]'));
  await page.reload();
  await ready(page);
  assert.match(await text(page, '#network-parameters'), /64 → 20 → 10/);
  assert.equal(await page.inputValue('#training-seed'), '7');
  const toml = await page.inputValue('#network-toml');
  assert.match(toml, /hidden = \[20\]/);
  await page.click('#network-share summary');
  await page.click('#network-copy-toml');
  await page.waitForFunction(() => document.querySelector('#network-said').textContent.includes('TOML'));
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), toml);
  await page.fill('#network-toml', toml.replace('hidden = [20]', 'hidden = [9]'));
  await page.click('#network-load-toml');
  await page.waitForFunction(() => location.hash.includes('model.hidden=[9]'));
  // A seed beyond the integers that JavaScript holds.
  await page.fill('#network-toml', toml.replace('seed = 7', 'seed = 9007199254740993'));
  await page.click('#network-load-toml');
  await page.waitForFunction(() => location.hash.includes('seed=9007199254740993'));
  assert.equal(await page.inputValue('#training-seed'), '9007199254740993');
  await page.click('#training-step');
  await page.waitForFunction(() => document.querySelector('#evaluation .in-use .note').textContent.includes('seed 9007199254740993'));
});

onPage('a link within the page leaves the experiment in the address, and a decimal may have a comma', async (page) => {
  await page.fill('#network-learningRate', '0,25');
  await page.press('#network-learningRate', 'Enter');
  await page.waitForFunction(() => location.hash.includes('learning_rate=0.25'));
  const address = page.url();
  await page.click('.contents a[href="#evaluation"]');
  await page.waitForFunction(() => document.activeElement.id === 'evaluation');
  assert.equal(page.url(), address);
  // The address of the present experiment changes nothing.
  await train(page);
  await page.evaluate(() => { window.begun = 0; window.chiffres.app.on('experiment', () => { window.begun += 1; }); });
  await page.evaluate(() => { const { hash } = location; history.replaceState(null, '', '#'); location.hash = hash; });
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate(() => window.begun), 0);
});

onPage('an experiment of all defaults is in the address too', async (page) => {
  await page.click('#network-share summary');
  await page.fill('#network-toml', '');
  await page.click('#network-load-toml');
  await page.waitForFunction(() => location.hash === '#seed=0');
  const before = await text(page, '#network-parameters');
  await page.reload();
  await ready(page);
  assert.equal(await text(page, '#network-parameters'), before);
});

test('the caption of an image names its split in the experiment', async () => {
  const page = await visit(world, { fragment: "#data.split='random'&data.validation=200" });
  const { parts, images } = await page.evaluate(() => window.chiffres.app.experiment);
  const first = (part) => parts.indexOf(part);
  assert.equal(parts.filter((part) => part === 'train').length, images.train);
  assert.ok(first('test') < images.train, 'a random split has test images among the first');
  for (const [part, words] of [['train', /It is a training image/], ['validation', /It is held out/], ['test', /It is a test image/]]) {
    await page.fill('#images-index', String(first(part)));
    await page.press('#images-index', 'Enter');
    await page.waitForFunction((n) => document.querySelector('#images-caption').textContent.startsWith(`Image ${n} `), first(part));
    assert.match(await text(page, '#images-caption'), words);
  }
  await page.context().close();
});

onPage('a file that is dropped anywhere is opened where it belongs', async (page) => {
  const drop = (name, type, content) => page.evaluate(([name, type, content]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([Uint8Array.from(content)], name, { type }));
    const footer = document.querySelector('footer');
    for (const kind of ['dragover', 'drop']) footer.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  }, [name, type, [...content]]);
  await drop('mine.toml', '', Buffer.from('[model]\nhidden = [12]\n'));
  await page.waitForFunction(() => location.hash.includes('model.hidden=[12]'));
  await drop('three.png', 'image/png', readFileSync(join(ROOT, 'tests/fixtures/handwriting/3-mnist18477.png')));
  await page.waitForFunction(() => document.querySelector('#drawing-answer').textContent.startsWith('3 ('));
  await drop('one.csv', 'text/csv', Buffer.from(`label,author,${Array.from({ length: 64 }, (_, i) => `p${i}`).join(',')}\n7,ada${',5'.repeat(64)}\n`));
  await page.waitForFunction(() => document.querySelector('#class').textContent.includes('ada') || document.querySelector('#messages .message'));
  await drop('diary', '', Buffer.from('Dear diary'));
  await page.waitForFunction(() => /diary: This file holds no network/.test(document.querySelector('#messages').textContent));
  await drop('film.mp4', 'video/mp4', Buffer.from('ftyp'));
  await page.waitForFunction(() => /film\.mp4: This page opens pictures of digits, .* This file is none of them/.test(document.querySelector('#messages').textContent));
});

onPage('the network in use is chosen by keyboard, and the focus stays', async (page) => {
  await train(page);
  await page.focus('#evaluation .in-use select');
  await page.keyboard.press('ArrowUp');
  await page.waitForFunction(() => window.chiffres.app.network.origin === 'shipped');
  assert.ok(await page.evaluate(() => document.activeElement === document.querySelector('#evaluation .in-use select')));
});

onPage('drawings are answered while training plays at full speed, and a pause is a pause', async (page) => {
  await page.selectOption('#training-pace', 'full');
  await page.fill('#network-epochs', '100000');
  await page.press('#network-epochs', 'Enter');
  await page.waitForFunction(() => location.hash.includes('epochs=100000'));
  await page.evaluate(() => { for (let i = 0; i < 5; i += 1) window.chiffres.app.engine.play('full'); });
  await page.waitForFunction(() => window.chiffres.app.training.step > 100);
  await draw(page, three());
  await page.waitForFunction(() => /^3 /.test(document.querySelector('#drawing-answer').textContent));
  await page.click('#training-play');
  await page.waitForFunction(() => !window.chiffres.app.training.isPlaying);
  const { step } = await page.evaluate(() => window.chiffres.app.training);
  await page.waitForTimeout(150);
  assert.equal(await page.evaluate(() => window.chiffres.app.training.step), step);
});

onPage('if the browser forbids copying, the page says where to copy from', async (page) => {
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.click('#network-share summary');
  for (const what of ['link', 'toml']) {
    await page.click(`#network-copy-${what}`);
    await page.waitForSelector('#messages .message');
    assert.match(await complaint(page), /does not let the page copy\. The link is in the address bar, and the TOML text is in the box below/);
    await page.click('#messages button');
  }
});

for (const [fragment, expected] of [
  ['#training.epochs=-3', /training\.epochs is -3/],
  ['#model.hidden=[1000000]', /model\.hidden/],
  ['#model.hidden=[4096,4096]', /too large/],
  ['#seed=7&modle.hidden=[9]', /modle/],
  ["#data.source='csv'&data.path='x.csv'", /other images/],
  ['#%E0%A4%A=%', /cannot be used/],
  ['#model.hidden=[', /model\.hidden/],
]) {
  test(`an address that was tampered with changes nothing: ${fragment}`, async () => {
    const page = await visit(world, { fragment });
    await page.waitForSelector('#messages .message');
    assert.match(await complaint(page), expected);
    assert.match(await text(page, '#network-parameters'), /64 → 15 → 10/);
    await train(page);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test('an engine that breaks while training plays is reported', async () => {
  const context = await world.browser.newContext({ locale: 'en-GB', serviceWorkers: 'block' });
  const page = await context.newPage();
  // Like a broken invariant of the library: during a step, with no call pending.
  await page.route('**/js/worker.js', async (route) => {
    const response = await route.fetch();
    const source = await response.text();
    const broken = source.replaceAll('more = session.step();', "if (play.steps > 20) throw new Error('unreachable'); more = session.step();");
    assert.notEqual(broken, source);
    await route.fulfill({ response, body: broken });
  });
  await page.goto(world.site.url);
  await ready(page);
  await page.selectOption('#training-pace', 'watch');
  await page.click('#training-play');
  await page.waitForSelector('#messages .message');
  assert.match(await complaint(page), /The page has stopped working.*unreachable/);
  await context.close();
});

test('the offline copy takes the place of an older one, and not of another page on the same host', async () => {
  const context = await world.browser.newContext({ locale: 'en-GB' });
  const page = await context.newPage();
  const { url } = world.site;
  await page.goto(new URL('icon.svg', url).href);
  await page.evaluate((url) => Promise.all([`chiffres ${url} older`, `chiffres ${url}neighbour/ older`].map((name) => caches.open(name))), url);
  await page.goto(url);
  await ready(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction((older) => caches.has(older).then((has) => !has), `chiffres ${url} older`);
  const kept = await page.evaluate(() => caches.keys());
  assert.deepEqual(kept.map((name) => name.replace(/ [0-9a-f]{12}$/, ' VERSION')).sort(), [`chiffres ${url} VERSION`, `chiffres ${url}neighbour/ older`]);
  await context.close();
});

test('a newer version waits until the visitor takes it', async (t) => {
  const own = await serve();
  t.after(own.stop);
  const page = await visit({ ...world, site: own }, { fragment: '#seed=7' });
  await page.evaluate(() => navigator.serviceWorker.ready);
  const [first] = await page.evaluate(() => caches.keys());
  own.replaced['/sw.js'] = readFileSync(join(ROOT, 'web/dist/sw.js'), 'utf8').replace(/VERSION = '.*'/, "VERSION = 'newer'");
  own.replaced['/index.html'] = readFileSync(join(ROOT, 'web/dist/index.html'), 'utf8').replace('<footer>', '<footer id="newer-page">');
  await page.reload();
  await ready(page);
  await page.waitForSelector('#newer:not([hidden])');
  // Everything open is of one version, also when it is opened again.
  await page.reload();
  await ready(page);
  assert.equal(await page.locator('#newer-page').count(), 0);
  await page.waitForSelector('#newer:not([hidden])');
  // When one window takes the new version, the other one offers it too.
  const other = await page.context().newPage();
  await other.goto(own.url);
  await ready(other);
  await other.waitForSelector('#newer:not([hidden])');
  await page.click('#newer-take');
  await page.waitForSelector('#newer-page', { state: 'attached' });
  await ready(page);
  await other.waitForFunction(async () => (await navigator.serviceWorker.getRegistration()).waiting === null);
  assert.equal(await other.locator('#newer-page').count(), 0);
  await other.click('#newer-take');
  await other.waitForSelector('#newer-page', { state: 'attached' });
  await ready(other);
  assert.equal(await page.inputValue('#training-seed'), '7');
  assert.ok(await page.locator('#newer').isHidden());
  const kept = await page.evaluate(() => caches.keys());
  assert.deepEqual(kept, [`${first.slice(0, first.lastIndexOf(' '))} newer`]);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('the page works without a network after one visit', async () => {
  const own = await serve();
  const page = await visit({ ...world, site: own });
  await page.evaluate(() => navigator.serviceWorker.ready);
  await own.stop();
  await page.reload();
  await ready(page);
  await train(page);
  assert.match(await text(page, '#training-status'), /Epoch 200 of 200/);
  await page.selectOption('#evaluation .in-use select', 'shipped');
  await draw(page, three());
  await page.waitForFunction(() => document.querySelector('#drawing-answer').textContent.startsWith('3 ('));
  await page.context().close();
});
