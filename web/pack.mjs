// Puts the page together: node web/pack.mjs MODULES OUT. build.sh calls it with the compiled modules; after a change of
// HTML, CSS or scripts alone it can be run again by itself: node web/pack.mjs target/web-modules web/dist
//
// Fails if more travels to a visitor than the page may have.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { checkBudgets } from './budget.mjs';
import { still } from './still.mjs';

const WEB = fileURLToPath(new URL('./', import.meta.url));
const [modules, final] = process.argv.slice(2);
if (!final) throw new Error('usage: node web/pack.mjs MODULES OUT');
// The new page replaces the old one only when it is complete.
const out = `${final}.new`;

const contents = (name) => readFileSync(join(out, name), 'utf8');
const write = (name, text) => writeFileSync(join(out, name), text);
const files = () => readdirSync(out, { recursive: true }).filter((name) => statSync(join(out, name)).isFile()).sort();

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
cpSync(join(WEB, 'www'), out, { recursive: true });
for (const name of ['digits.csv.gz', 'reading.model', 'many-writers.model']) cpSync(join(WEB, '../data', name), join(out, name));
cpSync(modules, join(out, 'wasm'), { recursive: true });

// Scripts and styles travel without their comments and indentation: a quarter of their bytes.
const COMMENTS = { js: /^[ \t]*(\/\*\*[\s\S]*?\*\/|\/\/.*)\n/gm, css: /^[ \t]*\/\*[\s\S]*?\*\/\n/gm };
for (const name of files()) {
  const [, kind] = /\.(js|css)$/.exec(name) ?? [];
  if (kind) write(name, contents(name).replace(COMMENTS[kind], '').replace(/^[ \t]+/gm, ''));
}

// Modules are gzipped by zopfli, which takes seconds and saves 4 % beside gzip. Browsers that cannot open them, of before 2023,
// have no vectors either.
for (const name of files().filter((name) => name.endsWith('.wasm'))) {
  write(`${name}.gz`, execFileSync('zopfli', ['--i5', '-c', join(out, name)], { maxBuffer: 2 ** 26 }));
  if (name.includes('simd')) rmSync(join(out, name));
}

// The first digit and its answer, as the page's own module gives them.
let page = contents('index.html');
for (const [id, inner] of Object.entries(await still(out))) {
  const filled = page.replace(new RegExp(`(<(\\w+) id="${id}"[^>]*>)(</\\2>)`), (_, start, __, end) => start + inner + end);
  if (filled === page) throw new Error(`index.html has no empty element ${id}`);
  page = filled;
}
// Messengers that show a preview of a link want its picture with the whole address. It is known where the page is published.
const address = process.env.PAGE_URL;
if (address) page = page.replaceAll('content="preview', `content="${address.replace(/\/?$/, '/')}preview`);

// The version for the offline copy changes whenever any file does.
write('index.html', page);
const hash = createHash('sha256');
for (const name of files()) hash.update(name).update(readFileSync(join(out, name)));
const version = hash.digest('hex').slice(0, 12);
write('index.html', page.replaceAll('@VERSION@', version));
const kept = files().filter((name) => name !== 'sw.js' && !/^wasm\/(simd|plain)\/|\.wasm(\.gz)?$/.test(name));
write('sw.js', contents('sw.js').replace('@VERSION@', version).replace('"@FILES@"', JSON.stringify(kept).slice(1, -1)));

console.log(`\n${final}, version ${version}:`);
checkBudgets(out);

rmSync(final, { recursive: true, force: true });
if (!existsSync(dirname(final))) mkdirSync(dirname(final), { recursive: true });
renameSync(out, final);
