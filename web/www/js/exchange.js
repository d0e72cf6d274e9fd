// Networks for other programs and from them, by two modules of the library that are loaded at first use.

import { parseError, Refusal } from './refusal.js';
import { later } from './wasm.js';

/** Calls a module: `exchange` writes networks, `import` reads them. */
async function call(name, action) {
  const library = await later(name);
  try {
    return action(library);
  } catch (error) {
    throw new Refusal(parseError(error));
  }
}

/** The network of a model file as a file for another program, in the format `onnx`, `c` or `js`: its `name` and `bytes`. */
export const exported = (model, format) => call('exchange', (library) => {
  const made = new library.Export(model, format);
  const { name, bytes } = made;
  made.free();
  return { name, bytes };
});

/** The endings of other programs' files, and of exports. Pickles are among them: the library says what to do instead. */
const FOREIGN = /\.(onnx|skops|npz|safetensors|mjs|h|rs|pkl|pickle|joblib|pt|pth|keras|h5)$/i;

/** Whether a file is not a model file, by its name. */
export const isForeign = (name) => FOREIGN.test(name);

/** The model file of the network in another program's file. `scale` is what pixels were divided by, if the file does not say. */
export const imported = (name, bytes, scale = 0) => call('import', (library) => library.imported(name, bytes, scale));

/** Whether the network of a model file was imported: then the images that it learnt from are not known. */
export const isImported = (model) => headerOf(model)?.origin !== undefined;

/** The header of a model file (src/checkpoint.rs); `null` for other bytes. */
export function headerOf(bytes) {
  try {
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    const { __metadata__: { chiffres } } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    return JSON.parse(JSON.parse(chiffres).header);
  } catch {
    return null;
  }
}
