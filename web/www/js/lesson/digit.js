// Card 6: the visitor's own digit, on a pad beside the answer, with the network that lights up.

import { announce, element } from '../elements.js';
import { showError } from '../errors.js';
import { atMostHalfOfTheTime, oneAtATime } from '../pacing.js';
import { makePad } from '../pad.js';
import { confidence, t } from '../text.js';
import { Larger } from '../larger.js';
import { Meant } from './meant.js';

export function mountDigit(lesson) {
  const { app } = lesson;
  const canvas = element('canvas', { id: 'lesson-pad', className: 'pad', width: 280, height: 280, tabIndex: 0, role: 'application' });
  const [answer, hint, clear] = [element('p', { className: 'reading' }), element('p', { className: 'note', role: 'status' }), element('button', { type: 'button' })];
  const [place, compared, asked] = [element('div'), element('div'), element('div')];
  const stage = element('div', { className: 'digit-card' },
    element('div', {}, element('div', { className: 'pad-and-answer' }, canvas, element('div', {}, answer, hint, clear)), compared, asked), place);
  let read = null;
  let words = 'drawing.blank';

  const pad = makePad(canvas, {
    onChange: atMostHalfOfTheTime(readPad),
    onPen: (isDown) => announce(t(isDown ? 'drawing.penDown' : 'drawing.penUp')),
  });
  const larger = new Larger(app, compared);
  const meant = new Meant(app, asked, ({ pixels, read: label, meant: digit }) => {
    lesson.finish(5, label === digit ? {} : { misread: { pixels: Array.from(pixels), read: label, meant: digit } });
  });
  const light = oneAtATime(async (pixels, label) => lesson.light(pixels, label).catch(showError));

  function readPad() {
    if (!lesson.hasNetwork() || pad.isBlank()) take(null, 'drawing.blank');
    else {
      const { height, width, rgba } = pad.pixels();
      try {
        take(app.reader.recognise(height, width, rgba), null);
      } catch (error) {
        if (error.kind !== 'no-digit') showError(error);
        take(null, 'drawing.noDigit');
      }
    }
  }

  function take(found, hintWords) {
    [read, words] = [found, hintWords];
    if (read === null) lesson.living.darken();
    else light(Uint8Array.from(read.pixels), read.label);
    larger.ask(read);
    meant.ask(read);
    render();
  }

  function render() {
    canvas.setAttribute('aria-label', t('drawing.pad'));
    clear.textContent = t('drawing.clear');
    answer.textContent = read === null ? '–' : t('drawing.answer', { label: read.label, share: confidence(read.probabilities[read.label], 0) });
    const doubt = read?.doubts.find(({ kind }) => kind === 'unsure');
    hint.textContent = read === null ? t(words) : doubt ? t('drawing.couldBe', { label: doubt.label }) : read.doubts.length > 0 ? t('drawing.perhapsNone') : t('lesson.digit.sure');
  }

  clear.addEventListener('click', () => pad.clear());
  app.on('clear-pad', () => pad.clear());

  return {
    stage, render,
    open() {
      place.append(lesson.picture);
      if (lesson.hasNetwork()) lesson.living.learn(app.experiment.shape, app.training.weights);
      readPad();
    },
    press: null,
    result: () => (lesson.isDone(5) ? t('lesson.digit.result') : ''),
  };
}
