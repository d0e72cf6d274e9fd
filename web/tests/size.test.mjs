// The modules: their sizes, and what a browser needs to run them.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';

import { ROOT } from './browser.mjs';

const path = (kind) => join(ROOT, `web/dist/wasm/${kind}/chiffres_bg.wasm`);

for (const kind of ['simd', 'plain']) {
  test(`the ${kind} module is at most 670 KB after gzip`, () => {
    const size = gzipSync(readFileSync(path(kind)), { level: 9 }).length;
    assert.ok(size <= 670_000, `${size} bytes`);
  });
}

// Without SSE 4.1, the engine of Chromium and of Node.js has no vectors; only on this processor can it be told to do without.
test('the plain module runs without vector instructions', { skip: process.arch !== 'x64' }, () => {
  const script = "console.log(WebAssembly.validate(require('fs').readFileSync(process.argv[1])))";
  const isValid = (kind) => execFileSync(process.execPath, ['--no-enable-sse4-1', '-e', script, path(kind)], { encoding: 'utf8' }).trim();
  assert.equal(isValid('simd'), 'false');
  assert.equal(isValid('plain'), 'true');
});
