// Card 5: a test image that the network misreads, and why.

import { element } from '../elements.js';
import { reportErrors } from '../errors.js';
import { digitImage } from '../picture.js';
import { confidence, t } from '../text.js';
import { Why } from './why.js';

export function mountMistake(lesson) {
  const { app } = lesson;
  const [picture, root, follow] = [element('div', { className: 'mistake-picture' }), element('div'), element('button', { type: 'button' })];
  const why = new Why(app, root);
  const stage = element('div', { className: 'mistake' }, picture, root, element('div', { className: 'row' }, follow));
  let wrong = null;
  follow.addEventListener('click', () => app.emit('inspect', wrong.index));

  function render() {
    follow.hidden = wrong === null || !lesson.isDone(4);
    follow.textContent = t('evaluation.follow');
    if (wrong === null) {
      picture.replaceChildren();
      return;
    }
    const { index, target, label, probabilities } = wrong;
    picture.replaceChildren(digitImage(app.image(index), t('images.pictureOf', { label: target })),
      element('p', {}, t('lesson.mistake.says', { target, label, share: confidence(probabilities[label]) })));
    why.render();
  }

  const explain = () => why.show({ pixels: Uint8Array.from(app.image(wrong.index)), read: wrong.label, meant: wrong.target });

  return {
    stage, render,
    open: () => reportErrors(async () => {
      if (!lesson.hasNetwork()) return;
      const sureness = ({ probabilities, label }) => probabilities[label];
      const { answers } = await lesson.evaluation();
      wrong = answers.filter(({ target, label }) => target !== label).sort((a, b) => sureness(b) - sureness(a))[0] ?? null;
      if (wrong !== null && lesson.isDone(4)) await explain();
      lesson.keep({});
    }),
    isBusy: () => wrong === null,
    async press() {
      await explain();
      lesson.finish(4);
    },
    words: () => ({ target: wrong?.target ?? '…' }),
  };
}
