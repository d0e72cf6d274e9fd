// The first module: reads drawings with a network in a file, while the library is still on its way.

import { fetched } from '../fetched.js';
import { compiled } from '../wasm.js';

/**
 * Starts the module, with the network of many writers.
 *
 * @returns `read({ height, width, rgba })`, which returns `{ label, probabilities, bitmap, pixels }`, or `null` if there is no digit
 */
export async function startFirstReader() {
  const [module, library, model] = await Promise.all([
    compiled('../wasm/first/first_bg.wasm'), import('../../wasm/first/first.js'), fetched('../many-writers.model'),
  ]);
  await library.default({ module_or_path: module });
  const reader = new library.FirstReader(model);
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
