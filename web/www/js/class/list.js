// The list of the class's drawings, by person.

import { announce, byId, element } from '../elements.js';
import { attempt } from '../errors.js';
import { digitImage } from '../picture.js';
import { onLanguage, t } from '../text.js';

// Drawings of a person that are shown before the visitor asks for more.
const MANY = 60;

export function mountClassList(app, drawings) {
  const list = byId('class-list');
  // The people whose drawings are unfolded, those with all of them shown, and the deletion that waits for a confirmation.
  const open = new Set();
  const all = new Set();
  let asked = null;
  // The drawings before and after the last deletion, until something else changes them.
  let deletion = null;

  /** Deletes drawings, and moves the focus to the next one. */
  const remove = (meant) => attempt(async () => {
    const buttons = [...list.querySelectorAll('.delete-one')];
    const at = buttons.indexOf(document.activeElement);
    asked = null;
    const before = await drawings.change((now) => now.filter((drawing) => !meant.has(drawing)));
    // A second click before the first was done.
    if (before.length === drawings.list.length) return;
    deletion = { before, after: drawings.list };
    announce(deleted());
    renderDeletion();
    const left = list.querySelectorAll('.delete-one');
    (left[Math.min(at, left.length - 1)] ?? byId('class-list-title')).focus();
  });

  const deleted = () => t('class.deleted', { n: deletion.before.length - deletion.after.length });

  /** Undoes the last deletion. Each drawing returns to its place, which decides whether it trains or tests. */
  const takeBack = () => attempt(async () => {
    if (deletion === null) return;
    const { before, after } = deletion;
    if (await drawings.change((now) => (now === after ? before : now)) !== after) return;
    announce(t('class.broughtBack'));
    byId('class-list-title').focus();
  });

  function renderDeletion() {
    if (deletion?.after !== drawings.list) deletion = null;
    byId('class-deleted').hidden = deletion === null;
    byId('class-deleted-words').textContent = deletion === null ? '' : deleted();
  }

  /** A button that turns into a question before it acts. `key` identifies it. */
  function questioned(key, words, question, action) {
    if (asked !== key) {
      return element('button', { type: 'button', className: 'ask', onclick: () => ask(key) }, words);
    }
    const no = element('button', { type: 'button', className: 'answer-no', onclick: () => ask(null) }, t('class.keep'));
    return element('div', {
      className: 'question row', role: 'group', 'aria-label': question,
      onkeydown: (event) => { if (event.key === 'Escape') ask(null); },
    }, element('span', {}, question), element('button', { type: 'button', className: 'answer-yes', onclick: action }, t('class.delete')), no);
  }

  function ask(key) {
    const before = asked;
    asked = key;
    render();
    const target = key === null ? list.querySelector(`[data-question="${CSS.escape(before)}"] button`) : list.querySelector('.answer-no');
    target?.focus();
  }

  function drawingItem(index) {
    const { label, author } = drawings.list[index];
    const part = t(drawings.tests[index] ? 'class.tests' : 'class.trains');
    return element('li', { className: drawings.tests[index] ? 'is-test' : '' },
      digitImage(drawings.list[index].pixels, t('images.pictureOf', { label })),
      element('span', { className: 'caption' }, element('strong', {}, String(label)), ` ${part}`),
      element('button', {
        type: 'button', className: 'delete-one', title: t('class.deleteOne', { label, author }),
        'aria-label': t('class.deleteOne', { label, author }), onclick: () => remove(new Set([drawings.list[index]])),
      }, '✕'));
  }

  function fill(details, author, indices) {
    const shown = all.has(author) ? indices : indices.slice(0, MANY);
    const more = indices.length > shown.length ? element('button', {
      type: 'button', onclick: () => {
        all.add(author);
        fill(details, author, indices);
        details.querySelectorAll('.delete-one')[MANY]?.focus();
      },
    }, t('class.more', { n: indices.length - shown.length })) : null;
    const question = t('class.askPerson', { n: indices.length, author });
    details.replaceChildren(details.firstChild,
      element('ul', { className: 'drawings' }, ...shown.map(drawingItem)),
      element('div', { className: 'row', 'data-question': `person ${author}` },
        questioned(`person ${author}`, t('class.deletePerson', { author }), question, () => remove(new Set(indices.map((i) => drawings.list[i])))), more));
  }

  function person([author, indices]) {
    const tests = indices.filter((i) => drawings.tests[i]).length;
    const drawn = new Set(indices.map((i) => drawings.list[i].label));
    const missing = Array.from({ length: 10 }, (_, digit) => digit).filter((digit) => !drawn.has(digit));
    const summary = element('summary', {}, element('strong', {}, author), ' ',
      t('class.person', { n: indices.length, train: indices.length - tests, test: tests }),
      missing.length === 0 ? '' : ` · ${t('class.missing', { digits: missing.join(', ') })}`);
    const details = element('details', { className: 'person', open: open.has(author) }, summary);
    // Folded pictures are not made: there may be ten thousand.
    if (details.open) fill(details, author, indices);
    details.addEventListener('toggle', () => {
      if (details.open === open.has(author)) return;
      if (details.open) {
        open.add(author);
        fill(details, author, indices);
      } else {
        open.delete(author);
      }
    });
    return details;
  }

  function render() {
    const n = drawings.list.length;
    const people = drawings.people();
    byId('class-counts').textContent = n === 0 ? t('class.empty')
      : `${t('class.drawings', { n })} ${t('class.people', { n: people.length })}${drawings.isKept ? '' : ` ${t('class.notKept')}`}`;
    const deleteAll = n === 0 ? null : element('div', { id: 'class-delete-all', className: 'row', 'data-question': 'all' },
      questioned('all', t('class.deleteAll'), t('class.askAll', { n }), () => remove(new Set(drawings.list))));
    list.replaceChildren(...people.map(person), ...(deleteAll ? [deleteAll] : []));
    renderDeletion();
  }

  byId('class-take-back').addEventListener('click', takeBack);
  app.on('class', render);
  onLanguage(render);
}
