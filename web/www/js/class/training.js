// Training with the class, and the errors on each person's test drawings before and after.

import { announce, byId, element } from '../elements.js';
import { attempt, reportErrors } from '../errors.js';
import { number, onLanguage, t } from '../text.js';

/** Test drawings of a person that are shown as dots. */
const MANY_DOTS = 20;

export function mountClassTraining(app, drawings) {
  const { engine } = app;
  const [compare, button, progress] = ['class-compare', 'class-train', 'class-progress'].map(byId);
  // The phase: `null`, "without" while the network to compare with trains, "measuring" it, or "with" while the class trains.
  let phase = null;
  // The scores before, and their network; and the last result, with the scores after. It is shown until the next one.
  let before = null;
  let result = null;
  // The visitor's choice of a network to compare with.
  let chosen = null;
  let note = () => '';

  // If a network of the visitor's was trained on more than the digits, assume that it was trained on the class.
  const knowsClass = () => app.network !== null && app.network.origin !== 'shipped' && app.network.knowsOthers;
  /** Whether the network in use has just been trained to the end. Then the comparison can use it as it is. */
  const isJustTrained = () => app.network?.origin === 'trained' && app.training.isDone && !knowsClass();
  /** The network to compare with: the visitor's choice, if it is offered. */
  const choice = () => {
    const wanted = chosen === 'shipped' && app.network?.origin === 'shipped' ? 'inUse' : chosen;
    return (wanted === 'inUse' && knowsClass() ? null : wanted) ?? (isJustTrained() ? 'inUse' : 'without');
  };

  let isStarting = false;
  const press = () => attempt(async () => {
    if (isStarting) return;
    isStarting = true;
    try {
      await startOrStop();
    } finally {
      isStarting = false;
      render();
    }
  });

  async function startOrStop() {
    if (phase !== null) {
      await (app.training.isPlaying ? engine.pause() : engine.play('full'));
      return;
    }
    note = () => '';
    // Refuses an experiment that cannot take drawings before anything is trained.
    await engine.classToml();
    const wanted = choice();
    if (wanted === 'without') await train('without');
    else {
      if (wanted === 'shipped' && app.network.origin !== 'shipped') await app.use('shipped');
      await measureAndTrain();
    }
  }

  // The steps reached. Fewer steps mean that another training run has started.
  let reached = 0;
  async function train(kind) {
    await engine.begin(kind === 'with');
    [phase, reached] = [kind, 0];
    render();
    await engine.play('full');
  }

  /** Measures the scores of the network in use, then trains with the class. */
  async function measureAndTrain() {
    phase = 'measuring';
    try {
      before = {
        scores: await engine.classScores(),
        origin: app.network.origin,
        file: app.network.file,
        // Trained to the end with the same settings, so that only the drawings make the difference.
        isAlike: app.network.toml === await engine.toml() && (app.network.origin !== 'trained' || app.training.isDone),
      };
    } catch (error) {
      phase = null;
      throw error;
    }
    // The drawings or the settings may have changed meanwhile.
    if (phase === 'measuring') await train('with');
  }

  /** Moves to the next phase when the trained network has come into use. */
  const next = () => reportErrors(async () => {
    if (phase === null || !app.training.isDone || app.network.origin !== 'trained') return;
    if (phase === 'without' && !knowsClass()) {
      try {
        await measureAndTrain();
      } finally {
        render();
      }
    } else if (phase === 'with' && knowsClass()) {
      const after = await engine.classScores();
      if (phase !== 'with') return;
      phase = null;
      result = { ...before, after };
      render();
      announce(t('class.done'));
    }
  });

  /** Ends the comparison, and says why. */
  function giveUp(why) {
    if (phase === null) return;
    phase = null;
    note = () => t(why);
    render();
  }

  function renderChoice() {
    const names = {
      inUse: app.network ? t('class.compareInUse', { network: t(`inUse.${app.network.origin}`, { file: app.network.file ?? '' }) }) : '',
      without: t('class.compareWithout'),
      shipped: t('class.compareShipped'),
    };
    const offered = app.network?.origin === 'shipped' ? ['inUse', 'without'] : ['inUse', 'without', 'shipped'];
    compare.replaceChildren(...offered.map((value) => element('option', {
      value, selected: value === choice(), disabled: value === 'inUse' && knowsClass(),
    }, names[value])));
    compare.disabled = phase !== null;
    byId('class-compare-note').textContent = t(knowsClass() ? 'class.compareKnows' : 'class.compareNote');
  }

  function renderProgress() {
    const { isPlaying, epoch, epochs, step, steps } = app.training ?? {};
    button.textContent = t(phase === null ? 'class.trainWith' : isPlaying ? 'training.pause' : 'class.goOn');
    button.disabled = phase === null && drawings.list.length === 0;
    progress.hidden = phase === null;
    if (phase !== null) [progress.max, progress.value] = [steps, step];
    // Screen readers read the phase, once, and not each epoch.
    const part = phase === null ? note() : t(phase === 'without' ? 'class.trainsWithout' : 'class.trainsWith');
    if (byId('class-progress-note').textContent !== part) byId('class-progress-note').textContent = part;
    byId('class-epoch').textContent = phase === null ? '' : t('training.at', { epoch, epochs, step, steps });
  }

  function renderScores() {
    const root = byId('class-scores');
    root.replaceChildren();
    if (result === null) return;
    const rows = result.after.map((after, i) => ({ ...after, before: result.scores[i].errors }));
    const sum = (part) => rows.reduce((total, row) => total + row[part], 0);
    const all = { author: t('class.everyone'), train: sum('train'), test: sum('test'), errors: sum('errors'), before: sum('before') };
    const heading = (key) => element('th', { scope: 'col' }, t(key));
    const network = result.origin === 'trained' ? t('class.beforeTrained') : t(`inUse.${result.origin}`, { file: result.file ?? '' });
    root.append(
      element('div', { className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': t('class.scores') },
        element('table', { id: 'class-table', className: 'scores' },
          element('caption', {}, t('class.scores')),
          element('thead', {}, element('tr', {}, ...['name', 'before', 'after', 'change', 'train', 'test'].map((part) => heading(`class.column.${part}`)))),
          element('tbody', {}, ...rows.map(scoreRow)),
          element('tfoot', {}, scoreRow(all)))),
      element('p', { className: 'note' }, t(result.isAlike ? 'class.alike' : 'class.notAlike', { network })),
      element('p', { className: 'note' }, t(all.test === 0 ? 'class.noTests' : 'class.fewTests')),
      result.isOld ? element('p', { className: 'note' }, t('class.changedSince')) : '');
  }

  button.addEventListener('click', press);
  compare.addEventListener('change', () => { chosen = compare.value; });
  app.on('network', () => {
    renderChoice();
    next();
  });
  app.on('progress', () => {
    if (compare.value !== choice()) renderChoice();
    // Another training run has started.
    if (phase !== null && (app.training.step < reached || app.training.withClass !== (phase === 'with'))) giveUp('class.otherTraining');
    reached = app.training.step;
    if (phase !== null) renderProgress();
  });
  app.on('trained', () => reportErrors(async () => {
    // The page keeps a network from a file in use. The comparison needs the trained one.
    if (phase !== null && app.training.isDone && app.network.origin === 'file') await app.use('trained');
  }));
  app.on('experiment', () => giveUp('class.otherTraining'));
  app.on('class', () => {
    giveUp('class.otherDrawings');
    // Once a person's drawings are deleted, the table no longer shows the name.
    const authors = new Set(drawings.list.map(({ author }) => author));
    if (result?.after.some(({ author }) => !authors.has(author))) result = null;
    if (result !== null) result.isOld = true;
    render();
  });
  function render() {
    renderChoice();
    renderProgress();
    renderScores();
  }
  onLanguage(render);
}

function scoreRow({ author, train, test, errors, before }) {
  const change = errors < before ? 'better' : errors > before ? 'worse' : 'same';
  const wrong = (count) => (test === 0 ? '–' : t('class.wrong', { count, test }));
  const cell = (text) => element('td', {}, text);
  // A dot for each test drawing: full if it is misread.
  const dotted = (count) => element('td', {}, wrong(count), test > MANY_DOTS ? '' : element('span', { className: 'dots', 'aria-hidden': 'true' },
    element('span', { className: 'bad' }, '●'.repeat(count)), '○'.repeat(test - count)));
  // The counts of drawings come last: a narrow screen shows the errors without scrolling.
  return element('tr', {},
    element('th', { scope: 'row' }, author), dotted(before), dotted(errors),
    element('td', { className: `change ${test === 0 ? '' : change}` }, test === 0 ? t('class.change.none') : t(`class.change.${change}`)),
    cell(number(train)), cell(number(test)));
}
