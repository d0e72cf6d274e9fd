// The first module: reads drawings with a network in a file, while the library is still on its way.

import { fetched } from '../fetched.js';
import { compiled } from '../wasm.js';

let model = null;

/** The file of the network of many writers, which is in use until the visitor has trained one. */
export const manyWriters = () => (model ??= fetched('../many-writers.model'));

/**
 * Starts the module, with the network of many writers.
 *
 * @returns `read({ height, width, rgba })`, which returns `{ label, probabilities, bitmap, pixels }`, or `null` if there is no digit
 */
export async function startFirstReader() {
  const [module, library, file] = await Promise.all([
    compiled('../wasm/first/first_bg.wasm'), import('../../wasm/first/first.js'), manyWriters(),
  ]);
  await library.default({ module_or_path: module });
  const reader = new library.FirstReader(file);
  return {
    read({ height, width, rgba }) {
      const reading = reader.read(height, width, rgba);
      if (!reading) return null;
      const { label, probabilities, bitmap, pixels } = reading;
      reading.free();
      return { label, probabilities, bitmap, pixels };
    },
  };
}
