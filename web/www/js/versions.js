// The page is kept for when there is no network (sw.js); a newer version of it waits until the visitor takes it.

import { byId } from './elements.js';

/** Keeps this version, and offers a newer one that has come: never two of them in one window. */
export async function keepVersion() {
  if (!('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  try {
    const registration = await serviceWorker.register(new URL('../sw.js', import.meta.url));
    const offer = () => {
      // The first version that comes is this one.
      if (registration.waiting && serviceWorker.controller) byId('newer').hidden = false;
    };
    registration.addEventListener('updatefound', () => registration.installing.addEventListener('statechange', offer));
    offer();
    byId('newer-take').addEventListener('click', () => {
      serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
      registration.waiting?.postMessage('take over');
    });
  } catch { /* the browser keeps nothing: the page works as long as there is a network */ }
}
