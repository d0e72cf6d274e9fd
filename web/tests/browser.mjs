// Chromium with the built page, served from a sub-path, with every request recorded.
//
// Playwright's library drives Chromium under node:test, one runner for all tests of the page. engines.mjs uses Selenium:
// Playwright drives only its own builds of Firefox and WebKit, and the tests there are about the engines of distributions.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export { chromium };

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = join(ROOT, 'web/dist');
/** The path of the page on its host. Not the root, as on many static hosts. */
const BASE = '/somewhere/below';
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json', '.model': 'application/octet-stream',
};
export const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** The program that the page is compared with: CHIFFRES, or the release build. */
export function command() {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
  return process.env.CHIFFRES ?? join(target, 'release/chiffres');
}

/** Serves web/dist. `stop()` ends it, like a network that fails. `site.replaced` has other contents for a path. */
export async function serve() {
  const replaced = {};
  if (!existsSync(join(DIST, 'index.html'))) throw new Error('web/dist is missing: run web/build.sh first');
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const name = path.startsWith(`${BASE}/`) ? normalize(path.slice(BASE.length)).replace(/\/$/, '/index.html') : null;
    try {
      const body = replaced[name] ?? await readFile(join(DIST, name));
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}${BASE}/`;
  const stop = () => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  });
  return { url, stop, replaced };
}

const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });

/** Starts a browser and a host for all tests of a file. */
export function open() {
  const world = { browser: null, site: null };
  before(async () => {
    world.site = await serve();
    world.browser = await launch();
  });
  after(async () => {
    await world.browser.close();
    await world.site.stop();
  });
  return world;
}

/** Defines tests with a page of their own. They fail if the browser reports an error. */
export const pageTests = (world) => (name, run, options) => test(name, async () => {
  const page = await visit(world, options);
  await run(page);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

/**
 * Opens the page for a fresh visitor, with nothing stored or cached, and unfolds all its parts unless `isFolded`.
 * `page.complaints` collects the browser's errors and
 * warnings, and requests to other hosts.
 */
export async function visit({ browser, site: { url } }, options = {}) {
  const { fragment = '', isFolded = false, ...rest } = options;
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 }, locale: 'en-GB', permissions: ['clipboard-read', 'clipboard-write'], ...rest,
  });
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) page.complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => page.complaints.push(`error: ${error.message}`));
  context.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http') && host !== new URL(url).host) page.complaints.push(`a request to ${host}`);
  });
  await page.goto(url + fragment);
  await ready(page, isFolded);
  return page;
}

/** Waits until the page is ready and has filled in what it does when idle. Before that, sections still move. Unfolds its parts. */
export async function ready(page, isFolded = false) {
  await page.waitForSelector('body[data-ready]');
  await page.waitForFunction(() => ['#evaluation-result', '#inside-caption'].every((part) => document.querySelector(part).textContent !== ''));
  if (!isFolded) await page.evaluate(() => { for (const fold of document.querySelectorAll('details.fold')) fold.open = true; });
}

/** Trains to the end at full speed. */
export async function train(page) {
  await page.selectOption('#training-pace', 'full');
  await page.click('#training-play');
  await trained(page);
}

/** Waits for the end of training, and until the trained network is in use. */
export async function trained(page) {
  await page.waitForFunction(() => {
    const bar = document.querySelector('#training-progress');
    return bar.max > 1 && bar.value === bar.max;
  }, null, { timeout: 120_000 });
  await page.waitForFunction(() => document.querySelector('.in-use select').value === 'trained');
}

/**
 * Trains an experiment of `EXPERIMENTS` on all its images to the end, in the module `kind`, and returns the model file in
 * hexadecimal. Runs on the page, with an engine of its own.
 */
export async function trainedExperiment(kind, { preset, toml, settings }) {
  const { startEngine } = await import(new URL('js/engine.js', document.baseURI));
  const engine = startEngine({ onProgress() {}, kind });
  await engine.start();
  await (preset ? engine.preset(preset) : engine.loadToml('experiment.toml', toml));
  await engine.configure(settings);
  await engine.begin(false);
  await engine.timeEpochs();
  await engine.useTrained();
  return Array.from(await engine.model(), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Experiments, as presets or as the text of a configuration, and what is changed in each. */
export const EXPERIMENTS = {
  article: { file: 'config/mlp.toml', preset: 'article', settings: [['data.validation', '0']] },
  recipe: { file: 'config/recipe.toml', preset: 'recipe', settings: [['data.validation', '0']] },
  convolution: { file: 'config/cnn-digits.toml', settings: [['training.epochs', '60']] },
};
for (const experiment of Object.values(EXPERIMENTS)) experiment.toml = readFileSync(join(ROOT, experiment.file), 'utf8');

/** The model file of the command after training an experiment of `EXPERIMENTS` with further settings, in hexadecimal. */
export function commandsModel(name, ...more) {
  const folder = mkdtempSync(join(tmpdir(), 'chiffres-'));
  const { file, settings } = EXPERIMENTS[name];
  const changes = [...settings.map((setting) => setting.join('=')), ...more].flatMap((setting) => ['--set', setting]);
  const args = ['train', join(ROOT, file), ...changes, '--device', 'flex', '--progress', 'none'];
  execFileSync(command(), args, { cwd: folder, stdio: 'ignore' });
  // The file holds the name of the experiment, which is also that of the run.
  const [run] = readdirSync(join(folder, 'artifacts'));
  const model = readFileSync(join(folder, 'artifacts', run, 'model')).toString('hex');
  rmSync(folder, { recursive: true });
  return model;
}

/** Draws strokes on the pad of section 5. */
export const draw = (page, strokes) => drawOn(page, '#drawing-pad', strokes);

/** Draws strokes on a pad with the mouse. Each is a list of points from [0, 0] to [1, 1]. */
export async function drawOn(page, selector, strokes) {
  const pad = page.locator(selector);
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  for (const [start, ...points] of strokes) {
    const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
    await page.mouse.move(...at(start));
    await page.mouse.down();
    for (const point of points) await page.mouse.move(...at(point), { steps: 5 });
    await page.mouse.up();
  }
}

/** The strokes of a three. Each `hand` gives a different one. */
export const three = (hand = 0) => [[
  [0.3, 0.22], [0.36, 0.15], [0.47, 0.12], [0.6, 0.15], [0.66, 0.25], [0.64, 0.36], [0.55, 0.44], [0.45, 0.47], [0.56, 0.49], [0.66, 0.55], [0.7, 0.66],
  [0.66, 0.78], [0.54, 0.86], [0.4, 0.86], [0.28, 0.78],
].map(([x, y], i) => [x + 0.02 * hand * Math.sin(2 * i), y + 0.015 * hand * Math.cos(3 * i)])];

export const drawThree = (page, hand = 0) => draw(page, three(hand));

/** Waits until the class has `count` drawings. */
export const drawings = (page, count) =>
  page.waitForFunction((count) => JSON.parse(localStorage.getItem('chiffres-class') ?? '[]').length === count, count);

/** Adds `count` different threes to the class. */
export async function addThrees(page, author, count) {
  await page.fill('#class-author', author);
  for (let hand = 0; hand < count; hand += 1) {
    await page.evaluate(() => document.querySelector('#drawing-clear').click());
    await drawThree(page, hand);
    await page.waitForFunction(() => !document.querySelector('#class-add').disabled);
    await page.selectOption('#class-label', '3');
    await page.click('#class-add');
    await drawings(page, hand + 1);
  }
}
