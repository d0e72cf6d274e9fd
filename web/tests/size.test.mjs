// The size of the download.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { ROOT } from './browser.mjs';

for (const kind of ['simd', 'plain']) {
  test(`the ${kind} module is at most 650 KB after gzip`, () => {
    const size = gzipSync(readFileSync(join(ROOT, `web/dist/wasm/${kind}/chiffres_bg.wasm`)), { level: 9 }).length;
    assert.ok(size <= 650_000, `${size} bytes`);
  });
}
