// A picture of a visitor, decoded by the browser.

import { checkSize } from './elements.js';
import { Refusal } from './refusal.js';

/** Most pixels of a picture: it stands in the memory of a telephone four times over. */
const MOST_PIXELS = 25_000_000;
/** Rows that are read at once: telephones refuse a canvas as large as their photographs. */
const BAND = 512;

/**
 * Opens a picture: `image` can be shown, `take()` gives its pixels, to be given away to the engine, and `close()` ends its use.
 *
 * Rejects with a `Refusal` for what is no picture, or too large a one.
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
    check(image);
    await checkWhole(file);
    // Decoded once now, so that a broken picture is refused; not kept after its first use, being large.
    let first = pixelsOf(image);
    const take = () => {
      const pixels = first ?? pixelsOf(image);
      first = null;
      return pixels;
    };
    return { name: file.name, image, width: image.naturalWidth, height: image.naturalHeight, take, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Looks at the sizes before any pixel is decoded. */
function check({ naturalWidth: width, naturalHeight: height }) {
  if (width * height === 0) throw new Refusal({ kind: 'picture' });
  if (width * height > MOST_PIXELS) {
    const values = { width: String(width), height: String(height), pixels: width * height / 1e6, most: MOST_PIXELS / 1e6 };
    throw new Refusal({ kind: 'picture-too-large', values });
  }
}

/**
 * An image element shows what there is of a picture that was cut short. A bitmap is whole or none, in Chromium; Firefox
 * and WebKit make one of what there is, and the visitor sees on the paper what was read.
 */
async function checkWhole(file) {
  try {
    (await createImageBitmap(file)).close();
  } catch {
    throw new Refusal({ kind: 'picture' });
  }
}

/** All pixels: red, green, blue and opacity of each. */
function pixelsOf(image) {
  const [width, height] = [image.naturalWidth, image.naturalHeight];
  const band = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  [band.canvas.width, band.canvas.height] = [width, Math.min(BAND, height)];
  const rgba = new Uint8ClampedArray(4 * width * height);
  try {
    for (let top = 0; top < height; top += BAND) {
      const rows = Math.min(BAND, height - top);
      band.clearRect(0, 0, width, rows);
      band.drawImage(image, 0, top, width, rows, 0, 0, width, rows);
      rgba.set(band.getImageData(0, 0, width, rows).data, 4 * width * top);
    }
  } catch (error) {
    throw new Refusal({ kind: 'picture', message: error.message });
  } finally {
    // The memory of a canvas is given back at once only if it is made small.
    band.canvas.width = 0;
  }
  return { height, width, rgba };
}
