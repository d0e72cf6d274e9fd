// The page is kept for when there is no network (sw.js); a newer version of it waits until a visitor takes it.

import { announce, byId } from './elements.js';
import { t } from './text.js';

/** Keeps this version, and offers a newer one that has come. */
export async function keepVersion() {
  if (!('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  const offer = () => {
    if (byId('newer').hidden) announce(t('page.newer'));
    byId('newer').hidden = false;
  };
  try {
    const registration = await serviceWorker.register(new URL('../sw.js', import.meta.url));
    // The first version that comes is this one.
    const offerWaiting = () => { if (registration.waiting && serviceWorker.controller) offer(); };
    const watch = () => registration.installing?.addEventListener('statechange', offerWaiting);
    registration.addEventListener('updatefound', watch);
    watch();
    offerWaiting();

    let isKept = serviceWorker.controller !== null;
    let isTaken = false;
    serviceWorker.addEventListener('controllerchange', () => {
      if (isTaken) location.reload();
      // It was taken in another window; this one goes on with what it has loaded.
      else if (isKept) offer();
      isKept = true;
    });
    byId('newer-take').addEventListener('click', () => {
      isTaken = true;
      if (registration.waiting) registration.waiting.postMessage('take over');
      else location.reload();
    });
  } catch { /* the browser keeps nothing: the page works as long as there is a network */ }
}
