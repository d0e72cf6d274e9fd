// Shows errors in the language of the page: beside the control that they are about, or else at the top of the page.

import { byId, element } from './elements.js';
import { Refusal } from './refusal.js';
import { exact, inLanguage, t } from './text.js';

// The error on the page, kept so that it can be written again in another language.
let shown = null;

// The control that the visitor uses, while its listeners run.
let used = null;
for (const type of ['change', 'click', 'submit']) {
  document.addEventListener(type, ({ target }) => {
    used = target;
    setTimeout(() => { used = null; });
  }, true);
}

/**
 * Shows an error: the page's sentence, then the library's messages. It stays until it is closed or something else is tried.
 * `control` is the one that it is about.
 */
export function showError(error, subject, control = null) {
  shown = { error, subject };
  renderError();
  place(byId('messages'), control);
  if ((error.kind ?? 'broken') === 'broken') console.error(error);
}

export function clearError() {
  shown = null;
  renderError();
}

export function renderError() {
  byId('messages').replaceChildren(...(shown === null ? [] : [messageOf(shown)]));
}

/** Room between a control and its message, in pixels. */
const GAP = 6;

/**
 * Puts the box of messages below a control, or above it at the end of a section; at the top of the page without a control. It
 * lies over the section, so that nothing moves, and a section that is rendered again keeps it.
 */
function place(box, control) {
  // A form that was rendered again has another element in the place of the control.
  const present = control?.isConnected ? control : control?.id && document.getElementById(control.id);
  const section = present ? present.closest('main > section') : null;
  box.classList.toggle('is-beside', section !== null);
  if (section === null) {
    document.querySelector('main').before(box);
    return;
  }
  section.append(box);
  const [field, area] = [present.closest('.field, label') ?? present, section].map((element) => element.getBoundingClientRect());
  const below = field.bottom - area.top + GAP;
  const top = below + box.offsetHeight <= area.height ? below : field.top - area.top - box.offsetHeight - GAP;
  box.style.top = `${Math.max(GAP, top)}px`;
  box.style.left = `${Math.max(GAP, Math.min(field.left - area.left, area.width - box.offsetWidth - GAP))}px`;
  box.scrollIntoView({ block: 'nearest' });
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
  const control = used;
  try {
    clearError();
    return await action();
  } catch (error) {
    showError(error, subject, control);
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
