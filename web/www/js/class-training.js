// Training with the class: how many of each person's test drawings are read wrong before and after.

import { announce, attempt, byId, element, thereupon } from './elements.js';
import { number, onLanguage, t } from './text.js';

export function mountClassTraining(app, drawings) {
  const { engine } = app;
  const [compare, button, progress] = ['class-compare', 'class-train', 'class-progress'].map(byId);
  // What is under way: null, "without" for the network to compare with, "measuring" it, or "with" for the class.
  let phase = null;
  // The scores before, and of which network; then also those after. What is shown stays until there is something newer.
  let before = null;
  let result = null;
  // The network to compare with, if the visitor has chosen one.
  let chosen = null;
  let note = () => '';

  // What has learnt from others than the digits has, as far as the page can tell, learnt from the class.
  const knowsClass = () => app.network?.knowsOthers ?? false;
  /** Whether the network in use is what a training just made, to its end: then it can be compared with as it is. */
  const isJustTrained = () => app.network?.origin === 'trained' && app.training.isDone && !knowsClass();
  /** What is compared with: what was chosen, where it is offered. */
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
    // An experiment that takes no drawings is refused before anything is trained.
    await engine.classToml();
    const wanted = choice();
    if (wanted === 'without') await train('without');
    else {
      if (wanted === 'shipped' && app.network.origin !== 'shipped') await app.use('shipped');
      await measureAndTrain();
    }
  }

  // Steps of the training under way: fewer are another's.
  let reached = 0;
  async function train(kind) {
    await engine.begin(kind === 'with');
    [phase, reached] = [kind, 0];
    render();
    await engine.play('full');
  }

  /** The scores of the network in use, then the training with the class. */
  async function measureAndTrain() {
    phase = 'measuring';
    try {
      before = {
        scores: await engine.classScores(),
        origin: app.network.origin,
        file: app.network.file,
        // Trained to its end with the very settings, so that nothing but the drawings makes the difference.
        isAlike: app.network.toml === await engine.toml() && (app.network.origin !== 'trained' || app.training.isDone),
      };
    } catch (error) {
      phase = null;
      throw error;
    }
    // Meanwhile the drawings or the settings may have become others.
    if (phase === 'measuring') await train('with');
  }

  /** The network that was trained has been put to use. */
  const next = () => thereupon(async () => {
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

  /** What was under way means nothing any more. */
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
    // Each epoch would be too much to hear: what is read out is the part alone, and once.
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
    // Somebody has begun another training.
    if (phase !== null && (app.training.step < reached || app.training.withClass !== (phase === 'with'))) giveUp('class.otherTraining');
    reached = app.training.step;
    if (phase !== null) renderProgress();
  });
  app.on('trained', () => thereupon(async () => {
    // The page leaves a file's network in use; here the trained one is to be looked at.
    if (phase !== null && app.training.isDone && app.network.origin === 'file') await app.use('trained');
  }));
  app.on('experiment', () => giveUp('class.otherTraining'));
  app.on('class', () => {
    giveUp('class.otherDrawings');
    // Whose drawings are deleted is not named any longer.
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
  // What a narrow screen shows without scrolling is what it is about: the counts of drawings stand last.
  return element('tr', {},
    element('th', { scope: 'row' }, author), cell(wrong(before)), cell(wrong(errors)),
    element('td', { className: `change ${test === 0 ? '' : change}` }, test === 0 ? t('class.change.none') : t(`class.change.${change}`)),
    cell(number(train)), cell(number(test)));
}
