// What happened in a training run, in one line with one button.

import { byId, element } from '../elements.js';
import { attempt, reportErrors } from '../errors.js';
import { evaluationOf } from '../evaluated.js';
import { exact, onLanguage, percent, t } from '../text.js';

// Error rate from which a network hardly does better than guessing, which is wrong 90 times of 100.
const GUESSING = 0.8;
const UNFINISHED = 0.25;
// Loss of a network that gives all ten digits the same probability. A larger one is worse than not knowing.
const UNDECIDED = Math.log(10);
// Error rate on the training images below which they are known by heart, and the difference to new images that shows it.
const BY_HEART = 0.01;
const APART = 0.03;
// A difference that chance makes more often than this says nothing.
const LIKELY = 0.05;

/**
 * What happened: a key of the texts and its values, and the key of what to try next.
 *
 * @param last the scores of the last epoch on the training images: `{ loss, errors, images }`
 * @param settings the settings of the experiment
 * @param test `{ errors, total }` of the evaluation
 * @param before the comparison with the last network: `{ worse, better, chance }`, images that only one of them reads right;
 *   `{ isSame: true }` for the same settings and seed; `null` without one
 */
export function outcomeOf({ last, settings, test, before }) {
  const rate = last.errors / last.images;
  const { optimizer: { learning_rate: pace }, model: { hidden } } = settings;
  if (!Number.isFinite(last.loss ?? NaN) || (rate >= GUESSING && last.loss > UNDECIDED + 0.5)) return { key: 'ranAway', next: 'pace', values: {} };
  if (rate >= UNFINISHED) {
    const next = pace > 0.1 || pace < 0.01 ? 'pace' : hidden.length > 1 ? 'fewer' : 'longer';
    return { key: rate >= GUESSING ? 'guesses' : 'early', next, values: { rate } };
  }
  if (before?.isSame) return { key: 'same', next: 'seed', values: {} };
  if (before && before.chance < LIKELY) return { key: before.better > before.worse ? 'better' : 'worse', next: before.better > before.worse ? 'draw' : 'seed', values: before };
  if (before) return { key: 'alike', next: 'seed', values: before };
  const missed = test.errors / test.total;
  if (rate <= BY_HEART && missed - rate >= APART) return { key: 'byHeart', next: 'vary', values: { rate, missed } };
  return { key: 'reads', next: 'draw', values: { missed } };
}

export function mountOutcome(app) {
  const [words, button] = [element('p', { className: 'result', role: 'status' }), element('button', { type: 'button' })];
  byId('training-outcome').append(words, button);
  // The answers of the last finished network, and its experiment.
  let last = null;
  let shown = null;

  const configure = (...changes) => app.engine.configure(changes);
  // The article's learning rate, or a tenth of one that is too large all the same.
  const betterPace = () => {
    const { learning_rate: pace } = app.experiment.settings.optimizer;
    return pace <= 0.1 && shown.key === 'ranAway' ? pace / 10 : 0.1;
  };
  const tries = {
    pace: () => configure(['optimizer.learning_rate', String(betterPace())]),
    fewer: () => configure(['model.hidden', `[${app.experiment.settings.model.hidden[0]}]`]),
    longer: () => configure(['training.epochs', String(2 * app.experiment.settings.training.epochs)]),
    seed: () => configure(['seed', String(BigInt(app.experiment.seed) + 1n)]),
    vary: () => app.engine.augment(true),
  };
  button.addEventListener('click', () => attempt(async () => {
    if (shown.next === 'draw') {
      byId('drawing').scrollIntoView();
      return;
    }
    await app.takeExperiment(await tries[shown.next]());
    await app.engine.play(byId('training-pace').value);
  }));

  /** Compares the answers of the last network with those of this one. */
  async function comparison(toml, answers) {
    if (last === null || last.answers.length !== answers.length || last.answers.some(({ index }, i) => index !== answers[i].index)) return null;
    if (last.toml === toml) return { isSame: true };
    const isRight = ({ label, target }) => label === target;
    const worse = answers.filter((answer, i) => !isRight(answer) && isRight(last.answers[i])).length;
    const better = answers.filter((answer, i) => isRight(answer) && !isRight(last.answers[i])).length;
    return { worse, better, chance: await app.engine.chance(worse, better) };
  }

  const judge = () => reportErrors(async () => {
    const { training, network } = app;
    if (!training.isDone || training.withClass || network.origin !== 'trained' || training.history.length === 0) return;
    const { report, answers } = await evaluationOf(app);
    // Another network has come into use.
    if (app.network !== network) return;
    const before = await comparison(network.toml, answers);
    last = { toml: network.toml, answers };
    shown = outcomeOf({
      last: training.history.at(-1).train, settings: app.experiment.settings, test: { errors: report.errors, total: report.total }, before,
    });
    render();
  });

  function render() {
    const root = byId('training-outcome');
    root.classList.toggle('is-blank', shown === null);
    if (shown === null) return;
    const { key, next, values } = shown;
    const rates = ['rate', 'missed'].filter((name) => name in values).map((name) => [name, percent(values[name], values[name] < 0.1 ? 1 : 0)]);
    words.textContent = t(`outcome.${key}`, { ...values, ...Object.fromEntries(rates) });
    button.textContent = t(`outcome.next.${next}`, { seed: String(BigInt(app.experiment.seed) + 1n), pace: exact(betterPace()) });
  }

  app.on('network', judge);
  app.on('progress', () => {
    if (app.training.isDone || shown === null) return;
    shown = null;
    render();
  });
  onLanguage(render);
}
