// Fetches and compiles the modules of WebAssembly, which are stored gzipped: not every host compresses.

// A module with one function that uses a vector. It is valid if the browser supports vectors.
const VECTORS = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);

/** Whether the browser opens gzipped files, as all do since 2023. */
const opensGzip = 'DecompressionStream' in globalThis;

/** The module of the library that this browser runs. That for old browsers is also stored as it is. */
export const kind = opensGzip && WebAssembly.validate(VECTORS) ? 'simd' : 'plain';

/** Compiles a module while it downloads. `path` is relative to this folder. */
export async function compiled(path) {
  const answer = await fetch(new URL(opensGzip ? `${path}.gz` : path, import.meta.url));
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  if (!opensGzip) return WebAssembly.compile(await answer.arrayBuffer());
  return WebAssembly.compileStreaming(new Response(await opened(answer.body), { headers: { 'Content-Type': 'application/wasm' } }));
}

const loaded = new Map();

/** The module of this name that is loaded at first use. If it could not be loaded, the next call tries again. */
export function later(name) {
  if (!loaded.has(name)) {
    const loading = load(name);
    loaded.set(name, loading);
    loading.catch(() => loaded.delete(name));
  }
  return loaded.get(name);
}

async function load(name) {
  const [module, library] = await Promise.all([compiled(`../wasm/${name}/${name}_bg.wasm`), import(`../wasm/${name}/${name}.js`)]);
  await library.default({ module_or_path: module });
  return library;
}

/** Opens a gzipped stream. Some hosts declare the compression of such files, and the browser has opened them already. */
async function opened(stream) {
  const GZIP = 0x1f;
  const reader = stream.getReader();
  let next = await reader.read();
  const isGzipped = next.value?.[0] === GZIP;
  const whole = new ReadableStream({
    async pull(controller) {
      if (next.done) controller.close();
      else controller.enqueue(next.value);
      if (!next.done) next = await reader.read();
    },
    cancel: (why) => reader.cancel(why),
  });
  return isGzipped ? whole.pipeThrough(new DecompressionStream('gzip')) : whole;
}
