// How often something runs.

/** A function that calls `render` before the browser draws the next frame, once however often it was called. */
export function oncePerFrame(render) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      render();
    });
  };
}

/**
 * A function that calls `work` at once, but keeps the thread free for at least half of the time: after each call it pauses
 * for as long as the call took. Of the calls during a pause only the last one runs.
 */
export function atMostHalfOfTheTime(work) {
  let free = 0;
  let latest = null;
  const run = () => {
    const [began, given] = [performance.now(), latest];
    latest = null;
    work(...given);
    free = 2 * performance.now() - began;
  };
  return (...given) => {
    const isWaiting = latest !== null;
    latest = given;
    if (isWaiting) return;
    const wait = free - performance.now();
    if (wait > 0) setTimeout(run, wait);
    else run();
  };
}

/** A function that runs one call of `work` at a time. Of the calls that come meanwhile only the last one runs. */
export function oneAtATime(work) {
  let isBusy = false;
  let latest = null;
  return async (...given) => {
    latest = given;
    if (isBusy) return;
    isBusy = true;
    try {
      while (latest !== null) {
        const next = latest;
        latest = null;
        await work(...next);
      }
    } finally {
      isBusy = false;
    }
  };
}

/** Runs `work` when the browser is idle, so that the visitor's input goes first. Safari does not say when it is idle. */
export function whenIdle(work) {
  if ('requestIdleCallback' in window) requestIdleCallback(work, { timeout: 500 });
  else setTimeout(work);
}

/** Lets the browser handle input and draw, between two pieces of work. */
export const breathe = () => new Promise((resolve) => setTimeout(resolve));
