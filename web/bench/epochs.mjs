// Milliseconds of an epoch on a built page: its engine alone, in its worker, in a headless Chromium.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css' };

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});

/** Serves folders: `{ '/': folder, '/prefix/': another }`, and an empty document at `/empty`. The first that fits counts. */
export async function serve(folders) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const [prefix, folder] = Object.entries(folders).find(([prefix]) => path.startsWith(prefix));
    try {
      const body = path === '/empty' ? '<!doctype html><title>empty</title>' : await readFile(join(folder, path.slice(prefix.length)));
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/html' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

/**
 * Trains a preset of the page on all 1,000 images, once for each number of `epochs`, and returns the milliseconds of each
 * epoch and those of processor time. `kind` forces the module "simd" or "plain".
 */
export async function trainingTimes(browser, origin, { kind, preset = 'article', epochs }) {
  const system = await browser.newBrowserCDPSession();
  const page = await browser.newPage();
  await page.goto(`${origin}/empty`);
  const engine = await page.evaluateHandle(async ([kind, preset]) => {
    const { startEngine } = await import('/js/engine.js');
    const engine = startEngine({ onProgress() {}, kind });
    await engine.start();
    await engine.preset(preset);
    // No promise: a page awaits what it is given, and every name is a call of the engine.
    return { engine };
  }, [kind, preset]);
  const processorMs = async () => {
    const { processInfo } = await system.send('SystemInfo.getProcessInfo');
    return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + 1000 * cpuTime, 0);
  };
  const runs = [];
  for (const count of epochs) {
    const before = await processorMs();
    const times = await engine.evaluate(async ({ engine }, count) => {
      await engine.configure([['data.validation', '0'], ['training.epochs', String(count)]]);
      await engine.begin(false);
      return engine.timeEpochs();
    }, count);
    runs.push({ times, processor: (await processorMs() - before) / count });
  }
  await page.close();
  await system.detach();
  return runs;
}

export const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
export const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
