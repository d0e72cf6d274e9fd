// Which network answers: the visitor's, the one that came with the page, or a file's. The same choice in each section.

import { attempt, bytesOf, download, element, onDrop } from './elements.js';
import { onLanguage, t } from './text.js';

export function mountNetworkInUse(app) {
  const bars = [...document.querySelectorAll('.in-use')];

  async function open(file) {
    await attempt(async () => app.use('file', { name: file.name, bytes: await bytesOf(file) }), file.name);
  }

  /** Whether a training has gone on, or begun anew, since its network was put to use. */
  const isEarlier = () => app.network?.origin === 'trained' && app.training.step !== app.network.step;

  function about() {
    if (!app.network) return '';
    const { layers, parameters, name, seed, step } = app.network;
    const words = t('inUse.about', { layers: layers.join(' → '), parameters, name, seed: String(seed) });
    return isEarlier() ? `${words}. ${t('inUse.earlier', { step })}` : words;
  }

  function render() {
    for (const bar of bars) {
      const origins = ['shipped', 'trained', ...(app.network?.origin === 'file' ? ['file'] : [])];
      const option = (origin) => element('option', {
        value: origin, selected: origin === app.network?.origin, disabled: origin === 'trained' && !app.training?.step,
      }, t(`inUse.${origin}`, { file: app.network?.file ?? '' }));
      const choice = element('select', { onchange: () => attempt(() => app.use(choice.value)) }, ...origins.map(option));
      const file = element('input', { type: 'file', className: 'unseen', onchange: () => file.files[0] && open(file.files[0]) });
      const save = element('button', {
        type: 'button', onclick: () => attempt(async () => download('model', await app.engine.model(), 'application/octet-stream')),
      }, t('inUse.save'));
      bar.replaceChildren(
        element('label', {}, `${t('inUse.label')} `, choice),
        element('label', { className: 'button' }, t('inUse.open'), file),
        save,
        element('p', { className: 'note' }, about()));
    }
  }

  for (const bar of bars) onDrop(bar, open);
  app.on('network', render);
  // Whether there is a trained network to choose only changes with the first step.
  let hadSteps = false;
  app.on('progress', () => {
    const words = about();
    for (const bar of bars) {
      const note = bar.querySelector('.note');
      if (note.textContent !== words) note.textContent = words;
    }
    const hasSteps = app.training.step > 0;
    if (hasSteps !== hadSteps) {
      hadSteps = hasSteps;
      render();
    }
  });
  onLanguage(render);
}
