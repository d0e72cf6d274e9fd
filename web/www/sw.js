// Keeps the page for use without a network: all files of one version, in a cache named after it.

const VERSION = '@VERSION@';
// A copy of the page at another path of the same host has a cache of its own.
const PLACE = `chiffres ${self.registration.scope} `;
const CACHE = PLACE + VERSION;
// The same test as in js/wasm.js: only the module that this browser runs is kept.
const VECTORS = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
const opensGzip = 'DecompressionStream' in self;
const kind = opensGzip && WebAssembly.validate(VECTORS) ? 'simd' : 'plain';
const modules = [`wasm/${kind}/chiffres_bg.wasm`, 'wasm/first/first_bg.wasm', 'wasm/exchange/exchange_bg.wasm', 'wasm/import/import_bg.wasm', 'wasm/later/later_bg.wasm']
  .map((path) => (opensGzip ? `${path}.gz` : path));
const FILES = ['./', `wasm/${kind}/chiffres.js`, ...modules, "@FILES@"];

self.addEventListener('install', (event) => {
  // Not from the browser's own cache, which may hold files of another version.
  const fresh = FILES.map((file) => new Request(file, { cache: 'reload' }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

// A new version waits until a visitor asks for it (js/versions.js), or until the last window of the old one is closed.
self.addEventListener('message', ({ data }) => {
  if (data === 'take over') self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  const others = (names) => names.filter((name) => name.startsWith(PLACE) && name !== CACHE);
  event.waitUntil(caches.keys().then((names) => Promise.all(others(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET' || new URL(event.request.url).origin !== location.origin) return;
  // If the browser keeps nothing, there is still the network.
  const kept = caches.open(CACHE).then((cache) => cache.match(event.request, { ignoreSearch: true })).catch(() => undefined);
  event.respondWith(kept.then((answer) => answer ?? fetch(event.request)));
});
