// Adds a drawing to the class, with its digit and the name of who drew it; or asks for the ten digits in turn.

import { byId, element } from '../elements.js';
import { attempt } from '../errors.js';
import { nameOf } from './drawings.js';
import { digitCanvas, drawDigit } from '../picture.js';
import { onLanguage, t } from '../text.js';

const PLACE = 'chiffres-author';

export function mountClassForm(app, drawings) {
  const [form, author, label, add, turnBar] = ['class-form', 'class-author', 'class-label', 'class-add', 'class-turn'].map(byId);
  const turnButtons = {
    add: element('button', { type: 'button', id: 'class-turn-add', className: 'primary', onclick: () => addCurrent() }),
    stop: element('button', { type: 'button', id: 'class-turn-stop', onclick: () => stopTurn() }),
  };
  const turnWords = element('p', { id: 'class-turn-words', className: 'result', role: 'status' });
  // The last drawing, whether the visitor chose its digit, and the digit whose turn it is.
  let current = null;
  let isChosen = false;
  let turn = null;
  let isAdding = false;
  // The note on the last action, as a function, because the language may change.
  let said = () => '';

  const picture = digitCanvas();

  author.value = remembered();
  label.append(...Array.from({ length: 10 }, (_, digit) => element('option', { value: digit }, String(digit))));
  turnBar.append(turnWords, element('div', { className: 'row' }, turnButtons.add, turnButtons.stop));

  const say = (words) => {
    said = words;
    byId('class-said').textContent = said();
  };

  function name() {
    const chosen = nameOf(author.value);
    author.setAttribute('aria-invalid', String(chosen === null));
    if (chosen === null) {
      say(() => t('class.noName'));
      author.focus();
    } else {
      author.value = chosen;
      remember(chosen);
    }
    return chosen;
  }

  const addCurrent = () => attempt(async () => {
    const chosen = name();
    if (chosen === null || current === null || isAdding) return;
    isAdding = true;
    try {
      await addTo(chosen);
    } finally {
      isAdding = false;
    }
  });

  async function addTo(chosen) {
    const drawing = { label: turn ?? Number(label.value), author: chosen, pixels: Array.from(current) };
    const added = await drawings.add([drawing]);
    if (added === 0) {
      say(() => t('class.isThere'));
      return;
    }
    const isTest = drawings.tests.at(-1);
    say(() => t(isTest ? 'class.addedTest' : 'class.addedTrain', { label: drawing.label, author: chosen }));
    if (turn !== null) turn = (turn + 1) % 10;
    app.emit('clear-pad');
    forget();
    // A disabled button loses the focus. Move it to the pad for the next drawing.
    byId(turn !== null ? 'drawing-pad' : 'class-said').focus({ preventScroll: true });
  }

  function startTurn() {
    if (name() === null) return;
    turn = 0;
    app.emit('clear-pad');
    forget();
    turnBar.scrollIntoView();
    byId('drawing-pad').focus({ preventScroll: true });
  }

  function stopTurn() {
    turn = null;
    render();
    byId('class-in-turn').scrollIntoView({ block: 'center' });
    byId('class-in-turn').focus({ preventScroll: true });
  }

  function forget() {
    [current, isChosen] = [null, false];
    render();
  }

  function render() {
    add.disabled = turnButtons.add.disabled = current === null;
    if (current) drawDigit(picture, current, t('class.current'));
    byId('class-current').replaceChildren(current ? picture : element('a', { href: '#drawing' }, t('class.noDrawing')));
    byId('class-in-turn').setAttribute('aria-pressed', String(turn !== null));
    if (turn !== null) label.value = String(turn);
    label.disabled = turn !== null;
    turnBar.hidden = turn === null;
    byId('drawing-to-class').hidden = turn !== null;
    if (turn !== null) renderTurn();
    byId('class-said').textContent = said();
  }

  function renderTurn() {
    const chosen = nameOf(author.value) ?? '';
    const own = drawings.list.filter((drawing) => drawing.author === chosen && drawing.label === turn).length;
    // Only written if it changes, because screen readers read each change.
    const words = t(own % 2 === 0 ? 'class.turnTrain' : 'class.turnTest', { label: turn, author: chosen });
    if (turnWords.textContent !== words) turnWords.textContent = words;
    turnButtons.add.textContent = t('class.addMine');
    turnButtons.stop.textContent = t('class.turnStop');
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    addCurrent();
  });
  author.addEventListener('change', () => {
    const chosen = nameOf(author.value);
    if (chosen !== null) {
      author.removeAttribute('aria-invalid');
      remember(chosen);
    }
    render();
  });
  label.addEventListener('change', () => { isChosen = true; });
  byId('class-in-turn').addEventListener('click', () => (turn === null ? startTurn() : stopTurn()));
  app.on('drawn', ({ pixels, label: read }) => {
    const isFirst = current === null;
    current = pixels;
    if (!isChosen && turn === null) label.value = String(read);
    if (isFirst) render();
    else drawDigit(picture, current, t('class.current'));
  });
  app.on('teach', ({ meant }) => {
    label.value = String(meant);
    isChosen = true;
    byId('class').scrollIntoView();
    (author.value === '' ? author : add).focus({ preventScroll: true });
  });
  app.on('undrawn', () => { if (current !== null) forget(); });
  app.on('class', () => {
    if (drawings.list.length === 0) said = () => '';
    render();
  });
  onLanguage(render);
}

function remembered() {
  try {
    return localStorage.getItem(PLACE) ?? '';
  } catch {
    return '';
  }
}

function remember(name) {
  try {
    localStorage.setItem(PLACE, name);
  } catch { /* it lasts for this visit */ }
}
