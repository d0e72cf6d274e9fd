// The lesson: seven cards, one task each, that follow the article from an image to the visitor's own digit.

import { byId, element } from '../elements.js';
import { attempt, reportErrors } from '../errors.js';
import { evaluationOf } from '../evaluated.js';
import { onLanguage, t } from '../text.js';
import { mountBet } from './bet.js';
import { mountDigit } from './digit.js';
import { mountHandIn } from './hand-in.js';
import { LivingNetwork } from './living.js';
import { mountMistake } from './mistake.js';
import { mountSee } from './see.js';
import { mountTen } from './ten.js';
import { mountTrain } from './train.js';

const PLACE = 'chiffres-lesson';
/** The cards in their order: a name, and the function that makes the card. */
const CARDS = [
  ['see', mountSee], ['bet', mountBet], ['train', mountTrain], ['ten', mountTen], ['mistake', mountMistake], ['digit', mountDigit], ['class', mountHandIn],
];
/** The first card that needs the trained network. */
const TRAINED = 3;

/** What is kept when the page is loaded again: the card, the cards done, the bet, the result and the misread digit. */
const BEGINNING = { card: 0, done: [], bet: 10, seed: '0', result: null, misread: null };

/** What the cards share. */
export class Lesson {
  state = { ...BEGINNING };
  /** The picture of the network, which moves from card to card. */
  picture = element('div');
  living;
  /** Whether the network of the lesson is in training. */
  isTraining = false;
  /** Begins again, for another visitor on the same device. */
  restart = () => {};
  #render;

  constructor(app, render) {
    this.app = app;
    this.living = new LivingNetwork(this.picture);
    this.#render = render;
    try {
      Object.assign(this.state, checked(JSON.parse(localStorage.getItem(PLACE))));
    } catch { /* nothing is kept, or something else */ }
  }

  keep(changes) {
    Object.assign(this.state, changes);
    try {
      localStorage.setItem(PLACE, JSON.stringify(this.state));
    } catch { /* it lasts for this visit */ }
    this.#render();
  }

  isDone(card) {
    return this.state.done.includes(card);
  }

  finish(card, changes = {}) {
    this.keep({ ...changes, done: [...new Set([...this.state.done, card])] });
  }

  /** Whether the network in use is the article's, trained to the end with this lesson's seed. */
  hasNetwork() {
    const { network, training, experiment } = this.app;
    return network?.origin === 'trained' && training.isDone && !training.withClass && network.step === training.steps
      && experiment.preset === 'article' && experiment.seed === this.state.seed;
  }

  /** Trains the article's network from the beginning. */
  async train(pace) {
    const { app } = this;
    this.isTraining = true;
    await app.engine.preset('article');
    await app.takeExperiment(await app.engine.configure([['seed', this.state.seed]]));
    await app.engine.play(pace);
  }

  /** The evaluation of the lesson's network. */
  evaluation() {
    return evaluationOf(this.app);
  }

  /** Lets the picture show how the network in use reads an image. */
  async light(pixels, target) {
    const { network } = this.app;
    const trace = await this.app.engine.trace(pixels, target, false);
    if (network === this.app.network) this.living.light(trace, pixels);
  }
}

export function mountLesson(app) {
  const [stage, button, back] = ['lesson-stage', 'lesson-do', 'lesson-back'].map(byId);
  const lesson = new Lesson(app, () => render());
  const cards = CARDS.map(([name, mount]) => ({ name, ...mount(lesson) }));
  const steps = cards.map(({ name }, i) => {
    const item = element('li', {}, element('span', { className: 'lesson-number', 'aria-hidden': 'true' }, String(i + 1)), element('span', { className: 'lesson-name' }));
    byId('lesson-steps').append(item);
    return { name, item };
  });
  const current = () => cards[lesson.state.card];
  // The network of the last visit is trained again: the same seed gives the same network.
  let isAwaited = lesson.state.card >= TRAINED;

  function open(card) {
    lesson.keep({ card });
    stage.replaceChildren(current().stage);
    current().open();
    render();
  }

  const move = (card) => {
    open(card);
    byId('lesson').scrollIntoView({ block: 'start' });
    byId('lesson-card-title').focus({ preventScroll: true });
  };

  /** Whether the card needs the lesson's network, and it is not there. */
  const needsNetwork = () => lesson.state.card >= TRAINED && !lesson.hasNetwork();
  const isWaiting = () => isAwaited || app.training?.isPlaying;

  button.addEventListener('click', () => attempt(async () => {
    const { card } = lesson.state;
    if (needsNetwork()) await lesson.train('full');
    else if (lesson.isDone(card) && card + 1 < cards.length) move(card + 1);
    else await current().press();
  }));
  back.addEventListener('click', () => move(lesson.state.card - 1));

  function render() {
    const { card } = lesson.state;
    const { name, words, isBusy } = current();
    const isDone = lesson.isDone(card);
    steps.forEach(({ item, name: step }, i) => {
      item.classList.toggle('is-done', lesson.isDone(i));
      if (i === card) item.setAttribute('aria-current', 'step');
      else item.removeAttribute('aria-current');
      item.lastChild.textContent = t(`lesson.${step}.name`);
      item.firstChild.textContent = lesson.isDone(i) ? '✓' : String(i + 1);
      item.title = t(`lesson.${step}.name`);
    });
    byId('lesson-card-title').textContent = `${card + 1}. ${t(`lesson.${name}.title`)}`;
    byId('lesson-sentence').textContent = t(`lesson.${name}.sentence`, words?.() ?? {});
    const said = needsNetwork() ? t(isWaiting() ? 'lesson.again' : 'lesson.other') : current().result?.() ?? '';
    if (byId('lesson-result').textContent !== said) byId('lesson-result').textContent = said;
    byId('lesson-result').classList.toggle('is-ticked', isDone && !needsNetwork() && said !== '');
    const isLast = card + 1 === cards.length;
    const isBusyNow = needsNetwork() ? isWaiting() : isBusy?.() ?? false;
    button.textContent = t(needsNetwork() ? 'lesson.train.do' : isDone && !isLast ? 'lesson.next' : `lesson.${name}.do`);
    button.disabled = isBusyNow || (!isDone && current().press === null);
    button.setAttribute('aria-busy', String(isBusyNow));
    back.textContent = t('lesson.back');
    back.hidden = card === 0;
    current().render();
  }

  app.on('network', () => {
    if (isAwaited) {
      isAwaited = false;
      // The experiment of a link stays.
      if (app.experiment.preset === 'article') reportErrors(() => lesson.train('full'));
    }
    // The cards that waited for the network go on.
    if (lesson.hasNetwork() && lesson.state.card >= TRAINED) current().open();
    render();
  });
  let wasPlaying = false;
  app.on('progress', () => {
    current().progress?.();
    if (wasPlaying === app.training.isPlaying) return;
    wasPlaying = app.training.isPlaying;
    render();
  });
  app.on('experiment', render);
  // A network from a file stays in use, but not if the lesson trains its own.
  app.on('trained', () => reportErrors(async () => {
    if (lesson.isTraining && app.training.isDone && app.network?.origin === 'file') await app.use('trained');
  }));

  lesson.restart = () => {
    lesson.keep({ ...BEGINNING });
    move(0);
  };
  open(lesson.state.card);
  onLanguage(render);
}

/** The kept state, if it is one. */
function checked(kept) {
  const isWhole = (value, most) => Number.isInteger(value) && value >= 0 && value <= most;
  const isImage = (pixels) => Array.isArray(pixels) && pixels.length === 64 && pixels.every((value) => isWhole(value, 16));
  const { card, done, bet, result, misread } = kept ?? {};
  return {
    card: isWhole(card, CARDS.length - 1) ? card : 0,
    done: Array.isArray(done) ? done.filter((each) => isWhole(each, CARDS.length - 1)) : [],
    bet: isWhole(bet, 100) ? bet : 10,
    result: isWhole(result?.errors, result?.total) ? { errors: result.errors, total: result.total } : null,
    misread: isImage(misread?.pixels) && isWhole(misread.read, 9) && isWhole(misread.meant, 9)
      ? { pixels: misread.pixels, read: misread.read, meant: misread.meant } : null,
  };
}
