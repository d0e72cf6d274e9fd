// The exported JavaScript module in a page that is opened from a file.

import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';

import { FLAGS, ROOT, chromium, command } from './browser.mjs';

const TEST = Array.from({ length: 797 }, (_, i) => 1000 + i);
const folder = mkdtempSync(join(tmpdir(), 'chiffres-'));
let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

test('a page from a file answers as the command does', async () => {
  const model = join(ROOT, 'examples/recipe.model');
  const module = join(folder, 'recipe.mjs');
  execFileSync(command(), ['export', model, '--to', 'js', '-o', module], { stdio: 'ignore' });
  const rows = gunzipSync(readFileSync(join(ROOT, 'data/digits.csv.gz'))).toString().trim().split('\n');
  const images = TEST.map((image) => rows[image].split(',').slice(0, 64).map(Number));
  const page = join(folder, 'page.html');
  writeFileSync(page, `<!doctype html><meta charset="utf-8"><script type="module">
${readFileSync(module, 'utf8')}
window.answers = ${JSON.stringify(images)}.map(classify);
</script>`);

  const tab = await browser.newPage();
  const complaints = [];
  tab.on('console', (message) => complaints.push(message.text()));
  tab.on('pageerror', (error) => complaints.push(error.message));
  await tab.goto(pathToFileURL(page).href);
  const answers = await tab.evaluate(() => window.answers);
  assert.deepEqual(complaints, []);

  const lines = execFileSync(command(), ['predict', model, ...TEST.map(String), '--json'], { encoding: 'utf8' });
  const expected = lines.trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(answers.length, expected.length);
  answers.forEach(({ name, probabilities }, i) => {
    assert.equal(name, expected[i].label, `image ${TEST[i]}`);
    probabilities.forEach((p, label) => assert.ok(Math.abs(p - expected[i].probabilities[label]) < 1e-6, `image ${TEST[i]}`));
  });
});
