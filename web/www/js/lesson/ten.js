// Card 4: the article's check. Ten predictions beside ten targets.

import { element } from '../elements.js';
import { reportErrors } from '../errors.js';
import { digitImage } from '../picture.js';
import { confidence, t } from '../text.js';

export function mountTen(lesson) {
  const { app } = lesson;
  const stage = element('ol', { className: 'answers ten' });
  let answers = [];

  function render() {
    const isDone = lesson.isDone(3);
    stage.replaceChildren(...answers.map(({ index, target, label, probabilities }) => {
      const isRight = label === target;
      return element('li', { className: 'answer' },
        digitImage(app.image(index), t('images.pictureOf', { label: target })),
        element('span', {}, t('lesson.ten.written', { target })),
        element('span', { className: isDone ? (isRight ? 'good' : 'bad') : 'note' }, isDone ? `${isRight ? '✓' : '✗'} ${t('evaluation.says', { label })}` : t('lesson.ten.unknown')),
        element('span', { className: 'note' }, isDone ? t('evaluation.sure', { rate: confidence(probabilities[label]) }) : ''));
    }));
  }

  return {
    stage, render,
    open: () => reportErrors(async () => {
      if (!lesson.hasNetwork()) return;
      answers = (await lesson.evaluation()).answers.slice(0, 10);
      render();
      lesson.keep({});
    }),
    press: () => lesson.finish(3),
    isBusy: () => answers.length === 0,
    result: () => {
      if (!lesson.isDone(3) || answers.length === 0) return '';
      return t('lesson.ten.result', { right: answers.filter(({ target, label }) => target === label).length, all: answers.length });
    },
  };
}
