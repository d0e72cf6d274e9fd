// Values that stand in two places are the same in both.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './browser.mjs';

const found = (file, pattern) => {
  const match = pattern.exec(readFileSync(join(ROOT, file), 'utf8'));
  assert.ok(match, `${file}: ${pattern}`);
  return match[1].replaceAll('_', '');
};

test('the page and the library have the same limit of drawings', () => {
  const pattern = /MAX_DRAWINGS(?:: usize)? = ([\d_]+);/;
  assert.equal(found('web/www/js/class/drawings.js', pattern), found('src/drawings/mod.rs', pattern));
});

test('the offline copy holds the module that the worker loads', () => {
  const pattern = /VECTORS = new Uint8Array\(\[(.*?)\]\)/;
  assert.equal(found('web/www/sw.js', pattern), found('web/www/js/wasm.js', pattern));
});

test('the page states the right number of digits', () => {
  const digits = Number(found('src/config/values.rs', /Self::Digits\)\.then_some\((\d+)\)/));
  for (const pattern of [/id="images-slider".* max="(\d+)"/, /id="images-index".* max="(\d+)"/, /id="inside-index".* max="(\d+)"/]) {
    assert.equal(Number(found('web/www/index.html', pattern)), digits - 1);
  }
  for (const language of ['en', 'fr']) assert.equal(Number(found(`web/www/text/${language}.js`, /'images\.caption': .* 0 \S+ (\d{4})/)), digits - 1);
});
