// The first seconds of a visitor: node opening.mjs [ROUNDS] [DIST]. A cold browser, a connection of 1.6 Mbit/s with 150 ms
// there and back, and a host that does not compress. Then the same with a processor slowed six times, for long tasks.
//
// The host is slow, and not the browser: Chromium's own limits do not hold for workers. Needs the packages of web/tests.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium, FLAGS } from '../tests/browser.mjs';

const [rounds = 5, dist = fileURLToPath(new URL('../dist', import.meta.url))] = process.argv.slice(2);
const BYTES_PER_MS = 1.6e6 / 8 / 1000;
const ROUND_TRIP = 150;
const TURN = 10;
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };
/** Milliseconds within which each must happen, and the most of the others. */
const PROMISED = { painted: 1500, answered: 3000, ready: 8000, shift: 0.1, longest: 200 };

/** Serves the page over one slow line, which all answers share in turn. */
async function slowHost() {
  const host = { sent: 0 };
  const waiting = [];
  let credit = 0;
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    credit = Math.min(credit + (now - last) * BYTES_PER_MS, 4 * TURN * BYTES_PER_MS);
    last = now;
    while (waiting.length > 0 && credit > 0) {
      const next = waiting.shift();
      const part = next.body.subarray(next.at, next.at + 1400);
      credit -= part.length;
      host.sent += part.length;
      next.at += part.length;
      if (next.at < next.body.length) {
        next.response.write(part);
        waiting.push(next);
      } else next.response.end(part);
    }
  }, TURN).unref();
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname.replace(/\/$/, '/index.html');
    setTimeout(async () => {
      try {
        const body = await readFile(join(dist, path));
        response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'content-length': body.length });
        waiting.push({ response, body, at: 0 });
      } catch {
        response.writeHead(404).end();
      }
    }, ROUND_TRIP);
  });
  // A connection is open after one round trip.
  server.on('connection', (socket) => {
    socket.pause();
    setTimeout(() => socket.resume(), ROUND_TRIP);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  host.url = `http://127.0.0.1:${server.address().port}/`;
  host.stop = () => { server.closeAllConnections(); server.close(); };
  return host;
}

/** Runs in the page before anything else: records times, and draws a stroke as soon as the pad is ready. */
function watch() {
  const times = window.times = { shift: 0, tasks: [] };
  const record = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  record('paint', ({ name, startTime }) => { if (name === 'first-contentful-paint') times.painted = startTime; });
  record('layout-shift', ({ value, hadRecentInput }) => { if (!hadRecentInput) times.shift += value; });
  record('longtask', ({ startTime, duration }) => times.tasks.push([Math.round(startTime), Math.round(duration)]));
  const look = () => {
    const now = performance.now();
    const [screen, turn, pad] = ['first', 'first-turn', 'first-pad'].map((id) => document.getElementById(id));
    if (turn && !turn.disabled && !times.drawn) {
      times.drawn = now;
      const box = pad.getBoundingClientRect();
      const at = (type, share) => pad.dispatchEvent(new PointerEvent(type, {
        bubbles: true, pointerId: 1, button: 0, clientX: box.left + box.width / 2, clientY: box.top + share * box.height,
      }));
      pad.setPointerCapture = () => {};
      at('pointerdown', 0.15);
      for (let share = 0.2; share < 0.9; share += 0.05) at('onpointerrawupdate' in pad ? 'pointerrawupdate' : 'pointermove', share);
      at('pointerup', 0.9);
    }
    const isAnswered = times.drawn && screen.classList.contains('is-yours') && !screen.classList.contains('has-no-answer');
    if (isAnswered) times.answered ??= now;
    if (document.body?.dataset.ready) times.ready ??= now;
    if (!times.ready || !times.answered) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Opens the page in a fresh browser, and returns the times. */
async function visit(slowed) {
  const host = await slowHost();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
  const page = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: 'fr-FR' });
  if (slowed > 1) await (await page.context().newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slowed });
  await page.addInitScript(watch);
  await page.goto(host.url, { waitUntil: 'commit' });
  await page.waitForFunction(() => window.times?.ready && window.times.answered, null, { timeout: 90_000, polling: 50 });
  const { sent } = host;
  await page.waitForTimeout(1500);
  const times = await page.evaluate(() => window.times);
  await browser.close();
  host.stop();
  return { ...times, sent: sent / 1000, longest: Math.max(0, ...times.tasks.map(([, duration]) => duration)) };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
let isKept = true;
for (const [slowed, names] of [[1, ['painted', 'answered', 'ready', 'shift', 'sent']], [6, ['longest', 'shift']]]) {
  const visits = [];
  for (let round = 0; round < Number(rounds); round += 1) visits.push(await visit(slowed));
  console.log(`\nprocessor ${slowed === 1 ? 'as it is' : `slowed ${slowed} times`}, median of ${rounds} (least to most), promised`);
  for (const name of names) {
    const found = visits.map((times) => times[name]);
    const [least, most] = [Math.min(...found), Math.max(...found)];
    console.log(`${name.padEnd(9)} ${[median(found), least, most].map((value) => value.toFixed(name === 'shift' ? 3 : 0)).join('  ')}  ${PROMISED[name] ?? ''}`);
    if (median(found) > PROMISED[name]) isKept = false;
  }
  if (slowed > 1) console.log('long tasks [start, duration]:', JSON.stringify(visits[0].tasks));
}
process.exit(isKept ? 0 : 1);
