// Shows errors at the top of the page, in the language of the page.

import { byId, element } from './elements.js';
import { Refusal } from './refusal.js';
import { exact, inLanguage, t } from './text.js';

// The error on the page, kept so that it can be written again in another language.
let shown = null;

/** Shows an error: the page's sentence, then the library's messages. It stays until it is closed or something else is tried. */
export function showError(error, subject) {
  shown = { error, subject };
  renderError();
  if ((error.kind ?? 'broken') === 'broken') console.error(error);
}

export function clearError() {
  shown = null;
  renderError();
}

export function renderError() {
  byId('messages').replaceChildren(...(shown === null ? [] : [messageOf(shown)]));
}

function messageOf({ error, subject }) {
  const kind = error.kind ?? 'broken';
  const close = element('button', { type: 'button', onclick: clearError }, t('page.close'));
  const details = error.details ? inLanguage(error.details) : [];
  const text = element('div', { className: 'grow' },
    element('p', {}, subject ? `${t('page.about', { subject })} ` : '', t(`errors.${kind}`, error.values)),
    ...(details.length > 0 ? details.map((detail) => detailOf(detail, subject))
      : error.message ? [element('p', { className: 'note', lang: 'en' }, error.message)] : []));
  return element('div', { className: 'message' }, text, close);
}

/** One message of the library. The subject was named already, so its place is shortened. */
function detailOf({ place, message, hint }, subject) {
  const where = place && within(subject, place);
  return element('p', { className: 'note' },
    where ? `${t('page.about', { subject: where })} ` : '', message, hint ? ` — ${hint}` : '');
}

/** The part of a place after the name of the file. */
const within = (file, place) => (place === file ? '' : place.startsWith(`${file}, `) ? place.slice(file.length + 2) : place);

/** Runs the action of a control. An error is shown, and nothing has changed. */
export async function attempt(action, subject) {
  try {
    clearError();
    return await action();
  } catch (error) {
    showError(error, subject);
    return undefined;
  }
}

/**
 * The same for a number that was typed: `action` gets it as TOML. A number outside of its range is an error, and after any
 * error `restore` puts the former number back.
 */
export function attemptNumber(action, typed, { min, max, isWhole = true }, subject, restore) {
  return attempt(async () => {
    try {
      const value = typed.trim() === '' ? NaN : Number(typed);
      if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return await action(String(value));
      throw new Refusal({ kind: isWhole ? 'not-whole' : 'not-number', values: { min: exact(min), max: exact(max) } });
    } catch (error) {
      restore();
      throw error;
    }
  }, subject);
}

/** Runs an action that no control asked for. Its errors are shown; an error already on the page stays otherwise. */
export async function reportErrors(action) {
  try {
    await action();
  } catch (error) {
    showError(error);
  }
}
