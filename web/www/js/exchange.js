// Networks for other programs, by a module of the library that is loaded at first use.

import { parseError, Refusal } from './refusal.js';
import { compiled } from './wasm.js';

let loading = null;

async function load() {
  const [module, library] = await Promise.all([compiled('../wasm/exchange/exchange_bg.wasm'), import('../wasm/exchange/exchange.js')]);
  await library.default({ module_or_path: module });
  return library;
}

/** Calls the module. If it could not be loaded, the next call tries again. */
async function call(action) {
  loading ??= load();
  let library;
  try {
    library = await loading;
  } catch (error) {
    loading = null;
    throw error;
  }
  try {
    return action(library);
  } catch (error) {
    throw new Refusal(parseError(error));
  }
}

/** The network of a model file as a file for another program, in the format `onnx`, `c` or `js`: its `name` and `bytes`. */
export const exported = (model, format) => call((library) => {
  const made = new library.Export(model, format);
  const { name, bytes } = made;
  made.free();
  return { name, bytes };
});
