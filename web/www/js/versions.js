// Keeps the page for use without a network (sw.js). A newer version waits until the visitor takes it.

import { announce, byId } from './elements.js';
import { t } from './text.js';

/** Keeps this version, and offers a newer one when there is one. */
export async function keepVersion() {
  if (!('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  const offer = () => {
    if (byId('newer').hidden) announce(t('page.newer'));
    byId('newer').hidden = false;
  };
  try {
    const registration = await serviceWorker.register(new URL('../sw.js', import.meta.url));
    // Without a controller, the version that waits is this one.
    const offerWaiting = () => { if (registration.waiting && serviceWorker.controller) offer(); };
    const watch = () => registration.installing?.addEventListener('statechange', offerWaiting);
    registration.addEventListener('updatefound', watch);
    watch();
    offerWaiting();

    let isKept = serviceWorker.controller !== null;
    let isTaken = false;
    serviceWorker.addEventListener('controllerchange', () => {
      if (isTaken) location.reload();
      // Another window took the new version. This one continues with the files it has loaded.
      else if (isKept) offer();
      isKept = true;
    });
    byId('newer-take').addEventListener('click', () => {
      isTaken = true;
      if (registration.waiting) registration.waiting.postMessage('take over');
      else location.reload();
    });
  } catch { /* the browser keeps nothing, so the page needs the network */ }
}
