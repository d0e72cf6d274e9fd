// The first screen: digits that draw themselves until the visitor draws one, with the answer of the network beside them.
//
// The page's other scripts come after it: what a visitor sees first travels first.

import { engine } from '../early.js';
import { atMostHalfOfTheTime } from '../pacing.js';
import { makePad } from '../pad.js';
import { bars, percentages, squares } from './pictures.js';
import { startFirstReader } from './reader.js';
import { digits } from './strokes.js';

// Milliseconds that a digit takes to draw itself, and that it stays.
const DRAWING = 1500;
const STAYING = 2200;
// Milliseconds without a change before the answer is read out.
const QUIET = 700;

const byId = (id) => document.getElementById(id);
const screen = byId('first');

/** Reads drawings: nothing until the first module has come. */
let read = null;
/** Whether digits draw themselves: until the visitor draws. */
let isShowing = true;
/** Takes the answers about the visitor's drawing. */
let listener = () => {};

// Heard before the pad's own listeners, so that a stroke begins on blank paper.
byId('first-pad').addEventListener('pointerdown', takeOver);
byId('first-pad').addEventListener('keydown', (event) => {
  if (event.key === ' ' || event.key.startsWith('Arrow')) takeOver();
});

const pad = makePad(byId('first-pad'), { onChange: atMostHalfOfTheTime(answer), onPen: () => {}, kept: 'chiffres-first' });

/** Ends the show: the paper is the visitor's. */
function takeOver() {
  if (!isShowing) return;
  isShowing = false;
  screen.classList.add('is-yours', 'has-no-answer');
  pad.hide();
}

function answer() {
  screen.classList.remove('is-still');
  if (read === null) return;
  const found = pad.isBlank() ? null : read(pad.pixels());
  if (found) render(found);
  screen.classList.toggle('has-no-answer', found === null);
  if (isShowing) return;
  sayLater(found);
  listener(found);
}

/** Calls `take` with each answer about the visitor's drawing: `{ pixels, label }`, or `null`. */
export function onFirstAnswer(take) {
  listener = take;
  if (!isShowing) answer();
}

function render({ label, probabilities, bitmap, pixels }) {
  byId('first-digit').textContent = String(label);
  const share = percentages(probabilities[label]);
  for (const [language, text] of Object.entries(share)) byId(`first-share-${language}`).textContent = text;
  byId('first-bars').innerHTML = bars(probabilities, label);
  byId('first-bitmap').innerHTML = squares(bitmap, 32, 1);
  byId('first-pixels').innerHTML = squares(pixels, 8, 16);
}

// Reads the answer out when the visitor pauses.
let saying;
function sayLater(found) {
  clearTimeout(saying);
  if (found === null) return;
  saying = setTimeout(() => {
    const share = percentages(found.probabilities[found.label]);
    byId('first-said-en').textContent = `The network reads ${found.label}, ${share.en}.`;
    byId('first-said-fr').textContent = `Le réseau lit un ${found.label}, sûr à ${share.fr}.`;
  }, QUIET);
}

// The show.

const frame = () => new Promise(requestAnimationFrame);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The first `count` points of strokes, as strokes. */
function begun(strokes, count) {
  const parts = strokes.map((points, i) => points.slice(0, Math.max(0, count - strokes.slice(0, i).flat().length)));
  return parts.filter((points) => points.length > 0);
}

async function drawItself(strokes) {
  const all = strokes.flat().length;
  const began = performance.now();
  for (let share = 0; share < 1 && isShowing;) {
    share = Math.min(1, (await frame() - began) / DRAWING);
    if (isShowing) pad.show(begun(strokes, Math.max(1, Math.round(share * all))));
  }
}

async function show() {
  await pause(STAYING);
  for (let turn = 1; isShowing; turn += 1) {
    // Nothing moves that nobody sees.
    if (!document.hidden && screen.getBoundingClientRect().bottom > 0) await drawItself(digits[turn % digits.length].strokes);
    await pause(STAYING);
  }
}

// Buttons.

byId('first-turn').addEventListener('click', () => {
  takeOver();
  byId('first-pad').focus();
});
byId('first-clear').addEventListener('click', (event) => pad.clear(event.timeStamp));
for (const button of screen.querySelectorAll('button')) button.disabled = false;

/** Reads with another network from now on: with that of `reader`, which the visitor trained, or again with that of many writers. */
export function readWith(reader) {
  const isTrained = reader !== null;
  read = isTrained ? withReader(reader) : first;
  screen.classList.toggle('is-trained', isTrained);
  if (!isShowing || isTrained) answer();
}

/** `reader` of reader.js, which throws where there is no digit. */
const withReader = (reader) => ({ height, width, rgba }) => {
  try {
    const { label, probabilities, pixels, pictures, steps } = reader.recognise(height, width, rgba);
    const { start } = steps.find(({ name }) => name === 'bitmap') ?? { start: pictures.length };
    return { label, probabilities, pixels, bitmap: Array.from(pictures.subarray(start, start + 32 * 32), (ink) => ink / 255) };
  } catch {
    return null;
  }
};

/** Says that the rest of the page has not come. */
export function loadingFailed() {
  byId('loading').hidden = true;
  byId('failed').hidden = false;
}

let first = null;

async function start() {
  // Unless there is the visitor's drawing from before a reload.
  if (pad.isBlank()) pad.show(digits[0].strokes);
  else takeOver();
  try {
    first = (await startFirstReader()).read;
    read ??= first;
    byId('first-answer').removeAttribute('aria-busy');
    if (!isShowing) answer();
    else if (!matchMedia('(prefers-reduced-motion: reduce)').matches) show();
  } catch (error) {
    console.error(error);
  }
  // Only now, so that they do not slow the answer to the first drawing. The engine first: its module takes longest. main.js
  // asks it again, and reports what fails.
  engine.start().catch(() => {});
  try {
    await import('../main.js');
  } catch (error) {
    console.error(error);
    loadingFailed();
  }
}

start();
