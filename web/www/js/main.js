// The page below the first screen: holds the state that the sections share, and mounts the sections.

import { loadingFailed, onFirstAnswer, readWith } from './first/main.js';
import { manyWriters } from './first/reader.js';
import { engine, onProgress } from './early.js';
import { announce, byId } from './elements.js';
import { attempt, clearError, renderError, reportErrors, showError } from './errors.js';
import { onDrop } from './files.js';
import { loadAllTexts, onLanguage, textsLoaded, translate } from './text.js';
import { changesOf, fragmentOf } from './address.js';
import { isForeign, isImported } from './exchange.js';
import { Larger } from './larger.js';
import { breathe } from './pacing.js';
import { mountPlaces, putFragment, restorePlace, selectParts } from './places.js';
import { startReader } from './reader.js';
import { Refusal } from './refusal.js';
import { mountTeacher } from './teacher.js';
import { keepVersion } from './versions.js';
import { keepFolds } from './folds.js';
import { mountNetworkInUse } from './in-use.js';
import { mountLesson } from './lesson/lesson.js';
import { mountImages } from './sections/images.js';
import { mountNetwork } from './sections/network.js';
import { mountTraining } from './sections/training.js';
import { mountEvaluation } from './sections/evaluation.js';
import { mountDrawing } from './sections/drawing.js';
import { mountInside } from './sections/inside.js';
import { mountClass } from './sections/class.js';

/**
 * The state that the sections share. Its events, with their details:
 * - `experiment`: the settings have changed (`app.experiment`)
 * - `progress`: training has progressed (`app.training`)
 * - `trained`: training was paused or is over
 * - `network`: another network is in use (`app.network`)
 * - `inspect`: show a digit in section 6 (its number); `follow`: a drawing there ({ pixels, meant }); `teach`: add it to the class
 * - `drawn`: a drawing was read ({ pixels, label }); `undrawn`: the drawing is gone
 * - `clear-pad`: clear the pad
 * - `class`: the drawings of the class have changed
 * - `open-picture`, `open-toml`, `open-drawings`, `open-model`: a file was dropped on the page
 */
class App extends EventTarget {
  engine = engine;
  /** Reads drawings with the network in use, without a message to the worker (reader.js). */
  reader;
  /** The experiment as worker.js describes it: settings, seed, changes, shape, images, parts, steps. */
  experiment;
  /** The fragment of the address for the experiment; empty while it is that of a page just opened. */
  address = location.hash;
  /** The digits: 64 values each, and their classes. */
  digits;
  /** The training run as worker.js reports it, with its whole history; `null` before the first. */
  training = null;
  /**
   * The network in use. `origin` is "trained", "shipped" or "file". A trained one has the weights after its `step`. `images`
   * says whether the page has those that it learnt from: "all", "some", or "unknown".
   */
  network = null;

  emit(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  on(type, listener) {
    this.addEventListener(type, (event) => listener(event.detail));
  }

  /** The pixels of one of the digits. */
  image(index) {
    return this.digits.pixels.subarray(64 * index, 64 * (index + 1));
  }

  /** Takes a changed experiment: updates the address, and starts training again. */
  async takeExperiment(experiment) {
    this.experiment = experiment;
    this.address = fragmentOf(experiment.changes);
    putFragment(this.address);
    this.emit('experiment');
    await this.engine.begin(false);
  }

  /** Puts a network to use: the trained one, the one shipped with the page, or one from a file. */
  async use(origin, file = null) {
    if (origin === 'shipped') file ??= await shippedModel();
    await this.take(origin, file, await (origin === 'trained' ? this.engine.useTrained() : this.engine.useFile(file.name, file.bytes)));
  }

  /** Takes the engine's description of the network that it has put to use. */
  async take(origin, file, { network, readerState }) {
    this.reader.use(readerState);
    await breathe();
    const images = origin === 'trained' ? 'all' : isImported(file.bytes) ? 'unknown' : network.knowsOthers ? 'some' : 'all';
    this.network = { ...network, origin, file: file?.name ?? null, images };
    this.emit('network');
  }
}

const shippedModel = async () => ({ name: 'many-writers.model', bytes: await manyWriters() });

const app = new App();
// For the browser's console, and for tests.
window.chiffres = { app };

onProgress((progress, weights) => {
  const earlier = progress.known === 0 ? [] : app.training.history.slice(0, progress.known);
  app.training = { ...progress, history: [...earlier, ...progress.history], weights };
  // For print.css.
  document.body.toggleAttribute('data-trained', progress.step > 0);
  app.emit('progress');
  if (!progress.isPlaying && progress.step > 0) app.emit('trained');
});

// The trained network comes into use, unless the visitor has opened a network from a file.
app.on('trained', () => reportErrors(async () => {
  if (app.network?.origin !== 'file') await app.use('trained');
}));

// The first screen reads with the network that the visitor has trained, and until then with that of many writers.
app.on('network', () => readWith(app.network.origin === 'trained' ? app.reader : null));

async function open() {
  // All calls are sent before the first answer, so that the engine never waits for the page.
  const [reader, digits, experiment] = [startReader(app.engine.start()), app.engine.digits(), app.engine.experiment()];
  const model = await shippedModel();
  const used = app.engine.useFile(model.name, model.bytes);
  [app.reader, app.digits, app.experiment] = await Promise.all([reader, digits, experiment, textsLoaded()]);
  await breathe();
  await mountSections();
  await restoreFromAddress();
  await app.engine.begin(false);
  await app.take('shipped', model, await used);
  const larger = new Larger(app, byId('first-larger'));
  onFirstAnswer((answer) => larger.ask(answer));
  mountPlaces(() => app.address);
  window.addEventListener('hashchange', followAddress);
  document.body.dataset.ready = 'yes';
  byId('loading').hidden = true;
  byId('first-next').hidden = false;
  restorePlace();
  await loadAllTexts();
}

/** The sections, and what makes each of them work. */
const SECTIONS = {
  lesson: mountLesson, images: mountImages, network: mountNetwork, training: mountTraining, evaluation: mountEvaluation,
  drawing: mountDrawing, inside: mountInside, class: mountClass,
};

/** Mounts the sections and shows each when it answers. Between two of them, the visitor's input is handled. */
async function mountSections() {
  onLanguage(() => {
    translate(document);
    announce('');
    renderError();
  });
  selectParts();
  mountNetworkInUse(app);
  for (const [name, mount] of Object.entries(SECTIONS)) {
    await breathe();
    const section = byId(name);
    // Shown first, because some pictures need to know their size.
    section.classList.add('is-mounted');
    mount(app);
  }
  mountTeacher(app);
  document.documentElement.classList.add('is-loaded');
}

/** Takes the experiment in the address. An invalid one changes nothing. */
async function restoreFromAddress() {
  const changes = changesOf(location.hash);
  if (changes === null) return;
  await attempt(async () => {
    app.experiment = await app.engine.restore(changes);
    app.emit('experiment');
  }, location.hash.slice(0, 60));
}

const followAddress = () => attempt(async () => {
  // The address of the present experiment does not restart training.
  if (location.hash === fragmentOf(app.experiment.changes)) return;
  const changes = changesOf(location.hash);
  if (changes !== null) await app.takeExperiment(await app.engine.restore(changes));
}, location.hash.slice(0, 60));

// A file that is dropped anywhere on the page is opened. Otherwise the browser would leave the page to show it.
onDrop(document.documentElement, (file, files) => {
  const kind = kindOf(file);
  if (kind === null) showError(new Refusal({ kind: 'other-file' }), file.name);
  else app.emit(`open-${kind}`, kind === 'drawings' ? files : file);
});

/** What the page takes a file for; `null` for a film, a document or anything else that it never opens. */
function kindOf({ name, type }) {
  if (type.startsWith('image/')) return 'picture';
  if (/\.toml$/i.test(name)) return 'toml';
  if (/\.(csv|npz)$/i.test(name)) return 'drawings';
  return /\.(model|safetensors)$/i.test(name) || isForeign(name) || !/\.\w+$/.test(name) ? 'model' : null;
}

// Marks the section in view in the list of contents.
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const link = document.querySelector(`.contents a[href="#${target.id}"]`);
    if (isIntersecting) {
      for (const other of document.querySelectorAll('.contents a[aria-current]')) other.removeAttribute('aria-current');
      link.setAttribute('aria-current', 'true');
      // On a narrow screen the list must scroll to show the marked link.
      const list = link.closest('ol');
      list.scrollTo({ left: link.offsetLeft - list.offsetLeft - (list.clientWidth - link.offsetWidth) / 2 });
    }
  }
}, { rootMargin: '-40% 0px -55% 0px' });
for (const link of document.querySelectorAll('.contents a')) seen.observe(byId(link.hash.slice(1)));

keepFolds();

window.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  showError(event.reason);
});
byId('messages').addEventListener('keydown', (event) => {
  if (event.key === 'Escape') clearError();
});

open().catch(async (error) => {
  loadingFailed();
  await textsLoaded();
  showError(error);
}).finally(keepVersion);
