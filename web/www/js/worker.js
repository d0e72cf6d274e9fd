// The engine: the library of chiffres, compiled to WebAssembly, in a thread of its own.
//
// The page sends { id, call, args } and gets { id, value } or { id, error } back. While a training plays, it is taken
// in slices short enough that a question in between is answered at once; `{ event: 'progress' }` tells the page.

import { fetched } from './fetched.js';
import { recognised } from './reader.js';
import { described } from './refusal.js';

// A module with one function that uses a vector: whether it is valid says whether the browser has vectors.
const VECTORS = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
// Milliseconds of training before anything else may have its turn.
const SLICE = 8;
// Milliseconds between two reports of a training.
const REPORT = 60;
// Seconds that a training takes at least when it is watched.
const WATCHED = 6;

let lesson;
const ready = start();

async function start() {
  // The worker's name may ask for one of the two.
  const kind = self.name || (WebAssembly.validate(VECTORS) ? 'simd' : 'plain');
  const [compiled, library, digits] = await Promise.all([
    compile(`../wasm/${kind}/chiffres_bg.wasm`), import(`../wasm/${kind}/chiffres.js`), fetched('../digits.csv.gz'),
  ]);
  await library.default({ module_or_path: compiled });
  lesson = new library.Lesson(digits);
  return { kind, compiled };
}

/** Compiles a module, while it arrives where the host says what it is. */
async function compile(path) {
  const answer = await fetch(new URL(path, import.meta.url));
  if (answer.headers.get('Content-Type') === 'application/wasm') return WebAssembly.compileStreaming(answer);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return WebAssembly.compile(await answer.arrayBuffer());
}

// Playing.

// `began` is null where steps are made by hand, one or an epoch at a time; of all that were set going only the last `turn` plays.
const play = { on: false, turn: 0, pace: 'full', known: 0, reported: 0, began: null, stepsAtBegin: 0 };
const next = new MessageChannel();
next.port1.onmessage = ({ data }) => slice(data);

function slice(turn) {
  if (!play.on || turn !== play.turn) return;
  const now = performance.now();
  let more = true;
  if (play.pace === 'full') {
    while (more && performance.now() < now + SLICE) more = lesson.step();
  } else {
    const due = play.stepsAtBegin + Math.floor((now - play.began) / 1000 * stepsPerSecond());
    while (more && play.steps < due && performance.now() < now + SLICE) {
      more = lesson.step();
      play.steps += 1;
    }
  }
  if (!more) {
    play.on = false;
    report();
  } else {
    if (now - play.reported >= REPORT) report();
    if (play.pace === 'full') next.port2.postMessage(turn);
    else setTimeout(() => slice(turn), 4);
  }
}

function stepsPerSecond() {
  return play.pace === 'slow' ? 4 : play.total / WATCHED;
}

function report() {
  const progress = JSON.parse(lesson.progress(play.known));
  if (!progress) return;
  const now = performance.now();
  // Steps a second since it was set going.
  const rate = play.began === null || now <= play.began ? 0 : (progress.step - play.stepsAtBegin) / (now - play.began) * 1000;
  play.reported = now;
  const known = play.known;
  play.known += progress.history.length;
  const maps = lesson.maps();
  postMessage({ event: 'progress', progress: { ...progress, known, isPlaying: play.on, rate }, maps }, [maps.buffer]);
}

function byHand(move) {
  Object.assign(play, { on: false, began: null });
  move();
  report();
}

/** The network in use: what is said of it, and what it takes to read drawings with it. */
function inUse(more) {
  const known = lesson.knowledge();
  const { model, pixels, labels, distance, leastInk, mostInk } = known;
  known.free();
  return { network: { ...JSON.parse(lesson.network()), ...more }, knowledge: { model, pixels, labels, distance, leastInk, mostInk } };
}

const calls = {
  start: () => ready,
  digits: () => ({ pixels: lesson.pixels(), labels: lesson.labels() }),
  experiment: () => JSON.parse(lesson.experiment()),
  configure: (changes) => JSON.parse(lesson.configure(JSON.stringify(changes))),
  restore: (changes) => JSON.parse(lesson.restore(JSON.stringify(changes))),
  preset: (name) => JSON.parse(lesson.preset(name)),
  augment: (isOn) => JSON.parse(lesson.augment(isOn)),
  loadToml: (file, text) => JSON.parse(lesson.loadToml(file, text)),
  toml: () => lesson.toml(),

  begin: (withClass) => {
    // What is refused leaves the training before it as it is.
    lesson.begin(withClass);
    Object.assign(play, { on: false, began: null, known: 0 });
    report();
  },
  play: (pace) => {
    const progress = JSON.parse(lesson.progress(0));
    if (!progress || progress.isDone) return;
    const now = performance.now();
    Object.assign(play, {
      on: true, turn: play.turn + 1, pace, began: now, reported: now, steps: progress.step, stepsAtBegin: progress.step, total: progress.steps,
    });
    slice(play.turn);
  },
  pause: () => { play.on = false; report(); },
  step: () => byHand(() => lesson.step()),
  epoch: () => byHand(() => lesson.epoch()),
  // The whole training in one go, with the milliseconds of each epoch: what the benchmark asks for.
  timeEpochs: () => {
    const times = [];
    let began = performance.now();
    while (lesson.epoch()) {
      const now = performance.now();
      times.push(now - began);
      began = now;
    }
    return times;
  },

  useTrained: () => {
    lesson.useTrained();
    return inUse({ step: JSON.parse(lesson.progress(play.known)).step });
  },
  useFile: (file, bytes) => {
    lesson.useFile(file, bytes);
    return inUse();
  },
  model: () => lesson.model(),
  verdict: () => JSON.parse(lesson.verdict()),
  recognise: (height, width, rgba) => recognised(lesson, height, width, rgba),
  follow: (pixels, target) => JSON.parse(lesson.follow(pixels, target)),
  finiteDifference: (layer, isBias, index) => lesson.finiteDifference(layer, isBias, index),
  checkGradients: (most) => JSON.parse(lesson.checkGradients(most)),

  setClass: (drawings) => JSON.parse(lesson.setClass(JSON.stringify(drawings))),
  readClass: (file, bytes) => JSON.parse(lesson.readClass(file, bytes)),
  classCsv: (withDigits) => lesson.classCsv(withDigits),
  classNpz: () => lesson.classNpz(),
  classToml: () => lesson.classToml(),
  classScores: () => JSON.parse(lesson.classScores()),
};

onmessage = async ({ data: { id, call, args } }) => {
  try {
    await ready;
    postMessage({ id, value: await calls[call](...args) });
  } catch (error) {
    postMessage({ id, error: described(error) });
  }
};
