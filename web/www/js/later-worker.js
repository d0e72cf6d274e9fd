// The library's reading of codes and sheets, and the answers of the larger network, in a worker thread. Messages are as those of worker.js.

import { fetched } from './fetched.js';
import { parseError } from './refusal.js';
import { later } from './wasm.js';

let sheets = null;
let larger = null;

/** The reading network, which also compares the digits of sheets, as that of the command does. */
const readingModel = () => fetched('../reading.model');

const calls = {
  codes: (library, drawings) => library.codes(JSON.stringify(drawings)).map((code) => {
    const { writer, labels, side, dark } = code;
    code.free();
    return { writer, labels: Array.from(labels), side, dark };
  }),
  scanned: (library, height, width, rgba) => library.scanned(height, width, rgba) ?? null,
  drawingsOf: (library, text) => JSON.parse(library.drawingsOf(text)),

  beginSheets: async (library) => {
    sheets?.free();
    sheets = new library.Sheets(await readingModel());
  },
  readSheet: (library, name, height, width, rgba) => sheets.read(name, height, width, rgba),
  sheets: () => JSON.parse(sheets.result()),

  larger: async (library, pixels) => {
    larger ??= new library.Larger(await readingModel());
    const answer = larger.answer(pixels);
    const { label, probabilities } = answer;
    answer.free();
    return { label, probabilities };
  },
};

onmessage = async ({ data: { id, call, args } }) => {
  try {
    postMessage({ id, value: await calls[call](await later('later'), ...args) });
  } catch (error) {
    postMessage({ id, error: parseError(error) });
  }
};
