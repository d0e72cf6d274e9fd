// Card 2: how many of 100 new images will it misread?

import { element } from '../elements.js';
import { number, t } from '../text.js';
import { hundred } from './hundred.js';

export function mountBet(lesson) {
  const slider = element('input', { type: 'range', id: 'lesson-bet', min: 0, max: 100, step: 1 });
  const [label, shown] = [element('label', { htmlFor: 'lesson-bet' }), element('output', { className: 'bet-number' })];
  const picture = hundred();
  const stage = element('div', { className: 'bet' }, picture.root, element('div', { className: 'grow' }, label, slider, shown));
  slider.addEventListener('input', () => lesson.keep({ bet: Number(slider.value) }));

  function render() {
    const { bet } = lesson.state;
    slider.value = bet;
    slider.disabled = lesson.isDone(1);
    label.textContent = t('lesson.bet.label');
    shown.textContent = t('lesson.bet.shown', { bet: number(bet) });
    picture.mark(bet);
  }

  return {
    stage, render, open() {},
    press: () => lesson.finish(1),
    result: () => (lesson.isDone(1) ? t('lesson.bet.result', { bet: lesson.state.bet }) : ''),
  };
}
