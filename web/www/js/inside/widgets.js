// The building blocks of section 6: bars, pictures, lists and tables of numbers.

import { keepOneTabStop, moveByArrows } from '../arrows.js';
import { byId, element } from '../elements.js';
import { largest } from './formulas.js';
import { drawWeights } from '../picture.js';
import { t } from '../text.js';

// Neurons of a layer, and terms of a sum, that are shown before the visitor asks for all.
const MANY_NEURONS = 24;
const MANY_TERMS = 8;
// The keys of the lists that the visitor has unfolded.
const unfolded = new Set();

export const line = (name, ...values) => [element('dt', {}, name), element('dd', {}, ...values)];

/** Marks one button of an element as pressed. */
export function press(root, chosen) {
  for (const button of root.querySelectorAll('button[aria-pressed]')) button.setAttribute('aria-pressed', String(button === chosen));
}

/** A bar from the middle: to the right for positive values, striped and to the left for negative ones. */
export function bar(value, most) {
  const part = most > 0 && Number.isFinite(value) ? 50 * Math.min(1, Math.abs(value) / most) : 0;
  const fill = element('span', { className: value < 0 ? 'negative' : 'positive' });
  fill.style.width = `${part}%`;
  fill.style.left = `${value < 0 ? 50 - part : 50}%`;
  return element('span', { className: 'signed-bar', 'aria-hidden': 'true' }, fill);
}

/** Pictures of 64 values, or of the 9 of a window, side by side as an equation. Each is `[values, name]`. */
export function pictures(inputs, weights, products) {
  const picture = ([values, name]) => {
    const canvas = element('canvas', { role: 'img', 'aria-label': name });
    const side = Math.sqrt(values.length);
    drawWeights(canvas, values, side, side, largest(values));
    return element('figure', {}, canvas, element('figcaption', {}, name));
  };
  const sign = (text) => element('span', { 'aria-hidden': 'true' }, text);
  return element('div', {},
    element('div', { className: 'equation' }, picture(inputs), sign('×'), picture(weights), sign('='), picture(products)), legend());
}

export function legend() {
  const key = (sign) => element('span', { className: 'key' }, element('span', { className: `swatch ${sign}` }), ` ${t(`inside.${sign}`)}`);
  return element('p', { className: 'legend' }, key('positive'), ' ', key('negative'));
}

export function plainTable(caption, heads, rows) {
  // A table without buttons takes the focus itself, so that the arrow keys can scroll it.
  const hasButtons = rows.some((row) => row.some((cell) => cell instanceof Element));
  const scroll = hasButtons ? {} : { tabIndex: 0, role: 'group', 'aria-label': caption };
  return element('div', { className: 'scroll', ...scroll }, element('table', { className: 'terms' },
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element('tbody', {}, ...rows.map(([name, ...values]) =>
      element('tr', {}, element('th', { scope: 'row' }, name), ...values.map((value) => element('td', {}, value)))))));
}

/** The neurons of a layer. A long list is unfolded on request. `rows` make the elements. */
export function neuronList(key, title, rows) {
  const list = element('ul', { className: 'numbers neurons-list' });
  const fill = () => {
    list.replaceChildren(...rows.slice(0, unfolded.has(key) ? rows.length : MANY_NEURONS).map((row) => row()));
    keepOneTabStop(list);
  };
  fill();
  moveByArrows(list);
  const all = rows.length <= MANY_NEURONS || unfolded.has(key) ? null : element('button', {
    type: 'button', onclick: () => {
      unfolded.add(key);
      all.remove();
      fill();
      list.children[MANY_NEURONS].querySelector('button').focus();
    },
  }, t('inside.allNeurons', { count: rows.length }));
  return element('div', {}, element('h4', {}, title), list, all);
}

/** A table of terms. The later rows of a long table are folded. */
export function table(key, caption, heads, rows) {
  const shown = plainTable(caption, heads, rows.slice(0, MANY_TERMS));
  if (rows.length <= MANY_TERMS) return shown;
  const rest = element('details', { open: unfolded.has(key) },
    element('summary', {}, t('inside.otherTerms', { n: rows.length - MANY_TERMS, count: rows.length - MANY_TERMS })),
    plainTable(caption, heads, rows.slice(MANY_TERMS)));
  rest.addEventListener('toggle', () => (rest.open ? unfolded.add(key) : unfolded.delete(key)));
  return element('div', {}, shown, rest);
}

/** The panel beside `list` that explains a number. `onClose` forgets the number. */
export class Panel {
  #part;

  constructor(part, list, onClose) {
    this.#part = part;
    const close = () => {
      const from = list.querySelector('button[aria-pressed="true"]');
      press(list, null);
      onClose();
      from?.focus({ preventScroll: true });
    };
    byId(`inside-${part}-close`).addEventListener('click', close);
    byId(`inside-${part}-panel`).addEventListener('keydown', (event) => {
      if (event.key === 'Escape') close();
    });
  }

  fill({ title, words, details = [] }, isOpen) {
    const [head, close, body, more, panel] = ['title', 'close', 'words', 'details', 'panel'].map((name) => byId(`inside-${this.#part}-${name}`));
    head.textContent = title;
    close.hidden = !isOpen;
    body.replaceChildren(...words.filter((text) => text !== '').map((text) => (typeof text === 'string' ? element('p', {}, text) : text)));
    more.replaceChildren(...details.filter((part) => part !== ''));
    panel.scrollTop = 0;
  }
}
