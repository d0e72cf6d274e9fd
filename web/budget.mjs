// What travels to a visitor from a host that does not compress, in bytes, and the most that may.

import { readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const MODULE = 'wasm/simd/chiffres_bg.wasm.gz';
/** The page and its worker each import it: from a host that does not let browsers keep files, it travels twice. */
const GLUE = 'wasm/simd/chiffres.js';

/** The files of each stage, without those that its scripts import. The texts are those of the longer language. */
const STAGES = [
  {
    name: 'before a drawing is answered', most: 300_000,
    files: ['index.html', 'style.css', 'first.css', 'print.css', 'icon.svg', 'js/language.js', 'js/first/main.js', 'wasm/first/first.js',
      'wasm/first/first_bg.wasm.gz', 'many-writers.model'],
  },
  {
    name: 'before a network can be trained', most: 1_250_000,
    files: ['js/main.js', 'js/worker.js', GLUE, MODULE, 'text/fr.js', 'digits.csv.gz'],
  },
];
const MOST_OF_MODULE = 670_000;
const MOST_OF_FIRST = 120_000;
const MOST_LATER = 250_000;

/** Prints the sizes of a page, and throws if one is too large. */
export function checkBudgets(page) {
  const size = (name) => statSync(join(page, name)).size;
  const all = new Set();
  const rows = [
    ['the large module', size(MODULE), MOST_OF_MODULE],
    ['the first module', size('wasm/first/first_bg.wasm.gz'), MOST_OF_FIRST],
    ['the module for other programs', size('wasm/exchange/exchange_bg.wasm.gz'), MOST_LATER],
    ['the module for codes and sheets', size('wasm/later/later_bg.wasm.gz'), MOST_LATER],
    ['the module from other programs', size('wasm/import/import_bg.wasm.gz'), MOST_LATER],
    ...STAGES.map(({ name, most, files }) => {
      for (const file of withImports(page, files)) all.add(file);
      return [`all ${name}`, [...all].reduce((sum, file) => sum + (file === GLUE ? 2 : 1) * size(file), 0), most];
    }),
  ];
  for (const [name, found, most] of rows) console.log(`${kilobytes(found)} of ${kilobytes(most)}  ${name}`);
  const over = rows.filter(([, found, most]) => found > most);
  if (over.length > 0) throw new Error(`too large: ${over.map(([name, found, most]) => `${name}, ${found} bytes of ${most}`).join('; ')}`);
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1).padStart(8)} KB`;

/** Files, and the scripts that they import, directly or not. */
function withImports(page, files) {
  const found = new Set(files);
  for (const file of found) {
    if (!/^js\/.*\.js$/.test(file)) continue;
    const source = readFileSync(join(page, file), 'utf8');
    for (const [, path] of source.matchAll(/^(?:import|export)\b[^;]*?'(\.{1,2}\/[^']+)';/gm)) found.add(normalize(join(dirname(file), path)));
  }
  return found;
}
