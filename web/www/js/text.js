// The texts of the page: one table for each language, loaded when it is needed. js/language.js chooses the language.
//
// An element with data-text="a.b" shows the text of that key; one with data-label="a.b" has it as its accessible name. Texts
// may contain {names} of values. Of a key with the forms `.one` and `.other` the number {n} picks one.

const tables = {};
const listeners = [];
let language = document.documentElement.lang;

/** Loads the texts of a language. */
async function load(wanted) {
  tables[wanted] ??= (await import(`../text/${wanted}.js`)).default;
}

/** Waits for the texts of the page's language. Nothing else here may be called before. */
export const textsLoaded = () => load(language);

/** Loads the other texts too, so that a change of the language needs no network. */
export const loadAllTexts = () => Promise.all(['en', 'fr'].map(load));

document.addEventListener('language', async () => {
  const wanted = document.documentElement.lang;
  if (!(wanted in tables)) await load(wanted);
  language = wanted;
  for (const render of listeners) render();
});

/** Calls `render` now, and again whenever the language changes. */
export function onLanguage(render) {
  listeners.push(render);
  render();
}

/** The text of a key, with `values` for its {names}. */
export function t(key, values = {}) {
  const table = tables[language];
  const form = 'n' in values ? `${key}.${new Intl.PluralRules(language).select(values.n) === 'one' ? 'one' : 'other'}` : key;
  const text = table[form] ?? table[key];
  if (text === undefined) throw new Error(`no text ${key} in ${language}`);
  const filled = text.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
  return language === 'fr' ? spaced(filled) : filled;
}

/** Of an object with a field for each language: the field of the page's language. */
export const inLanguage = (byLanguage) => byLanguage[language];

/** French puts spaces before some signs. No line may break there. */
const spaced = (text) => text.replace(/ ([:;!?»])/g, '\u00a0$1').replace(/« /g, '«\u00a0');

function shown(value) {
  return typeof value === 'number' ? number(value, Number.isInteger(value) ? 0 : 2) : String(value);
}

// Number formats by language and options, kept because a format takes longer to make than to use.
const formats = new Map();

/** A number in the notation of the language. `options` are those of Intl.NumberFormat. */
function format(value, options) {
  const key = `${language} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(language, options));
  return formats.get(key).format(value);
}

/** The same for display: with a minus sign in place of the hyphen. */
const written = (value, options) => format(value, options).replace('-', '−');

const decimalsOf = (decimals) => ({ minimumFractionDigits: decimals, maximumFractionDigits: decimals });

/** A number with `decimals` decimals. */
export const number = (value, decimals = 0) => written(value, decimalsOf(decimals));

/** A number with all its decimals. */
export const exact = (value) => written(value, { maximumFractionDigits: 20 });

/** A number as a visitor types it: with all its decimals, without separators between thousands. */
export const typed = (value) => format(value, { maximumFractionDigits: 20, useGrouping: false });

/** A number with `digits` significant digits. Very small and very large numbers get a power of ten. */
export function significant(value, digits = 3) {
  if (value === 0) return '0';
  // Diverged training gives NaN or infinity.
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) return written(value, { maximumSignificantDigits: digits });
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  const power = [...exponent.replace('+', '')].map((sign) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[sign] ?? '⁻').join('');
  return `${written(Number(mantissa), { maximumFractionDigits: digits - 1 })}·10${power}`;
}

/** A fraction in percent. */
export function percent(rate, decimals = 1) {
  if (!Number.isFinite(rate)) return '–';
  return written(rate, { style: 'percent', ...decimalsOf(decimals) });
}

/** A probability in percent. A large one is rounded down, so that 100 % means certainty. */
export function confidence(probability, decimals = 0) {
  const scale = 100 * 10 ** decimals;
  return percent(probability > 0.5 ? Math.floor(probability * scale + 1e-6) / scale : probability, decimals);
}

/** Writes the texts of all elements below `root`. */
export function translate(root) {
  for (const element of root.querySelectorAll('[data-text]')) element.textContent = t(element.dataset.text);
  for (const element of root.querySelectorAll('[data-label]')) element.setAttribute('aria-label', t(element.dataset.label));
}
