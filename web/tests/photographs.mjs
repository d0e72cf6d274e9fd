// Photographs as telephones make them, from pictures in files.

/**
 * A picture drawn anew by the browser, as a data URL. Runs on the page.
 *
 * @param picture the file in base64
 * @param turns quarters of a turn, clockwise
 * @param width in pixels; 0 for that of the picture
 */
export async function redrawn(picture, type, turns, width) {
  const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  const factor = width === 0 ? 1 : width / image.width;
  const size = [image.width, image.height].map((length) => Math.round(factor * length));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = turns % 2 === 0 ? size : [size[1], size[0]];
  const context = canvas.getContext('2d');
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate(turns * Math.PI / 2);
  context.drawImage(image, -size[0] / 2, -size[1] / 2, ...size);
  return canvas.toDataURL(type, 0.95);
}

/** The bytes of a data URL. */
export const bytesOf = (url) => Buffer.from(url.split(',')[1], 'base64');

/** A JPEG with the note of orientation 6: its right side is up, so that programs turn it clockwise. */
export function noted(jpeg) {
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
  const exif = Buffer.from([...Buffer.from('Exif\0\0'), ...tiff]);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1, 0, exif.length + 2]), exif, jpeg.subarray(2)]);
}
