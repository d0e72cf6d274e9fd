// The choice of the network in use: the trained one, the shipped one, or one from a file. The same in each section.

import { byId, element } from './elements.js';
import { attempt } from './errors.js';
import { exported } from './exchange.js';
import { bytesOf, download, onDrop } from './files.js';
import { onLanguage, t } from './text.js';

/** What the network in use is saved as: a model file, or a file for another program. */
const FORMS = ['model', 'onnx', 'c', 'js'];

export function mountNetworkInUse(app) {
  const bars = [...document.querySelectorAll('.in-use')];

  async function open(file) {
    await attempt(async () => app.use('file', { name: file.name, bytes: await bytesOf(file) }), file.name);
  }

  async function save(form) {
    const model = await app.engine.model();
    const { name, bytes } = form === 'model' ? { name: 'model', bytes: model } : await exported(model, form);
    download(name, bytes, 'application/octet-stream');
  }

  /** Whether training has continued or restarted since its network was put to use. */
  const isEarlier = () => app.network?.origin === 'trained' && app.training.step !== app.network.step;

  function about() {
    if (!app.network) return '';
    const { layers, parameters, name, seed, step } = app.network;
    const words = t('inUse.about', { layers: layers.join(' → '), parameters, name, seed });
    if (!isEarlier()) return words;
    return `${words}. ${t(app.training.isPlaying ? 'inUse.earlier' : 'inUse.begunAnew', { step, now: app.training.step })}`;
  }

  // Made once, so that they keep the focus.
  const shown = bars.map((bar) => {
    const choice = element('select', { onchange: async () => {
      await attempt(() => app.use(choice.value));
      // After an error too, to show the network that is still in use.
      render();
    } });
    const file = element('input', { type: 'file', className: 'unseen', onchange: () => {
      const [chosen] = file.files;
      if (chosen) open(chosen);
      // So that choosing the same file again is a change.
      file.value = '';
    } });
    const form = element('select');
    const saving = element('button', { type: 'button', onclick: () => attempt(() => save(form.value)) });
    const [summary, label, opening, as, note] = [element('summary'), element('span'), element('span'), element('span'), element('p', { className: 'note' })];
    bar.append(element('details', { className: 'fold' }, summary, element('div', { className: 'row' },
      element('label', {}, label, ' ', choice), element('label', { className: 'button' }, opening, file)), element('div', { className: 'row' },
      element('label', {}, as, ' ', form), saving), note));
    return { choice, summary, label, opening, as, form, saving, note };
  });

  function renderNote() {
    const words = about();
    for (const { note } of shown) if (note.textContent !== words) note.textContent = words;
  }

  // The options as text. An open list is only replaced when they change.
  let held = '';

  function render() {
    const origins = ['shipped', 'trained', ...(app.network?.origin === 'file' ? ['file'] : [])];
    const options = origins.map((value) => ({
      value, text: t(`inUse.${value}`, { file: app.network?.file ?? '' }), disabled: value === 'trained' && !app.training?.step,
    }));
    const isNew = held !== JSON.stringify(options);
    held = JSON.stringify(options);
    for (const { choice, summary, label, opening, as, form, saving } of shown) {
      if (isNew) choice.replaceChildren(...options.map((option) => element('option', option)));
      choice.value = app.network?.origin ?? 'shipped';
      saving.disabled = !app.network;
      const chosen = form.value || FORMS[0];
      form.replaceChildren(...FORMS.map((value) => element('option', { value, text: t(`inUse.as.${value}`), selected: value === chosen })));
      summary.textContent = t('inUse.now', { network: t(`inUse.${choice.value}`, { file: app.network?.file ?? '' }) });
      [label.textContent, opening.textContent, as.textContent] = [t('inUse.choice'), t('inUse.open'), t('inUse.as')];
      saving.textContent = t('inUse.save');
    }
    renderNote();
  }

  for (const bar of bars) onDrop(bar, open);
  app.on('open-model', (file) => {
    byId('evaluation').scrollIntoView();
    open(file);
  });
  app.on('network', render);
  // The trained network can be chosen after its first step.
  let hadSteps = false;
  app.on('progress', () => {
    renderNote();
    const hasSteps = app.training.step > 0;
    if (hasSteps !== hadSteps) {
      hadSteps = hasSteps;
      render();
    }
  });
  onLanguage(render);
}
