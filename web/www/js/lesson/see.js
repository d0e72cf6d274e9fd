// Card 1: an image is 64 numbers.

import { element } from '../elements.js';
import { t } from '../text.js';

/** The image of the card: the first 3 of the digits. */
const IMAGE = 3;

export function mountSee(lesson) {
  const cells = Array.from({ length: 64 }, () => element('span'));
  const stage = element('div', { className: 'see', role: 'img' }, ...cells);

  function render() {
    const isDone = lesson.isDone(0);
    const pixels = lesson.app.image(IMAGE);
    stage.setAttribute('aria-label', t('images.pictureOf', { label: lesson.app.digits.labels[IMAGE] }));
    cells.forEach((cell, i) => {
      const grey = Math.round(255 * (1 - pixels[i] / 16));
      cell.style.backgroundColor = `rgb(${grey} ${grey} ${grey})`;
      cell.style.color = grey > 127 ? '#000' : '#fff';
      cell.textContent = isDone ? String(pixels[i]) : '';
    });
  }

  return { stage, render, open() {}, press: () => lesson.finish(0), result: () => (lesson.isDone(0) ? t('lesson.see.result') : '') };
}
