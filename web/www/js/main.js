// The page: holds what the sections share, and has each of them tell its part.

import { engine, onProgress } from './early.js';
import { announce, attempt, byId, complain, forgetComplaint, onDrop, renderComplaint, thereupon } from './elements.js';
import { onLanguage, setLanguage, translate } from './text.js';
import { changesOf, fragmentOf } from './address.js';
import { fetched } from './fetched.js';
import { startReader } from './reader.js';
import { keepVersion } from './versions.js';
import { mountNetworkInUse } from './in-use.js';
import { mountImages } from './sections/images.js';
import { mountNetwork } from './sections/network.js';
import { mountTraining } from './sections/training.js';
import { mountVerdict } from './sections/verdict.js';
import { mountDrawing } from './sections/drawing.js';
import { mountInside } from './sections/inside.js';
import { mountClass } from './sections/class.js';

/**
 * What the sections share. Events, each with its detail:
 * - `experiment`: the settings have changed (`app.experiment`)
 * - `progress`: a training has moved on (`app.training`)
 * - `trained`: a training was paused or is over
 * - `network`: another network is in use (`app.network`)
 * - `inspect`: one of the digits is to be followed (its number)
 * - `drawn`: a drawing was read ({ pixels, label }); `undrawn`: there is none any more
 * - `clear-pad`: the paper is to be emptied
 * - `class`: the drawings of the class have changed
 * - `open-picture`, `open-toml`, `open-drawings`, `open-model`: a file was dropped on the page
 */
class App extends EventTarget {
  engine = engine;
  /** What reads drawings with the network in use, at once (reader.js). */
  reader;
  /** What worker.js says of the experiment: settings, seed, changes, layers, parameters, images, parts, steps. */
  experiment;
  /** The digits: 64 values each, and their classes. */
  digits;
  /** The training, as worker.js reports it, with its whole history; null before the first. */
  training = null;
  /** The network in use: `origin` is "trained", "shipped" or "file"; a trained one is as it was after its `step`. */
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

  /** Takes a changed experiment: the address follows, and the training begins anew. */
  async takeExperiment(experiment) {
    this.experiment = experiment;
    history.replaceState(null, '', fragmentOf(experiment.changes));
    this.emit('experiment');
    await this.engine.begin(false);
  }

  /** Puts a network to use: the one of the training, the one that came with the page, or a file's. */
  async use(origin, file = null) {
    if (origin === 'shipped') file ??= await shippedModel();
    this.take(origin, file, await (origin === 'trained' ? this.engine.useTrained() : this.engine.useFile(file.name, file.bytes)));
  }

  /** Takes what the engine says of a network that it has put to use. */
  take(origin, file, { network, knowledge }) {
    this.reader.use(knowledge);
    this.network = { ...network, origin, file: file?.name ?? null };
    this.emit('network');
  }
}

/** The network of the recipe, trained: the one of this version of the page, even if it is asked for again after another has come. */
let shipped;
const shippedModel = async () => ({ name: 'recipe.model', bytes: await (shipped ??= fetched('../recipe.model')) });

const app = new App();
// For whoever opens the console.
window.chiffres = { app };

onProgress((progress, maps) => {
  const earlier = progress.known === 0 ? [] : app.training.history.slice(0, progress.known);
  app.training = { ...progress, history: [...earlier, ...progress.history], maps };
  app.emit('progress');
  if (!progress.isPlaying && progress.step > 0) app.emit('trained');
});

// A trained network is the one in use, unless the visitor is looking at a file's.
app.on('trained', () => thereupon(async () => {
  if (app.network?.origin !== 'file') await app.use('trained');
}));

for (const button of document.querySelectorAll('button[data-language]')) {
  button.addEventListener('click', () => setLanguage(button.dataset.language));
}
onLanguage(() => {
  translate(document);
  announce('');
  renderComplaint();
});

async function open() {
  // Asked for at once: the engine goes from one to the next, while the page sets up what it has got.
  const [reader, digits, experiment] = [app.engine.start().then(startReader), app.engine.digits(), app.engine.experiment()];
  const model = await shippedModel();
  const used = app.engine.useFile(model.name, model.bytes);
  [app.reader, app.digits, app.experiment] = await Promise.all([reader, digits, experiment]);
  for (const mount of [mountImages, mountNetwork, mountTraining, mountNetworkInUse, mountVerdict, mountDrawing, mountInside, mountClass]) {
    mount(app);
  }
  await restoreFromAddress();
  await app.engine.begin(false);
  app.take('shipped', model, await used);
  window.addEventListener('hashchange', followAddress);
  document.body.dataset.ready = 'yes';
}

/** Takes the experiment that the address names; one that is none leaves everything as it was. */
async function restoreFromAddress() {
  const changes = changesOf(location.hash);
  if (changes === null) return;
  await attempt(async () => {
    app.experiment = await app.engine.restore(changes);
    app.emit('experiment');
  }, location.hash.slice(0, 60));
}

const followAddress = () => attempt(async () => {
  // The address of what is there already begins no training anew.
  if (location.hash === fragmentOf(app.experiment.changes)) return;
  const changes = changesOf(location.hash);
  if (changes !== null) await app.takeExperiment(await app.engine.restore(changes));
}, location.hash.slice(0, 60));

// A link within the page leads there, and leaves the address to the experiment.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const place = byId(link.hash.slice(1));
  place.scrollIntoView();
  // The keyboard goes on from there.
  place.tabIndex = -1;
  place.addEventListener('blur', () => place.removeAttribute('tabindex'), { once: true });
  place.focus({ preventScroll: true });
});

// What is dropped beside the places for it is opened all the same: else the browser would leave the page for it.
onDrop(document.documentElement, (file) => app.emit(`open-${kindOf(file)}`, file));

function kindOf({ name, type }) {
  if (type.startsWith('image/')) return 'picture';
  if (/\.toml$/i.test(name)) return 'toml';
  return /\.(csv|npz)$/i.test(name) ? 'drawings' : 'model';
}

// A section that is read is marked in the list of contents.
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const link = document.querySelector(`.contents a[href="#${target.id}"]`);
    if (isIntersecting) {
      for (const other of document.querySelectorAll('.contents a[aria-current]')) other.removeAttribute('aria-current');
      link.setAttribute('aria-current', 'true');
      // On a narrow screen the list is longer than what is seen of it.
      const list = link.closest('ol');
      list.scrollTo({ left: link.offsetLeft - list.offsetLeft - (list.clientWidth - link.offsetWidth) / 2 });
    }
  }
}, { rootMargin: '-40% 0px -55% 0px' });
for (const section of document.querySelectorAll('main > section')) seen.observe(section);

window.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  complain(event.reason);
});
byId('messages').addEventListener('keydown', (event) => {
  if (event.key === 'Escape') forgetComplaint();
});

open().catch((error) => complain(error)).finally(keepVersion);
