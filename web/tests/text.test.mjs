// The tables of texts agree, and no text is missing on the page.

import test from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import en from '../www/text/en.js';
import fr from '../www/text/fr.js';
import library from '../www/text/library.fr.js';

const WWW = fileURLToPath(new URL('../www/', import.meta.url));
const RUST = fileURLToPath(new URL('../src/', import.meta.url));
const LIBRARY = fileURLToPath(new URL('../../src/', import.meta.url));
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
  const rust = readdirSync(RUST, { recursive: true }).filter((name) => name.endsWith('.rs')).map((name) => readFileSync(RUST + name, 'utf8')).join('\n');
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

/** The texts of a Rust source, up to its tests, with {} for what is filled in. */
function literals(file) {
  const [code] = readFileSync(LIBRARY + file, 'utf8').split('#[cfg(test)]');
  const tokens = code.matchAll(/\/\/.*$|b?'(?:\\.|[^'\\])'|\b(?:expect\(|doc: )"(?:[^"\\]|\\.)*"|"((?:[^"\\]|\\.)*)"/gm);
  return [...tokens].flatMap(([, text]) => (text === undefined ? [] : [text.replace(/\{[^{}]*\}/g, '{}').replace(/\\(.)/g, '$1')]));
}

// What the page has the library read, and what of it never comes that far.
const READ = [
  'drawings/mod.rs', 'checkpoint.rs', 'data/dataset.rs', 'data/grey.rs', 'formats/csv.rs',
  'formats/mod.rs', 'formats/npz.rs',
];
const NEVER = {
  'drawings/mod.rs': ['writer ', 'the class'],
  // What names columns is advice for a configuration: a class's table has none.
  'formats/csv.rs': [
    'data.{} is column {}, but there are columns 0 to {}', 'count the columns from 0', 'the columns begin with {}', 'check data.label and data.group',
    'name the column by its position, counted from 0', 'give every row the same number of values',
    'pixels are numbers; data.label and data.group name the columns that are none', 'set data.separator to what stands between two values',
    'name their column: data.label = 0 is the first, data.label = {} the last', 'give a table with an image in each row', 'save the table as UTF-8',
    'give every image a label',
  ],
  // A class has one part of images of one size, and as many labels as images.
  'data/dataset.rs': [
    'check the file', 'from 0 to 1', 'the images are {}x{}, but those before are {}x{}', 'the pixels are {}, but those to train on are {}',
    'there are no images', 'training and test images must be of one size', 'whole numbers', '{} images, but {} labels',
    'write all pixels from 0 to 1 with a decimal point, or all as whole numbers from 0 to 255',
  ],
  'formats/mod.rs': ['an image has {} pixels, but data.size = [{}, {}] makes {}', 'set data.size to the rows and columns of the images'],
  'formats/npz.rs': ['the images are {}x{}, but data.size = [{}, {}]', 'leave data.size away'],
};

test('what the library says of a file or a setting is there in French', () => {
  const isPlace = (text) => /^\{\}, \w+ (?:\{\}|\d)$/.test(text) || text === 'drawing {}';
  const isSentence = (text) => /[a-z]/.test(text) && text.includes(' ');
  for (const file of READ) {
    const missing = [...new Set(literals(file))].filter((text) => isSentence(text) && !(text in library.sentences || text in library.parts) && !isPlace(text));
    assert.deepEqual(missing.sort(), (NEVER[file] ?? []).sort(), file);
  }
});

test('no French sentence of the library has lost its English one, or a value', () => {
  const files = readdirSync(LIBRARY, { recursive: true }).filter((name) => name.endsWith('.rs'));
  const known = new Set(files.flatMap(literals));
  const count = (text) => text.split('{}').length;
  for (const [english, french] of [...Object.entries(library.sentences), ...Object.entries(library.parts)]) {
    assert.ok(known.has(english), english);
    assert.equal(count(french), count(english), english);
  }
});
