// Small helpers for the elements of the page.

import { Refusal } from './refusal.js';
import { exact, placeInLanguage, sentenceInLanguage, t } from './text.js';

/** An element: `element('button', { type: 'button', onclick }, 'text', child)`. Names with a dash are attributes. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made && !name.includes('-')) made[name] = value;
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Says something to those who listen rather than look. */
export function announce(text) {
  byId('announcements').textContent = text;
}

// What is complained of, to be said again in another language.
let complaint = null;

/** Shows what went wrong: a sentence of the page, then what the library says. It stays until it is closed, or something else is tried. */
export function complain(error, subject) {
  complaint = { error, subject };
  renderComplaint();
  if ((error.kind ?? 'broken') === 'broken') console.error(error);
}

export function forgetComplaint() {
  complaint = null;
  renderComplaint();
}

export function renderComplaint() {
  byId('messages').replaceChildren(...(complaint === null ? [] : [messageOf(complaint)]));
}

function messageOf({ error, subject }) {
  const kind = error.kind ?? 'broken';
  const close = element('button', { type: 'button', onclick: forgetComplaint }, t('page.close'));
  const details = error.details?.length > 0 ? error.details : error.message ? [{ message: error.message }] : [];
  const words = element('div', { className: 'grow' },
    element('p', {}, subject ? `${t('page.about', { subject })} ` : '', t(`errors.${kind}`, error.values)),
    ...details.map(({ place, ...said }) => detail({ place: place && without(subject, place), ...said })));
  return element('div', { className: 'message' }, words, close);
}

/** A place in a file that was named already. */
const without = (file, place) => (place === file ? '' : place.startsWith(`${file}, `) ? place.slice(file.length + 2) : place);

/** What the library says of one thing: where, what, and what to do about it. */
function detail({ place, message, hint }) {
  const said = (sentence) => {
    const words = sentenceInLanguage(sentence);
    return element('span', words === null ? { lang: 'en' } : {}, words ?? sentence);
  };
  return element('p', { className: 'note' },
    place ? `${t('page.about', { subject: placeInLanguage(place) })} ` : '', said(message), ...(hint ? [' — ', said(hint)] : []));
}

/** Runs what a control asks for; what is refused is shown and changes nothing. */
export async function attempt(action, subject) {
  try {
    forgetComplaint();
    return await action();
  } catch (error) {
    complain(error, subject);
    return undefined;
  }
}

/**
 * The same for a number that was typed: `action` takes it as TOML writes it. One beyond what its field takes is refused, and
 * whatever is refused, `restore` shows what there was.
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

/** Runs what follows from something else: it may complain, but does not take back what was said before. */
export async function thereupon(action) {
  try {
    await action();
  } catch (error) {
    complain(error);
  }
}

/** What draws, but no more often than the screen is drawn. */
export function oncePerFrame(render) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      render();
    });
  };
}

/**
 * What is done at once, but fills no more than half of the time: as long as it took, it then waits. Of calls that come
 * meanwhile the last one counts.
 */
export function atMostHalfOfTheTime(work) {
  let free = 0;
  let latest = null;
  const run = () => {
    const [began, given] = [performance.now(), latest];
    latest = null;
    work(...given);
    free = 2 * performance.now() - began;
  };
  return (...given) => {
    const isWaiting = latest !== null;
    latest = given;
    if (isWaiting) return;
    const wait = free - performance.now();
    if (wait > 0) setTimeout(run, wait);
    else run();
  };
}

/** What takes its time is done one at a time; of calls that come meanwhile the last one counts. */
export function oneAtATime(work) {
  let isBusy = false;
  let latest = null;
  return async (...given) => {
    latest = given;
    if (isBusy) return;
    isBusy = true;
    try {
      while (latest !== null) {
        const next = latest;
        latest = null;
        await work(...next);
      }
    } finally {
      isBusy = false;
    }
  };
}

/** Runs what can wait: first what the visitor does is answered. Not every browser says when it is idle. */
export function whenIdle(work) {
  if ('requestIdleCallback' in window) requestIdleCallback(work, { timeout: 500 });
  else setTimeout(work);
}

/** Gives the visitor a file. */
export function download(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Largest file that is opened: a photograph of a telephone. */
const MOST_BYTES = 50_000_000;

/** Refuses a file that is too large to be opened. */
export function checkSize({ size }) {
  if (size > MOST_BYTES) throw new Refusal({ kind: 'file-too-large', values: { size: size / 1e6, most: MOST_BYTES / 1e6 } });
}

/** The bytes of a chosen file. */
export async function bytesOf(file) {
  checkSize(file);
  return new Uint8Array(await file.arrayBuffer());
}

/** Has files that are dropped on an element go to `open`; text that is dragged goes where it always goes. */
export function onDrop(target, open) {
  const leave = () => document.querySelectorAll('.is-over').forEach((over) => over.classList.remove('is-over'));
  const isFile = ({ dataTransfer }) => [...dataTransfer.types].includes('Files');
  target.addEventListener('dragover', (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    // Of places within places, the innermost takes it.
    event.stopPropagation();
    if (target.classList.contains('is-over')) return;
    leave();
    target.classList.add('is-over');
  });
  target.addEventListener('dragleave', leave);
  target.addEventListener('drop', (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    event.stopPropagation();
    leave();
    const [file] = event.dataTransfer.files;
    if (file) open(file);
  });
}
