// 6. Inside: every number of an image's way through the network, and of one step of learning from it.

import { byId, element } from '../elements.js';
import { reportErrors } from '../errors.js';
import { unfold } from '../folds.js';
import { breathe, whenIdle } from '../pacing.js';
import { mountBackward } from '../inside/backward.js';
import { figure } from '../inside/formulas.js';
import { mountForward } from '../inside/forward.js';
import { Trace } from '../inside/trace.js';
import { LivingNetwork } from '../lesson/living.js';
import { onLanguage, percent, t } from '../text.js';

// Weights whose gradients are checked by finite differences. More would keep the visitor waiting.
const MANY_GRADIENTS = 2000;

export function mountInside(app) {
  const [index, target] = ['inside-index', 'inside-target'].map(byId);
  const count = app.digits.labels.length;
  // The image: one of the digits, or the visitor's drawing.
  let source = { kind: 'digit', index: 0 };
  let drawing = null;
  // The engine's answer, the numbers of the last call and of the last answered call, and the gradient check.
  let trace = null;
  let asked = 0;
  let answered = 0;
  let checked = null;
  let isChecking = false;

  const picture = new LivingNetwork(byId('inside-network'), () => {
    unfold(byId('inside-forward'));
    byId('inside-numbers').scrollIntoView();
  });
  const forward = mountForward();
  const backward = mountBackward(async (...weight) => {
    // While another image is traced, ask nothing: its network may lack this weight.
    const mine = answered;
    let value;
    if (mine === asked) await ifStillAsked(mine, async () => { value = await app.engine.finiteDifference(...weight); });
    return mine === asked ? value : undefined;
  });

  // The image.

  function image() {
    if (source.kind === 'digit') return { pixels: app.image(source.index), target: app.digits.labels[source.index] };
    return { pixels: source.pixels, target: source.target };
  }

  function show(wanted) {
    source = wanted;
    // Not with each answer, which would overwrite what the visitor types.
    if (source.kind === 'digit') index.value = source.index;
    ask();
  }

  const digit = (wanted) => ({ kind: 'digit', index: Math.min(count - 1, Math.max(0, Math.round(Number(wanted)) || 0)) });

  /** Traces the image through the network in use. If answers overtake each other, the one to the latest call counts. */
  function ask() {
    reportErrors(async () => {
      asked += 1;
      const mine = asked;
      const { pixels, target: wanted } = image();
      const answer = await app.engine.trace(pixels, wanted, true);
      if (mine !== asked) return;
      answered = mine;
      trace = new Trace(answer, pixels);
      picture.light(answer, pixels);
      checked = null;
      // A network that has diverged has no numbers to explain.
      for (const part of trace.isWild ? [] : [forward, backward]) {
        part.show(trace);
        await breathe();
        if (mine !== asked) return;
      }
      // With the caption, all is there.
      renderAround();
    });
  }

  /** Runs an action on the image of call `mine`. If another image or network has replaced it, errors do not matter. */
  function ifStillAsked(mine, action) {
    return reportErrors(async () => {
      try {
        await action();
      } catch (error) {
        if (mine === asked) throw error;
      }
    });
  }

  // The page.

  function render() {
    if (!trace) return;
    renderAround();
    if (!trace.isWild) for (const part of [forward, backward]) part.render();
  }

  function renderAround() {
    renderImage();
    byId('inside-work').hidden = trace.isWild;
    renderCheck();
  }

  function renderImage() {
    const { kind } = source;
    const label = trace.probabilities.indexOf(Math.max(...trace.probabilities));
    byId('inside-drawing').disabled = drawing === null;
    byId('inside-meant').hidden = kind === 'digit';
    target.replaceChildren(...trace.probabilities.map((_, value) => element('option', { value, selected: value === trace.target }, String(value))));
    const name = kind === 'digit' ? t('inside.image', { index: String(source.index) }) : t('inside.yourDrawing');
    byId('inside-caption').textContent = trace.isWild ? t('inside.wild', { name }) : t(kind === 'drawing' && !source.isChosen ? 'inside.drawn' : label === trace.target ? 'inside.right' : 'inside.wrong', {
      name, target: trace.target, label, rate: percent(trace.probabilities[label], 2),
    });
  }

  function renderCheck() {
    const words = isChecking ? t('inside.checkBusy') : '';
    byId('inside-check-result').textContent = checked === null ? words : t(checked.count === checked.all ? 'inside.checkedAll' : 'inside.checkedSome', {
      count: checked.count, all: checked.all, largest: figure(checked.largest, 2),
    });
  }

  function check() {
    const mine = asked;
    const button = byId('inside-check');
    button.disabled = true;
    button.setAttribute('aria-busy', 'true');
    [isChecking, checked] = [true, null];
    renderCheck();
    ifStillAsked(mine, async () => {
      try {
        const answer = await app.engine.checkGradients(MANY_GRADIENTS);
        if (mine === asked) checked = answer;
      } finally {
        isChecking = false;
        button.disabled = false;
        button.removeAttribute('aria-busy');
        renderCheck();
      }
    });
  }

  // Events.

  target.addEventListener('change', () => show({ ...source, target: Number(target.value), isChosen: true }));
  index.addEventListener('change', () => show(digit(index.value)));
  byId('inside-random').addEventListener('click', () => show(digit(Math.floor(Math.random() * count))));
  byId('inside-drawing').addEventListener('click', () => show({ kind: 'drawing', ...drawing }));
  byId('inside-check').addEventListener('click', check);

  app.on('drawn', ({ pixels, label }) => {
    // If another network reads it again, the visitor's own label stays.
    const isSame = drawing !== null && source.kind === 'drawing' && drawing.pixels.every((value, i) => value === pixels[i]);
    const [meant, isChosen] = isSame && source.isChosen ? [source.target, true] : [label, false];
    drawing = { pixels: Uint8Array.from(pixels), target: meant, isChosen };
    byId('inside-drawing').disabled = false;
    if (source.kind === 'drawing') show({ kind: 'drawing', ...drawing });
  });
  app.on('inspect', (at) => {
    show(digit(at));
    bringIntoView();
  });
  app.on('follow', ({ pixels, meant }) => {
    drawing = { pixels, target: meant, isChosen: true };
    show({ kind: 'drawing', ...drawing });
    bringIntoView();
  });
  function bringIntoView() {
    const title = byId('inside-title');
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    // The style sheet decides whether this is smooth, as the visitor prefers.
    byId('inside').scrollIntoView();
  }
  app.on('network', () => {
    // From now on the worker knows no traced image, and refuses what is asked about the last one.
    asked += 1;
    whenIdle(ask);
  });
  onLanguage(render);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', render);
}
