// The page: holds what the sections share, and has each of them tell its part.

import { engine, onProgress } from './early.js';
import { attempt, byId, complain, forgetComplaint, thereupon } from './elements.js';
import { onLanguage, setLanguage, translate } from './text.js';
import { changesOf, fragmentOf } from './address.js';
import { fetched } from './fetched.js';
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
 * - `inspect`: an image is to be followed ({ pixels, target, name })
 * - `drawn`: a drawing was read ({ pixels, label }); `undrawn`: there is none any more
 * - `clear-pad`: the paper is to be emptied
 * - `class`: the drawings of the class have changed
 */
class App extends EventTarget {
  engine = engine;
  /** What worker.js says of the experiment: settings, changes, layers, parameters, images, steps. */
  experiment;
  /** The digits: 64 values each, and their classes. */
  digits;
  /** The training, as worker.js reports it, with its whole history; null before the first. */
  training = null;
  /** The network in use: `origin` is "trained", "shipped" or "file". */
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
    const step = this.training?.step ?? 0;
    const description = await (origin === 'trained' ? this.engine.useTrained() : this.engine.useFile(file.name, file.bytes));
    // First of all it can answer drawings; what the sections ask of it waits behind that.
    await this.engine.prepare();
    this.network = { ...description, origin, file: file?.name ?? null, step };
    this.emit('network');
  }
}

/** The network of the recipe, trained. */
const shippedModel = async () => ({ name: 'recipe.model', bytes: await fetched('../recipe.model') });

const app = new App();
// For whoever opens the console.
window.chiffres = { app };

onProgress((progress, maps) => {
  const earlier = progress.known === 0 ? [] : app.training.history.slice(0, progress.known);
  const wasPlaying = app.training?.isPlaying ?? false;
  app.training = { ...progress, history: [...earlier, ...progress.history], maps };
  app.emit('progress');
  const stopped = !progress.isPlaying && progress.step > 0;
  if (stopped && (wasPlaying || progress.isDone || progress.known > 0 || progress.history.length > 0)) app.emit('trained');
});

// A trained network is the one in use, unless the visitor is looking at a file's.
app.on('trained', () => thereupon(async () => {
  if (app.network?.origin !== 'file') await app.use('trained');
}));

for (const button of document.querySelectorAll('button[data-language]')) {
  button.addEventListener('click', () => setLanguage(button.dataset.language));
}
onLanguage(() => translate(document));

async function open() {
  const [model] = await Promise.all([shippedModel(), app.engine.start()]);
  app.digits = await app.engine.digits();
  app.experiment = await app.engine.experiment();
  for (const mount of [mountImages, mountNetwork, mountTraining, mountNetworkInUse, mountVerdict, mountDrawing, mountInside, mountClass]) {
    mount(app);
  }
  await restoreFromAddress();
  await app.engine.begin(false);
  await app.use('shipped', model);
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

window.addEventListener('hashchange', () => attempt(async () => {
  const changes = changesOf(location.hash);
  if (changes !== null) await app.takeExperiment(await app.engine.restore(changes));
}, location.hash.slice(0, 60)));

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

/** Keeps the page for when there is no network. */
function keep() {
  if ('serviceWorker' in navigator) navigator.serviceWorker.register(new URL('../sw.js', import.meta.url)).catch(() => {});
}

open().catch((error) => complain(error)).finally(keep);
