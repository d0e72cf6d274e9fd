// The engine: the library of chiffres, compiled to WebAssembly, in a worker thread.
//
// The page sends { id, call, args } and receives { id, value } or { id, error }. Training runs in short slices, so that calls
// in between are answered at once; `{ event: 'progress' }` messages report on it.

import { fetched } from './fetched.js';
import { recognise } from './reader.js';
import { parseError } from './refusal.js';
import { compiled, kind as best } from './wasm.js';

// Milliseconds of training before the next message is handled.
const SLICE = 8;
// Milliseconds between two progress reports.
const REPORT = 60;
// Shortest duration of training at the pace "watch", in seconds.
const WATCHED = 6;

let session;
// Nothing is loaded before the first call: the first screen comes first.
let ready = null;

async function start() {
  // The name of the worker may force one of the two modules.
  const kind = self.name || best;
  const [module, library, digits] = await Promise.all([
    compiled(`../wasm/${kind}/chiffres_bg.wasm`), import(`../wasm/${kind}/chiffres.js`), fetched('../digits.csv.gz'),
  ]);
  await library.default({ module_or_path: module });
  session = new library.Session(digits);
  return { kind, compiled: module };
}

// Playing: training without further calls.

// `began` is null after a single step or epoch. Each `play` gets a new `turn`; slices of earlier turns do nothing.
const play = { on: false, turn: 0, pace: 'full', known: 0, reported: 0, began: null, stepsAtBegin: 0 };
const next = new MessageChannel();
next.port1.onmessage = ({ data }) => slice(data);

function slice(turn) {
  if (!play.on || turn !== play.turn) return;
  const now = performance.now();
  let more = true;
  if (play.pace === 'full') {
    while (more && performance.now() < now + SLICE) more = session.step();
  } else {
    const due = play.stepsAtBegin + Math.floor((now - play.began) / 1000 * stepsPerSecond());
    while (more && play.steps < due && performance.now() < now + SLICE) {
      more = session.step();
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
  const progress = JSON.parse(session.progress(play.known));
  if (!progress) return;
  const now = performance.now();
  // Steps a second since playing began.
  const rate = play.began === null || now <= play.began ? 0 : (progress.step - play.stepsAtBegin) / (now - play.began) * 1000;
  play.reported = now;
  const known = play.known;
  play.known += progress.history.length;
  const weights = session.weights();
  postMessage({ event: 'progress', progress: { ...progress, known, isPlaying: play.on, rate }, weights }, [weights.buffer]);
}

/** Runs one step or epoch at the visitor's request. */
function byHand(move) {
  Object.assign(play, { on: false, began: null });
  move();
  report();
}

/** The network in use: its description, and the state that reader.js needs to read drawings with it. */
function inUse(more) {
  const state = session.readerState();
  const { model, pixels, labels, distance, leastInk, mostInk } = state;
  state.free();
  return { network: { ...JSON.parse(session.network()), ...more }, readerState: { model, pixels, labels, distance, leastInk, mostInk } };
}

const calls = {
  start: () => ready,
  digits: () => ({ pixels: session.pixels(), labels: session.labels() }),
  experiment: () => JSON.parse(session.experiment()),
  configure: (changes) => JSON.parse(session.configure(JSON.stringify(changes))),
  restore: (changes) => JSON.parse(session.restore(JSON.stringify(changes))),
  preset: (name) => JSON.parse(session.preset(name)),
  augment: (isOn) => JSON.parse(session.augment(isOn)),
  loadToml: (file, text) => JSON.parse(session.loadToml(file, text)),
  toml: () => session.toml(),

  begin: (withClass) => {
    // If this is refused, the former training run stays.
    session.begin(withClass);
    Object.assign(play, { on: false, began: null, known: 0 });
    report();
  },
  play: (pace) => {
    const progress = JSON.parse(session.progress(0));
    if (!progress || progress.isDone) return;
    const now = performance.now();
    Object.assign(play, {
      on: true, turn: play.turn + 1, pace, began: now, reported: now, steps: progress.step, stepsAtBegin: progress.step, total: progress.steps,
    });
    slice(play.turn);
  },
  pause: () => { play.on = false; report(); },
  step: () => byHand(() => session.step()),
  epoch: () => byHand(() => session.epoch()),
  // For the benchmark: trains to the end at once and returns the milliseconds of each epoch.
  timeEpochs: () => {
    const times = [];
    let began = performance.now();
    while (session.epoch()) {
      const now = performance.now();
      times.push(now - began);
      began = now;
    }
    return times;
  },

  useTrained: () => {
    session.useTrained();
    return inUse({ step: JSON.parse(session.progress(play.known)).step });
  },
  useFile: (file, bytes) => {
    session.useFile(file, bytes);
    return inUse();
  },
  model: () => session.model(),
  evaluate: () => JSON.parse(session.evaluate()),
  chance: (onlyFirst, onlySecond) => session.chance(onlyFirst, onlySecond),
  recognise: (height, width, rgba) => recognise(session, height, width, rgba),
  trace: (pixels, target, isKept) => JSON.parse(session.trace(pixels, target, isKept)),
  evidence: (pixels, digit, other) => session.evidence(pixels, digit, other),
  finiteDifference: (layer, isBias, index) => session.finiteDifference(layer, isBias, index),
  checkGradients: (most) => JSON.parse(session.checkGradients(most)),

  setClass: (drawings) => JSON.parse(session.setClass(JSON.stringify(drawings))),
  readClass: (file, bytes) => JSON.parse(session.readClass(file, bytes)),
  classCsv: (withDigits) => session.classCsv(withDigits),
  classNpz: () => session.classNpz(),
  classToml: () => session.classToml(),
  classScores: () => JSON.parse(session.classScores()),
};

onmessage = async ({ data: { id, call, args } }) => {
  try {
    ready ??= start();
    await ready;
    postMessage({ id, value: await calls[call](...args) });
  } catch (error) {
    postMessage({ id, error: parseError(error) });
  }
};
