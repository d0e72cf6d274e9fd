// Card 7: a card to hand in, as an image, and the way to the class.

import { element } from '../elements.js';
import { download } from '../files.js';
import { drawInk } from '../picture.js';
import { percent, t } from '../text.js';

const [WIDTH, HEIGHT] = [900, 520];

export function mountHandIn(lesson) {
  const canvas = element('canvas', { className: 'hand-in', role: 'img' });
  const toClass = element('a', { href: '#class' });
  const again = element('button', { type: 'button', id: 'lesson-again', onclick: () => lesson.restart() });
  const stage = element('div', {}, canvas, element('p', {}, toClass), again);

  /** The lines of the card: what was bet, and what came out. */
  function lines() {
    const { bet, result, seed, misread } = lesson.state;
    return [
      t('handIn.network', { seed }),
      t('handIn.bet', { bet }),
      ...(result === null ? [] : [t('handIn.result', { ...result, rate: percent(result.errors / result.total) })]),
      misread === null ? t('handIn.noMisread') : t('handIn.misread', misread),
    ];
  }

  /** Dark on light whatever the colours of the page, so that it can be printed. */
  function render() {
    toClass.textContent = t('lesson.class.link');
    again.textContent = t('lesson.restart');
    canvas.setAttribute('aria-label', [t('handIn.title'), ...lines()].join(' '));
    [canvas.width, canvas.height] = [WIDTH, HEIGHT];
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, WIDTH, HEIGHT);
    context.strokeStyle = '#1d57b0';
    context.lineWidth = 10;
    context.strokeRect(5, 5, WIDTH - 10, HEIGHT - 10);
    context.fillStyle = '#1b2230';
    context.textBaseline = 'top';
    context.font = '700 42px system-ui, sans-serif';
    context.fillText(t('handIn.title'), 50, 48);
    context.font = '28px system-ui, sans-serif';
    const room = lesson.state.misread === null ? WIDTH - 100 : WIDTH - 400;
    let y = 130;
    for (const text of lines()) y = write(context, text, 50, y, room) + 18;
    context.fillText(t('handIn.name'), 50, HEIGHT - 76);
    if (lesson.state.misread !== null) {
      const small = document.createElement('canvas');
      drawInk(small, lesson.state.misread.pixels, 8, 8, 16);
      context.imageSmoothingEnabled = false;
      context.drawImage(small, WIDTH - 320, 140, 264, 264);
      context.lineWidth = 2;
      context.strokeRect(WIDTH - 320, 140, 264, 264);
    }
  }

  return {
    stage, render, open() {},
    async press() {
      render();
      const blob = await new Promise((resolve) => canvas.toBlob(resolve));
      download('chiffres.png', blob, 'image/png');
      lesson.finish(6);
    },
    result: () => (lesson.isDone(6) ? t('lesson.class.result') : ''),
  };
}

/** Writes text in lines of a width. Returns where the next text may begin. */
function write(context, text, x, top, width) {
  let [line, y] = ['', top];
  for (const word of text.split(' ')) {
    if (line !== '' && context.measureText(`${line} ${word}`).width > width) {
      context.fillText(line, x, y);
      [line, y] = [word, y + 38];
    } else line = line === '' ? word : `${line} ${word}`;
  }
  context.fillText(line, x, y);
  return y + 38;
}
