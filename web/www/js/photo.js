// The visitor's pictures, decoded by the browser.

import { checkSize } from './files.js';
import { Refusal } from './refusal.js';
import { t } from './text.js';

/** Largest picture that is read as it is, in pixels: a telephone's memory holds four copies of it. */
const MANY_PIXELS = 25_000_000;
/** Longest side to which larger ones are reduced: src/sheet reads six pixels a millimetre. */
const LONGEST = 2600;
/** Largest picture that is opened, in pixels: more than any telephone photographs by itself. */
const MAX_PIXELS = 130_000_000;
/** Rows that are read at once: telephones refuse a canvas of the size of their photographs. */
const BAND = 512;

/**
 * Opens a picture, upright as the camera says that it is. `image` can be shown, `take()` returns the pixels, to be transferred
 * to the engine, and `close()` frees it. The pixels of a very large picture are those of a smaller one; then `isReduced` is true.
 *
 * Rejects with a `Refusal` if the file is not a picture, or too large.
 */
export async function openPicture(file) {
  checkSize(file);
  const image = new Image();
  const url = URL.createObjectURL(file);
  const close = () => URL.revokeObjectURL(url);
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = () => reject(new Refusal({ kind: 'picture' }));
      image.src = url;
    });
    const { naturalWidth: width, naturalHeight: height } = image;
    check(width, height);
    await checkWhole(file);
    const isReduced = width * height > MANY_PIXELS;
    const factor = isReduced ? LONGEST / Math.max(width, height) : 1;
    // Decoded now, so that a damaged picture is refused. The pixels are dropped after their first use: they are large.
    let first = pixelsOf(image, factor);
    const take = () => {
      const pixels = first ?? pixelsOf(image, factor);
      first = null;
      return pixels;
    };
    return { name: file.name, image, width, height, isReduced, take, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Checks the size before any pixel is decoded. */
function check(width, height) {
  if (width * height === 0) throw new Refusal({ kind: 'picture' });
  if (width * height > MAX_PIXELS) {
    const values = { width: String(width), height: String(height), pixels: width * height / 1e6, most: MAX_PIXELS / 1e6 };
    throw new Refusal({ kind: 'picture-too-large', values });
  }
}

/**
 * Refuses a truncated picture. An image element shows the part that is there, but Chromium makes no bitmap of it. Firefox
 * and WebKit do, and the visitor sees on the page what was read.
 */
async function checkWhole(file) {
  try {
    (await createImageBitmap(file)).close();
  } catch {
    throw new Refusal({ kind: 'picture' });
  }
}

/** All pixels, of a picture scaled by a factor: red, green, blue and opacity of each. */
function pixelsOf(image, factor) {
  const [width, height] = [image.naturalWidth, image.naturalHeight].map((length) => Math.round(length * factor));
  const band = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  [band.canvas.width, band.canvas.height] = [width, Math.min(BAND, height)];
  band.imageSmoothingQuality = 'high';
  const rgba = new Uint8ClampedArray(4 * width * height);
  try {
    for (let top = 0; top < height; top += BAND) {
      const rows = Math.min(BAND, height - top);
      band.clearRect(0, 0, width, rows);
      band.drawImage(image, 0, top / factor, width / factor, rows / factor, 0, 0, width, rows);
      rgba.set(band.getImageData(0, 0, width, rows).data, 4 * width * top);
    }
  } catch (error) {
    throw new Refusal({ kind: 'picture', message: error.message });
  } finally {
    // Shrinking a canvas frees its memory at once.
    band.canvas.width = 0;
  }
  return { height, width, rgba };
}

/** Says that a picture was reduced, if it was; else nothing. */
export const saidReduced = ({ isReduced, width, height }) => (isReduced ? t('picture.reduced', { pixels: Math.round(width * height / 1e6) }) : '');
