// Drawings as codes: a pupil shows them on the screen, and the teacher's device scans them. Nothing is sent.

import { announce, byId, element } from '../elements.js';
import { attempt, showError } from '../errors.js';
import { later } from '../later.js';
import { openPicture, saidReduced } from '../photo.js';
import { fit } from '../picture.js';
import { Refusal } from '../refusal.js';
import { onLanguage, t } from '../text.js';

/** Light squares around a code, which scanners need. */
const QUIET = 4;
/** Longest sides of the picture that are tried, in pixels: a code may be small on it, or large and blurred. */
const SIDES = { photograph: [1600, 1200, 800, 600], camera: [1000, 800, 1280, 640] };
/** Milliseconds between two pictures of the camera. */
const PAUSE = 120;
/** Pictures of a code one after the other, none of which can be read. */
const PATIENCE = 20;

export function mountClassCodes(app, drawings) {
  mountShowing(app, drawings);
  mountScanning(drawings);
}

/** Shows the codes of all drawings, one at a time. */
function mountShowing(app, drawings) {
  const [button, view, canvas, words, next] = ['class-show-codes', 'class-code-view', 'class-code', 'class-code-words', 'class-code-next'].map(byId);
  let [codes, shown] = [[], 0];

  function render() {
    if (codes.length === 0) return;
    const { writer, labels, side, dark } = codes[shown];
    drawCode(canvas, side, dark);
    const about = t('class.codeOf', { author: writer, labels: labels.join(' ') });
    canvas.setAttribute('aria-label', about);
    words.textContent = codes.length > 1 ? `${about} ${t('class.codeCount', { count: shown + 1, all: codes.length })}` : about;
    next.hidden = codes.length === 1;
  }

  button.addEventListener('click', () => attempt(async () => {
    codes = await later().codes(drawings.list);
    shown = 0;
    render();
    view.showModal();
  }));
  next.addEventListener('click', () => {
    shown = (shown + 1) % codes.length;
    render();
    announce(words.textContent);
  });
  byId('class-code-close').addEventListener('click', () => view.close());
  app.on('class', () => { button.disabled = drawings.list.length === 0; });
  onLanguage(render);
}

/** Draws a code, one pixel for each square. CSS scales the canvas. */
function drawCode(canvas, side, dark) {
  const size = side + 2 * QUIET;
  fit(canvas, size, size);
  const image = new ImageData(size, size);
  image.data.fill(255);
  dark.forEach((isDark, i) => {
    const at = 4 * ((Math.floor(i / side) + QUIET) * size + (i % side) + QUIET);
    if (isDark) image.data.fill(0, at, at + 3);
  });
  canvas.getContext('2d').putImageData(image, 0, 0);
}

/** Adds the drawings of codes to the class: by the camera, or from photographs. */
function mountScanning(drawings) {
  const [button, view, video, said, photo] = ['class-scan', 'class-scan-view', 'class-video', 'class-scan-said', 'class-code-photo'].map(byId);
  // What was added last, as a function, because the language may change.
  let words = () => '';
  const say = (make) => {
    words = make;
    render();
  };

  function render() {
    for (const place of [said, byId('class-codes-said')]) if (place.textContent !== words()) place.textContent = words();
  }

  /** Adds the drawings in the text of a code. `note()` says more about it. */
  async function take(text, note = () => '') {
    const found = await later().drawingsOf(text);
    const added = await drawings.add(found);
    const [{ author }] = found;
    say(() => `${added === 0 ? t('class.codeAgain', { author }) : t('class.codeAdded', { n: added, author })} ${note()}`.trim());
  }

  async function scan(stream) {
    const detector = await codeDetector();
    let [last, turn, damaged] = [null, 0, 0];
    while (view.open && stream.active) {
      const text = await (detector ? detected(detector) : seen(turn)).catch(ofCode);
      turn += 1;
      if (text) damaged = 0;
      // A picture that is blurred is followed by others.
      else if (text === undefined && (damaged += 1) === PATIENCE) say(() => t('class.codeUnread'));
      // The camera sees a code many times.
      if (text && text !== last) {
        last = text;
        await take(text).catch((error) => {
          ofCode(error);
          say(() => t('class.codeUnread'));
        });
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  const detected = async (detector) => (await detector.detect(video))[0]?.rawValue ?? null;
  const seen = (turn) => textOn(video, video.videoWidth, video.videoHeight, SIDES.camera[turn % SIDES.camera.length]);

  button.addEventListener('click', () => attempt(async () => {
    const stream = await camera();
    say(() => t('class.scanning'));
    video.srcObject = stream;
    view.showModal();
    try {
      await video.play();
      await scan(stream);
    } finally {
      for (const track of stream.getTracks()) track.stop();
      video.srcObject = null;
      view.close();
    }
  }));
  byId('class-scan-close').addEventListener('click', () => view.close());
  // Esc closes the view too.
  view.addEventListener('close', () => {
    if (words() === t('class.scanning')) say(() => '');
  });

  photo.addEventListener('change', async ({ target }) => {
    const files = [...target.files];
    // So that choosing the same file again is a change.
    target.value = '';
    for (const file of files) {
      try {
        const { text, note } = await textOf(file);
        await take(text, note);
      } catch (error) {
        showError(error, file.name, photo);
        return;
      }
    }
  });
  onLanguage(render);
}

/** Lets errors about a code pass. */
function ofCode(error) {
  if (error.kind !== 'code') throw error;
}

/** The camera behind a telephone, or the one there is. */
async function camera() {
  // Only pages by https, and of this machine, may ask for it.
  if (!navigator.mediaDevices?.getUserMedia) throw new Refusal({ kind: 'no-camera' });
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } });
  } catch {
    throw new Refusal({ kind: 'no-camera' });
  }
}

/** The browser's own reader of codes, if it has one. */
async function codeDetector() {
  const formats = await globalThis.BarcodeDetector?.getSupportedFormats?.().catch(() => []);
  return formats?.includes('qr_code') ? new BarcodeDetector({ formats: ['qr_code'] }) : null;
}

/** The text of the code on a photograph, and a note about the photograph. */
async function textOf(file) {
  const { image, width, height, isReduced, close } = await openPicture(file);
  try {
    let damaged = null;
    for (const most of SIDES.photograph) {
      try {
        const text = await textOn(image, width, height, most);
        if (text !== null) return { text, note: () => saidReduced({ isReduced, width, height }) };
      } catch (error) {
        if (error.kind !== 'code') throw error;
        damaged = error;
      }
    }
    throw damaged ?? new Refusal({ kind: 'no-code' });
  } finally {
    close();
  }
}

const easel = element('canvas').getContext('2d', { willReadFrequently: true });

/** The text of the code on a picture whose longer side is reduced to `most` pixels; `null` without one. */
function textOn(picture, width, height, most) {
  const factor = Math.min(1, most / Math.max(width, height));
  const [columns, rows] = [width, height].map((length) => Math.max(1, Math.round(length * factor)));
  [easel.canvas.width, easel.canvas.height] = [columns, rows];
  easel.drawImage(picture, 0, 0, columns, rows);
  return later().scanned(rows, columns, easel.getImageData(0, 0, columns, rows).data);
}
