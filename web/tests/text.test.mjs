// The tables of texts agree, and no text is missing on the page.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import en from '../www/text/en.js';
import fr from '../www/text/fr.js';

const WWW = fileURLToPath(new URL('../www/', import.meta.url));
const RUST = ['../src/', '../exchange/src/', '../import/src/', '../later/src/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
const sources = readdirSync(WWW, { recursive: true })
  .filter((name) => /\.(js|html)$/.test(name) && !name.startsWith('text') && name !== 'sw.js')
  .map((name) => [name, readFileSync(WWW + name, 'utf8').replace(/^\s*\/\/.*$/gm, '')]);

test('both languages have the same keys', () => {
  assert.deepEqual(Object.keys(en).sort(), Object.keys(fr).sort());
});

test('both languages fill in the same values', () => {
  const names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const key of Object.keys(en)) assert.deepEqual(names(fr[key]), names(en[key]), key);
});

test('no text is empty, and French has its spaces', () => {
  for (const [key, text] of [...Object.entries(en), ...Object.entries(fr)]) assert.notEqual(text.trim(), '', key);
  for (const [key, text] of Object.entries(fr)) assert.doesNotMatch(text, /[^\s\u00a0\u202f\d(][:;!?](\s|$)/, `${key}: ${text}`);
});

test('every text that is asked for is there', () => {
  const known = (key) => key in en || `${key}.other` in en;
  for (const [name, source] of sources) {
    for (const [, key] of source.matchAll(/data-(?:text|label)="([^"$]+)"/g)) assert.ok(known(key), `${name}: ${key}`);
    for (const [, key] of source.matchAll(/\bt\(\s*'([^']+)'/g)) assert.ok(known(key), `${name}: ${key}`);
    for (const [, start] of source.matchAll(/\bt\(\s*`([^$`]*)\$\{/g)) {
      assert.ok(Object.keys(en).some((key) => key.startsWith(start)), `${name}: ${start}…`);
    }
  }
});

test('every error has a sentence, and every sentence an error', () => {
  const rust = RUST.flatMap((folder) => readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.rs'))
    .map((name) => readFileSync(folder + name, 'utf8'))).join('\n');
  const script = sources.map(([, source]) => source).join('\n');
  const thrown = [
    ...rust.matchAll(/\brefusal\(\s*"([\w-]+)"/g), ...rust.matchAll(/(?:Error::.*|\b_) => "([\w-]+)"/g),
    ...script.matchAll(/(?:Refusal\(|return )\{ kind: (?:\w+ \? )?'([\w-]+)'(?: : '([\w-]+)')?/g),
  ].flatMap(([, ...kinds]) => kinds.filter(Boolean));
  const told = Object.keys(en).filter((key) => key.startsWith('errors.')).map((key) => key.slice('errors.'.length));
  assert.deepEqual([...new Set(thrown)].sort(), told.sort());
});

test('no text is left over', () => {
  const all = sources.map(([, source]) => source).join('\n');
  const starts = [...all.matchAll(/`([a-zA-Z]+\.[^$`]*)\$\{/g)].map(([, start]) => start);
  for (const key of Object.keys(en)) {
    const name = key.replace(/\.(one|other)$/, '');
    const isUsed = all.includes(`'${name}'`) || all.includes(`"${name}"`) || starts.some((start) => key.startsWith(start));
    assert.ok(isUsed, key);
  }
});
