// The modules: their sizes, and what a browser needs to run them.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';

import { ROOT } from './browser.mjs';

const stored = (module) => readFileSync(join(ROOT, `web/dist/wasm/${module}_bg.wasm.gz`));

for (const [module, most] of [['simd/chiffres', 670_000], ['plain/chiffres', 670_000], ['first/first', 120_000], ['exchange/exchange', 250_000], ['import/import', 250_000], ['later/later', 250_000]]) {
  test(`the module ${module} is at most ${most / 1000} KB as it is stored`, () => {
    const { length } = stored(module);
    assert.ok(length <= most, `${length} bytes`);
  });
}

// Without SSE 4.1, the engine of Chromium and of Node.js has no vectors; only on this processor can it be told to do without.
test('the plain module runs without vector instructions', { skip: process.arch !== 'x64' }, () => {
  const script = "console.log(WebAssembly.validate(require('fs').readFileSync(0)))";
  const isValid = (module) => execFileSync(process.execPath, ['--no-enable-sse4-1', '-e', script], {
    encoding: 'utf8', input: gunzipSync(stored(module)),
  }).trim();
  assert.equal(isValid('simd/chiffres'), 'false');
  assert.equal(isValid('plain/chiffres'), 'true');
  assert.equal(isValid('first/first'), 'true');
  assert.equal(isValid('exchange/exchange'), 'true');
  assert.equal(isValid('import/import'), 'true');
  assert.equal(isValid('later/later'), 'true');
});
