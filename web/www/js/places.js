// Places on the page: links within it, the way back, and the parts that a link of a teacher shows.

import { byId } from './elements.js';

/**
 * Has links within the page scroll. They leave the address to the experiment, and the browser's Back leads to where one was.
 *
 * @param fragment returns the fragment of the present experiment
 */
export function mountPlaces(fragment) {
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    // An entry of its own in the history: the browser keeps the place with each.
    history.pushState(PLACE, '');
    goTo(byId(link.hash.slice(1)));
  });
  // Back leads to an earlier place, and not to an earlier experiment.
  history.replaceState(PLACE, '');
  window.addEventListener('popstate', ({ state }) => {
    if (state?.isPlace && location.hash !== fragment()) history.replaceState(PLACE, '', fragment());
  });
}

/** The state of an entry of the history that this page has made. */
const PLACE = { isPlace: true };

/** Puts a fragment into the address, and stays at the same place. */
export const putFragment = (fragment) => history.replaceState(PLACE, '', fragment);

/** Goes to an element, from where the keyboard continues. */
function goTo(place) {
  place.scrollIntoView();
  place.tabIndex = -1;
  place.addEventListener('blur', () => place.removeAttribute('tabindex'), { once: true });
  place.focus({ preventScroll: true });
}

// The page is short while it loads, so that the browser finds no place on it.

const KEY = 'chiffres-place';

/** Goes to the part that the address names, or after a reload to where the visitor was. */
export function restorePlace() {
  window.addEventListener('pagehide', keepPlace);
  history.scrollRestoration = 'auto';
  if (window.scrollY > 0) return;
  const named = document.getElementById(location.hash.slice(1));
  const [{ type }] = performance.getEntriesByType('navigation');
  const kept = type === 'navigate' ? null : keptPlace();
  if (kept) stayAt(kept);
  else if (named) named.scrollIntoView({ behavior: 'instant' });
}

/** Goes to a place that was kept, and stays there while the page still grows, until the visitor moves. */
function stayAt({ id, top }) {
  const grown = new ResizeObserver(() => window.scrollBy({ top: topOf(byId(id)) - top, behavior: 'instant' }));
  grown.observe(document.querySelector('main'));
  const end = () => grown.disconnect();
  for (const type of ['wheel', 'touchstart', 'pointerdown', 'keydown']) window.addEventListener(type, end, { once: true });
  setTimeout(end, GROWING);
}

/** Milliseconds in which the page may still grow after it answers. */
const GROWING = 3000;

const topOf = (element) => element.getBoundingClientRect().top;

/** Keeps the section in the middle of the window and its place there: the sections above it grow while the page loads. */
function keepPlace() {
  const section = [...document.querySelectorAll('main > section')].findLast((section) => section.checkVisibility() && topOf(section) <= window.innerHeight / 2);
  try {
    if (section) sessionStorage.setItem(KEY, JSON.stringify({ id: section.id, top: Math.round(topOf(section)) }));
    else sessionStorage.removeItem(KEY);
  } catch { /* without storage, a reload leads to the top */ }
}

function keptPlace() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    return document.getElementById(kept?.id) ? kept : null;
  } catch {
    return null;
  }
}

/**
 * Shows the parts that the address asks for, as `?show=training,drawing` does, and leaves out controls, as
 * `?hide=network-form` does: their ids are those of index.html. A link without known parts shows all.
 */
export function selectParts() {
  const asked = new URLSearchParams(location.search);
  const names = (key) => (asked.get(key) ?? '').split(',').filter((name) => document.getElementById(name));
  const shown = names('show');
  if (shown.length === 0) document.documentElement.classList.remove('is-without-first');
  for (const section of shown.length > 0 ? document.querySelectorAll('main > section') : []) {
    const isLeftOut = !shown.includes(section.id);
    section.classList.toggle('is-left-out', isLeftOut);
    document.querySelector(`.contents a[href="#${section.id}"]`)?.parentElement.classList.toggle('is-left-out', isLeftOut);
  }
  document.querySelector('.workshop').classList.toggle('is-left-out', shown.length > 0);
  for (const name of names('hide')) {
    const control = byId(name);
    (control.closest('label') ?? control).classList.add('is-left-out');
  }
}
