// 5. Your own digit: a pad or a picture, the answer while the visitor draws, and the way to 8x8 numbers.

import { announce, byId, element } from '../elements.js';
import { attempt, clearError, showError } from '../errors.js';
import { onDrop } from '../files.js';
import { Larger } from '../larger.js';
import { Meant } from '../lesson/meant.js';
import { atMostHalfOfTheTime, oncePerFrame, oneAtATime } from '../pacing.js';
import { makePad } from '../pad.js';
import { openPicture, saidReduced } from '../photo.js';
import { digitCanvas, drawDigit, drawInk, fit } from '../picture.js';
import { confidence, number, onLanguage, t } from '../text.js';

// An answer with a lower probability is called unsure.
const UNSURE = 0.6;
// Milliseconds without a change before the answer is read out.
const QUIET = 700;
const STEPS = ['grey', 'ink', 'isolated', 'upright', 'bitmap', 'pixels'];

export function mountDrawing(app) {
  // The picture that covers the pad, the last answer, and the hint shown without an answer.
  let picture = null;
  let answer = null;
  let hint = 'blank';
  let time = null;

  const pad = makePad(byId('drawing-pad'), {
    onChange: atMostHalfOfTheTime(readPad),
    onPen: (isDown) => announce(t(isDown ? 'drawing.penDown' : 'drawing.penUp')),
    kept: 'chiffres-drawing',
  });

  /** Reads the drawing on this thread. `since` is the time of the last stroke. */
  function readPad(since) {
    // A picture covers the drawing.
    if (picture !== null) return;
    if (!app.network || pad.isBlank()) {
      take(null, 'blank', since);
      return;
    }
    try {
      const { height, width, rgba } = pad.pixels();
      take(app.reader.recognise(height, width, rgba), null, since);
    } catch (error) {
      notFound(error, 'noDigit', since);
    }
  }

  // The worker reads photographs: they have many pixels.
  const readPicture = oneAtATime(async (since) => {
    const read = picture;
    // The visitor may have removed the picture before or while it is read.
    const isThere = () => read !== null && read === picture;
    if (!isThere() || !app.network) return;
    try {
      const { height, width, rgba } = read.take();
      const recognised = await app.engine.recognise(height, width, rgba);
      if (isThere()) take(recognised, null, since);
    } catch (error) {
      if (isThere()) notFound(error, 'noDigitOnPicture', since, read.name);
    }
  });

  const larger = new Larger(app, byId('drawing-larger'));
  const meant = new Meant(app, byId('drawing-meant'));

  function notFound(error, words, since, subject) {
    if (error.kind !== 'no-digit') showError(error, subject);
    take(null, words, since);
  }

  /** Takes an answer, or a hint why there is none. */
  function take(found, words, since) {
    [answer, hint] = [found, words];
    renderAnswer();
    larger.ask(answer);
    meant.ask(answer);
    if (answer === null) {
      app.emit('undrawn');
    } else {
      time = performance.now() - since;
      byId('drawing').dataset.answerMs = String(time);
      renderTime();
      app.emit('drawn', { pixels: Uint8Array.from(answer.pixels), label: answer.label });
    }
    sayLater();
  }

  // Reads the answer out when the visitor pauses.
  let saying;
  function sayLater() {
    clearTimeout(saying);
    saying = setTimeout(() => {
      const { label, probabilities } = answer ?? {};
      const words = answer ? t('drawing.said', { label, share: confidence(probabilities[label], 0) }) : t(`drawing.${hint}`);
      byId('drawing-said').textContent = answer && reasons(answer, compared()).length > 0 ? `${words} ${unsure(answer)}` : words;
    }, QUIET);
  }

  // Pictures.

  let opening = 0;
  const open = (file) => attempt(async () => {
    opening += 1;
    const turn = opening;
    const opened = await openPicture(file);
    // Another picture was chosen meanwhile.
    if (turn !== opening) {
      opened.close();
      return;
    }
    picture?.close();
    picture = opened;
    renderPaper();
    await readPicture(performance.now());
  }, file.name);

  function backToDrawing() {
    if (picture === null) return;
    picture.close();
    picture = null;
    renderPaper();
    readPad(performance.now());
  }

  for (const id of ['drawing-file', 'drawing-camera']) {
    byId(id).addEventListener('change', ({ target }) => {
      const [file] = target.files;
      if (file) open(file);
      // So that choosing the same file again is a change.
      target.value = '';
    });
  }
  onDrop(byId('drawing'), open);
  app.on('open-picture', (file) => {
    byId('drawing').scrollIntoView();
    open(file);
  });
  document.addEventListener('paste', (event) => {
    const file = [...event.clipboardData.files].find(({ type }) => type.startsWith('image/'));
    if (!file) return;
    event.preventDefault();
    byId('drawing').scrollIntoView();
    open(file);
  });

  // Rendering.

  function renderPaper() {
    byId('drawing-pad').hidden = byId('drawing-undo').hidden = byId('drawing-clear').hidden = picture !== null;
    byId('drawing-picture').hidden = byId('drawing-back').hidden = picture === null;
    if (picture === null) return;
    const { image, name, width, height } = picture;
    image.alt = t('drawing.pictureOf', { name });
    byId('drawing-picture').replaceChildren(image,
      element('figcaption', {}, [t('drawing.pictureSize', { name, width: String(width), height: String(height) }), saidReduced(picture)].filter(Boolean).join('. ')));
  }

  const bars = Array.from({ length: 10 }, (_, digit) => {
    const [bar, value] = [element('span'), element('td', { className: 'share' })];
    const row = element('tr', {}, element('th', { scope: 'row' }, String(digit)),
      element('td', { className: 'track', 'aria-hidden': 'true' }, bar), value);
    byId('drawing-bars').tBodies[0].append(row);
    return { row, bar, value };
  });
  const steps = Object.fromEntries(STEPS.map((name) => [name, {
    item: element('li'), canvas: element('canvas', { 'aria-hidden': 'true' }), caption: element('span', { className: 'caption' }),
  }]));
  for (const { item, canvas, caption } of Object.values(steps)) item.append(canvas, caption);
  byId('drawing-steps').append(...Object.values(steps).map(({ item }) => item));
  // Kept from answer to answer: making canvases costs more than drawing on them.
  const neighbours = [];

  function renderAnswer() {
    const isAnswered = answer !== null;
    const isUnknown = app.network?.images === 'unknown';
    const doubts = isAnswered ? reasons(isUnknown ? { ...answer, doubts: [] } : answer, compared()) : [];
    byId('drawing-answer').textContent = isAnswered
      ? t('drawing.answer', { label: answer.label, share: confidence(answer.probabilities[answer.label], 0) }) : '–';
    byId('drawing-hint').textContent = isAnswered ? [doubts.length > 0 ? unsure(answer) : '', isUnknown ? t('drawing.unknown') : ''].join(' ').trim() : t(`drawing.${hint}`);
    byId('drawing-doubts').replaceChildren(...doubts);
    byId('drawing-doubts').hidden = doubts.length === 0;
    // Once shown they keep their place, so that nothing moves from one drawing to the next.
    for (const id of ['drawing-way', 'drawing-time', 'drawing-keep']) {
      if (isAnswered) byId(id).hidden = false;
      byId(id).classList.toggle('is-blank', !isAnswered);
    }
    bars.forEach(({ row, bar, value }, digit) => {
      const probability = answer?.probabilities[digit] ?? 0;
      bar.style.width = `${100 * probability}%`;
      value.textContent = isAnswered ? confidence(probability, 1) : '–';
      row.classList.toggle('is-highest', digit === answer?.label);
    });
    renderWay();
  }

  /** The images that drawings are compared with: all that the network learnt from, or those of them that the page has. */
  const compared = () => (app.network?.images === 'all' ? 'all' : 'some');

  // Not before the answer is shown.
  const renderWay = oncePerFrame(() => {
    if (answer !== null) drawWay();
  });

  function drawWay() {
    const pictures = new Map(answer.steps.map((step) => [step.name, step]));
    for (const name of STEPS) {
      const { item, canvas } = steps[name];
      const step = pictures.get(name);
      item.hidden = !step && name !== 'pixels';
      if (step) drawStep(canvas, answer.pictures, step);
    }
    drawInk(steps.pixels.canvas, answer.pixels, 8, 8, 16);
    steps.pixels.canvas.className = 'is-coarse';
    byId('drawing-neighbours-title').textContent = t(`drawing.neighbours.${compared()}`);
    answer.neighbours.forEach((neighbour, rank) => drawNeighbour(neighbours[rank] ??= makeNeighbour(), neighbour));
  }

  function makeNeighbour() {
    const [canvas, label, distance] = [digitCanvas(), element('strong'), element('span')];
    byId('drawing-neighbours').append(element('li', {}, canvas,
      element('span', { className: 'caption' }, label, element('br'), distance)));
    return { canvas, label, distance };
  }

  function drawNeighbour(shown, { pixels, label, distance }) {
    drawDigit(shown.canvas, pixels, t('images.pictureOf', { label }));
    shown.label.textContent = String(label);
    shown.distance.textContent = t('drawing.distance', { distance: number(distance, 1) });
  }

  function renderTime() {
    byId('drawing-time').textContent = time === null ? '' : t('drawing.time', { ms: number(Math.max(1, Math.round(time))) });
  }

  function nameSteps() {
    for (const name of STEPS) steps[name].caption.textContent = t(`drawing.step.${name}`);
  }

  byId('drawing-undo').addEventListener('click', (event) => pad.undo(event.timeStamp));
  byId('drawing-clear').addEventListener('click', (event) => pad.clear(event.timeStamp));
  byId('drawing-back').addEventListener('click', () => {
    backToDrawing();
    byId('drawing-pad').focus();
  });
  app.on('clear-pad', () => {
    clearError();
    pad.clear();
    backToDrawing();
  });
  app.on('network', () => {
    if (picture !== null) readPicture(performance.now());
    else if (!pad.isBlank()) readPad(performance.now());
  });
  onLanguage(() => {
    nameSteps();
    renderPaper();
    renderAnswer();
    renderTime();
  });
}

/** Says that the answer is unreliable, even if the network is sure. */
function unsure({ label, probabilities }) {
  const probability = probabilities[label];
  return probability >= UNSURE ? t('drawing.unsureDespite', { share: confidence(probability, 0) }) : t('drawing.unsure');
}

/** The reasons why the answer is unreliable, as list items. */
function reasons({ label, probabilities, doubts }, images) {
  if (!Number.isFinite(probabilities[label])) return [element('li', {}, t('training.wild'))];
  const [first, second] = probabilities.map((probability, digit) => ({ probability, digit })).sort((a, b) => b.probability - a.probability);
  const isMarked = doubts.some(({ kind }) => kind === 'unsure');
  const close = first.probability >= UNSURE || isMarked ? [] : [t('drawing.close', {
    first: first.digit, firstShare: confidence(first.probability, 0), second: second.digit, secondShare: confidence(second.probability, 0),
  })];
  return [...close, ...doubts.flatMap((doubt) => words(doubt, images))].map((text) => element('li', {}, text));
}

/** A doubt in sentences: its wording, then the reasons. */
function words({ kind, label, reasons }, images) {
  return kind === 'unsure' ? [t('drawing.couldBe', { label })] : [t('drawing.perhapsNone'), ...reasons.map((reason) => reasonOf(reason, images))];
}

/** A reason to take the drawing for no digit. */
function reasonOf({ kind, distance, limit, ink, least, most }, images) {
  const image = t(`drawing.image.${images}`);
  if (kind === 'ink') return t(ink < least ? 'drawing.lessInk' : 'drawing.moreInk', { image, ink, least, most });
  return t(`drawing.${kind}`, { image, distance: number(distance ?? 0, 1), limit: number(limit ?? 0, 1) });
}

/** Draws the picture of one step, from its ink of 0 to 255. */
function drawStep(canvas, pictures, { height, width, start }) {
  fit(canvas, width, height);
  const image = new ImageData(width, height);
  const { data } = image;
  for (let i = 0; i < width * height; i += 1) {
    data[4 * i] = data[4 * i + 1] = data[4 * i + 2] = 255 - pictures[start + i];
    data[4 * i + 3] = 255;
  }
  canvas.getContext('2d').putImageData(image, 0, 0);
  canvas.className = Math.max(height, width) <= 32 ? 'is-coarse' : '';
}
