// JavaScript that reads a canvas: the module of a network with the module of WebAssembly that makes pixels of a drawing.

import { fetched } from './fetched.js';

const GZIP = 0x1f;

/** The network's module in JavaScript, and after it what reads a canvas as the page does. `model` is the network's model file. */
export async function withCanvasReader(module, model) {
  const [text, glue, library] = await Promise.all(
    ['../canvas-reader.txt', '../wasm/first/first.js', '../wasm/first/first_bg.wasm.gz'].map(fetched));
  const filled = {
    MODULE: base64(await gzipped(library)), MODEL: base64(model),
    GLUE: decoded(glue).replace(/^export (class|function)/gm, '$1').replace(/^export \{.*\n?/gm, ''),
  };
  return `${decoded(module)}\n${decoded(text).replace(/@(\w+)@/g, (_, name) => filled[name])}`;
}

const decoded = (bytes) => new TextDecoder().decode(bytes);

/** Some hosts declare the compression of such files, and the browser has opened them. */
async function gzipped(bytes) {
  if (bytes[0] === GZIP) return bytes;
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer());
}

function base64(bytes) {
  // Not all at once: a function takes some ten thousand arguments.
  const parts = Array.from({ length: Math.ceil(bytes.length / 4096) }, (_, i) => String.fromCharCode(...bytes.subarray(4096 * i, 4096 * (i + 1))));
  return btoa(parts.join(''));
}
