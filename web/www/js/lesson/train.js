// Card 3: the network learns before one's eyes, and the bet is settled.

import { byId, element } from '../elements.js';
import { reportErrors } from '../errors.js';
import { number, percent, t } from '../text.js';
import { imageOf } from './layers.js';

export function mountTrain(lesson) {
  const { app } = lesson;
  const bar = element('progress', { max: 1, value: 0 });
  const status = element('p', { className: 'note lesson-status' });
  const place = element('div');
  const stage = element('div', {}, bar, status, place);

  function progress() {
    const { training } = app;
    if (!training) return;
    lesson.living.learn(app.experiment.shape, training.weights, imageOf(app));
    [bar.max, bar.value] = [training.steps, training.step];
    const last = training.history.at(-1)?.train;
    status.textContent = last ? t('lesson.train.status', { epoch: training.epoch, errors: last.errors, images: last.images }) : t('lesson.train.blank');
  }

  const settle = () => reportErrors(async () => {
    const { report: { errors, total } } = await lesson.evaluation();
    if (!lesson.hasNetwork()) return;
    lesson.finish(2, { result: { errors, total } });
    // On a telephone, the picture fills the screen.
    byId('lesson-result').scrollIntoView({ block: 'nearest' });
  });
  app.on('network', () => {
    if (!lesson.isTraining || !lesson.hasNetwork()) return;
    lesson.isTraining = false;
    settle();
  });

  return {
    stage,
    render() {
      bar.setAttribute('aria-label', t('training.progress'));
      progress();
    },
    progress,
    open() {
      place.append(lesson.picture);
      progress();
    },
    isBusy: () => lesson.isTraining && !lesson.isDone(2),
    async press() {
      await lesson.train('watch');
      lesson.keep({});
    },
    result() {
      if (!lesson.isDone(2) || lesson.state.result === null) return '';
      const { errors, total } = lesson.state.result;
      const rounded = Math.round(100 * errors / total);
      const verdict = Math.abs(rounded - lesson.state.bet) <= 2 ? 'near' : rounded < lesson.state.bet ? 'better' : 'worse';
      return t(`lesson.train.${verdict}`, { errors, total, rate: percent(errors / total), rounded, bet: number(lesson.state.bet) });
    },
  };
}
