// 3. Training: play, pause, one step, one epoch; the curves, and the weights of the first layer.

import { announce, byId, element } from '../elements.js';
import { attempt, attemptNumber } from '../errors.js';
import { oncePerFrame } from '../pacing.js';
import { drawCurves } from '../chart.js';
import { imageOf, incomingOf, largestOf, partsOf } from '../lesson/layers.js';
import { LivingNetwork } from '../lesson/living.js';
import { mountOutcome } from '../lesson/outcome.js';
import { drawWeights } from '../picture.js';
import { number, onLanguage, percent, significant, t } from '../text.js';

export function mountTraining(app) {
  const engine = app.engine;
  const [play, pace, seed] = ['training-play', 'training-pace', 'training-seed'].map(byId);
  const isPlaying = () => app.training?.isPlaying ?? false;

  play.addEventListener('click', () => attempt(async () => {
    if (isPlaying()) return engine.pause();
    if (app.training.isDone) await engine.begin(false);
    return engine.play(pace.value);
  }));
  byId('training-step').addEventListener('click', () => attempt(() => engine.step()));
  byId('training-epoch').addEventListener('click', () => attempt(() => engine.epoch()));
  byId('training-reset').addEventListener('click', () => attempt(() => engine.begin(false)));
  pace.addEventListener('change', () => attempt(async () => { if (isPlaying()) await engine.play(pace.value); }));
  seed.addEventListener('change', () => attemptNumber(
    async (wanted) => app.takeExperiment(await engine.configure([['seed', wanted]])),
    seed.value, { min: Number(seed.min), max: Number(seed.max) }, t('training.seed'),
    () => { seed.value = app.experiment.seed; }));

  const picture = new LivingNetwork(byId('training-network'));
  mountOutcome(app);

  let neurons = [];
  function drawNeurons() {
    const parts = partsOf(app.experiment.shape, app.training.weights);
    // Another experiment has replaced this one.
    if (parts === null) return;
    const [first] = [...parts.stages, ...parts.layers];
    const side = Math.sqrt(first.inputs);
    const count = first.outputs;
    const root = byId('training-neurons');
    if (neurons.length !== count) {
      neurons = Array.from({ length: count }, () => element('canvas', { role: 'img' }));
      root.replaceChildren(...neurons);
      // The browser may skip them off screen, but must know their size first: otherwise links to sections below miss.
      root.classList.remove('is-measured');
      requestAnimationFrame(() => requestAnimationFrame(() => root.classList.add('is-measured')));
      nameNeurons();
    }
    const largest = largestOf(first.weight);
    neurons.forEach((canvas, i) => drawWeights(canvas, incomingOf(first, i), side, side, largest));
  }
  // Without a hidden layer, the first layer has the neurons of the digits.
  const nameNeurons = () => {
    const { filters, hidden } = app.experiment.settings.model;
    const name = (i) => (filters.length > 0 ? t('training.filter', { number: i + 1 })
      : hidden.length > 0 ? t('training.neuron', { number: i + 1 }) : t('training.digitNeuron', { digit: i }));
    neurons.forEach((canvas, i) => canvas.setAttribute('aria-label', name(i)));
  };

  function drawCharts() {
    const { history, epochs } = app.training;
    const curve = (part, value) => history.filter((epoch) => epoch[part]).map((epoch) => [epoch.epoch, value(epoch[part])]);
    const curves = (value) => [
      { name: t('training.onTraining'), points: curve('train', value) },
      ...(app.experiment.images.validation > 0 ? [{ name: t('training.onHeldOut'), dashed: true, points: curve('validation', value) }] : []),
    ];
    const rate = ({ errors, images }) => errors / images;
    drawCurves(byId('training-loss'), curves(({ loss }) => loss ?? NaN), { epochs, along: t('network.epochs'), isLog: true, format: (tick) => significant(tick, 1) });
    drawCurves(byId('training-error'), curves(rate), { epochs, along: t('network.epochs'), isLog: false, format: (tick) => percent(tick, tick > 0 && tick < 0.1 ? 1 : 0) });
    const last = history.at(-1);
    const name = (part) => (last?.[part] ? t('training.curve', { loss: significant(last[part].loss ?? NaN), rate: percent(rate(last[part])) }) : '');
    byId('training-loss').setAttribute('aria-label', `${t('training.loss')}. ${name('train')}`);
    byId('training-error').setAttribute('aria-label', `${t('training.error')}. ${name('validation') || name('train')}`);
  }

  function status() {
    const { epoch, epochs, step, steps, history, rate } = app.training;
    const last = history.at(-1);
    const parts = [t('training.at', { epoch, epochs, step, steps })];
    if (last && !Number.isFinite(last.train.loss)) parts.push(t('training.wild'));
    else if (last) parts.push(t('training.scores', { loss: significant(last.train.loss ?? NaN), rate: percent(last.train.errors / last.train.images) }));
    if (last?.validation) parts.push(t('training.heldOutScores', { rate: percent(last.validation.errors / last.validation.images) }));
    if (app.training.withClass) parts.push(t('training.withClass'));
    if (rate > 0) parts.push(t('training.rate', { rate: number(rate) }));
    return parts.join(' · ');
  }

  const render = oncePerFrame(() => {
    if (!app.training) return;
    play.textContent = t(isPlaying() ? 'training.pause' : app.training.isDone ? 'training.again' : 'training.play');
    byId('training-status').textContent = status();
    byId('training-progress').max = app.training.steps;
    byId('training-progress').value = app.training.step;
    for (const name of ['step', 'epoch']) byId(`training-${name}`).disabled = app.training.isDone;
    picture.learn(app.experiment.shape, app.training.weights, imageOf(app));
    if (isUnfolded('training-neurons')) drawNeurons();
    if (isUnfolded('training-loss')) drawCharts();
  });
  const isUnfolded = (id) => byId(id).closest('details').open;

  function heldOut() {
    const { validation } = app.experiment.images;
    byId('training-held-out').textContent = validation > 0 ? t('training.heldOut', { count: validation }) : t('training.noneHeldOut');
    // Not while the visitor types in it.
    if (document.activeElement !== seed) seed.value = app.experiment.seed;
  }

  app.on('progress', render);
  app.on('trained', () => announce(status()));
  app.on('experiment', () => {
    heldOut();
    nameNeurons();
  });
  onLanguage(() => {
    heldOut();
    nameNeurons();
    render();
  });
  new ResizeObserver(render).observe(byId('training-loss'));
  byId('training-neurons').closest('details').addEventListener('toggle', render);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', render);
}
