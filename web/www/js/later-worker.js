// The library's reading of codes and sheets, in a worker thread. Messages are as those of worker.js.

import { fetched } from './fetched.js';
import { parseError } from './refusal.js';
import { later } from './wasm.js';

let sheets = null;

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
    // Which network compares the digits is that of the command.
    sheets = new library.Sheets(await fetched('../reading.model'));
  },
  readSheet: (library, name, height, width, rgba) => sheets.read(name, height, width, rgba),
  sheets: () => JSON.parse(sheets.result()),
};

onmessage = async ({ data: { id, call, args } }) => {
  try {
    postMessage({ id, value: await calls[call](await later('later'), ...args) });
  } catch (error) {
    postMessage({ id, error: parseError(error) });
  }
};
