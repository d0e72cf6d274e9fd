// 1. The images: a digit as a picture, as 8x8 numbers, and as the row of 64 numbers that the network reads.

import { byId, element } from '../elements.js';
import { drawInk } from '../picture.js';
import { onLanguage, t } from '../text.js';

export function mountImages(app) {
  const [slider, index, picture, matrix, row] =
    ['images-slider', 'images-index', 'images-picture', 'images-matrix', 'images-row'].map(byId);
  const count = app.digits.labels.length;
  let current = 0;
  let pixel = 0;

  // Eight rows of cells. Tab reaches one of them; the arrow keys move on from there.
  const cells = [];
  for (let y = 0; y < 8; y += 1) {
    const line = element('div', { role: 'row' });
    for (let x = 0; x < 8; x += 1) {
      const cell = element('div', { role: 'gridcell', tabIndex: -1 });
      const place = 8 * y + x;
      cell.addEventListener('pointerenter', () => point(place));
      cell.addEventListener('focus', () => point(place));
      cells.push(cell);
      line.append(cell);
    }
    matrix.append(line);
  }
  const strip = Array.from({ length: 64 }, () => element('span'));
  row.append(...strip);
  strip.forEach((span, place) => span.addEventListener('pointerenter', () => point(place)));
  picture.addEventListener('pointermove', (event) => {
    const box = picture.getBoundingClientRect();
    const at = (offset, size) => Math.min(7, Math.max(0, Math.floor(8 * offset / size)));
    point(8 * at(event.clientY - box.top, box.height) + at(event.clientX - box.left, box.width));
  });
  matrix.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -8, ArrowDown: 8 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = pixel + step;
    if (next >= 0 && next < 64) {
      point(next);
      cells[next].focus();
    }
  });

  function show(wanted) {
    current = Math.min(count - 1, Math.max(0, Math.round(Number(wanted)) || 0));
    slider.value = current;
    index.value = current;
    render();
  }

  function point(place) {
    cells[pixel].classList.remove('is-here');
    strip[pixel].classList.remove('is-here');
    cells[pixel].tabIndex = -1;
    pixel = place;
    cells[pixel].classList.add('is-here');
    strip[pixel].classList.add('is-here');
    cells[pixel].tabIndex = 0;
    sayPixel();
    drawPicture();
  }

  function sayPixel() {
    byId('images-pixel').textContent = t('images.pixel', {
      row: Math.floor(pixel / 8) + 1, column: (pixel % 8) + 1, place: pixel + 1, value: app.image(current)[pixel],
    });
  }

  function drawPicture() {
    // Drawn at 40x40 pixels a pixel, not scaled by CSS, because of the thin frame around the chosen one.
    const small = document.createElement('canvas');
    drawInk(small, app.image(current), 8, 8, 16);
    const context = picture.getContext('2d');
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, 320, 320);
    context.strokeStyle = getComputedStyle(picture).getPropertyValue('--negative');
    context.lineWidth = 4;
    context.strokeRect(40 * (pixel % 8) + 2, 40 * Math.floor(pixel / 8) + 2, 36, 36);
  }

  function render() {
    const pixels = app.image(current);
    const label = app.digits.labels[current];
    byId('images-caption').textContent = t('images.caption', { index: String(current), label, part: t(`images.${part()}`) });
    picture.setAttribute('aria-label', t('images.pictureOf', { label }));
    matrix.setAttribute('aria-label', t('images.matrix'));
    pixels.forEach((value, place) => {
      const grey = Math.round(255 * (1 - value / 16));
      cells[place].textContent = value;
      for (const shown of [cells[place], strip[place]]) {
        shown.style.backgroundColor = `rgb(${grey} ${grey} ${grey})`;
        shown.style.color = grey > 127 ? '#000' : '#fff';
      }
    });
    sayPixel();
    drawPicture();
  }

  /** The part of the image in the experiment. */
  const part = () => ({ train: 'trains', validation: 'watches', test: 'tests' })[app.experiment.parts[current]] ?? 'rests';

  function another(label) {
    for (let step = 1; step <= count; step += 1) {
      const candidate = (current + step) % count;
      if (app.digits.labels[candidate] === label) {
        show(candidate);
        return;
      }
    }
  }

  slider.addEventListener('input', () => show(slider.value));
  index.addEventListener('change', () => show(index.value));
  byId('images-previous').addEventListener('click', () => show(current - 1));
  byId('images-next').addEventListener('click', () => show(current + 1));
  for (let label = 0; label < 10; label += 1) {
    byId('images-classes').append(element('button', { type: 'button', onclick: () => another(label) }, String(label)));
  }
  point(0);
  app.on('experiment', render);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawPicture);
  onLanguage(() => {
    render();
    [...byId('images-classes').children].forEach((button, label) => button.setAttribute('aria-label', t('images.anotherOne', { label })));
  });
}
