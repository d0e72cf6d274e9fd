// The choice of the network in use: the trained one, the shipped one, or one from a file. The same in each section.

import { withCanvasReader } from './canvas-reader.js';
import { byId, element } from './elements.js';
import { attempt } from './errors.js';
import { exported, headerOf, imported, isForeign } from './exchange.js';
import { bytesOf, download, onDrop } from './files.js';
import { onLanguage, t } from './text.js';

/** What the network in use is saved as: a model file, or a file for another program. */
const FORMS = ['model', 'onnx', 'c', 'js', 'canvas'];

export function mountNetworkInUse(app) {
  const bars = [...document.querySelectorAll('.in-use')];

  // A file of another program that does not say which numbers its network learnt from: the visitor is asked.
  let asked = null;

  const open = (file) => attempt(async () => {
    const bytes = await bytesOf(file);
    // Model files are safetensors, and may be called so.
    if (isForeign(file.name) && headerOf(bytes) === null) await bring(file.name, bytes);
    else await app.use('file', { name: file.name, bytes });
  }, file.name);

  /** Uses the network of another program's file. */
  async function bring(name, bytes, scale) {
    asked = null;
    try {
      await app.use('file', { name, bytes: await imported(name, bytes, scale) });
    } catch (error) {
      if (error.kind !== 'no-scale') throw error;
      asked = { name, bytes };
    } finally {
      renderQuestion();
    }
  }

  const answer = (scale) => attempt(() => bring(asked.name, asked.bytes, scale), asked.name);

  async function save(form) {
    const model = await app.engine.model();
    const { name, bytes } = form === 'model' ? { name: 'model', bytes: model } : await exported(model, form === 'canvas' ? 'js' : form);
    if (form === 'canvas') download(name.replace(/\.mjs$/, '-canvas.mjs'), await withCanvasReader(bytes, model), 'text/javascript');
    else download(name, bytes, 'application/octet-stream');
  }

  /** Whether training has continued or restarted since its network was put to use. */
  const isEarlier = () => app.network?.origin === 'trained' && app.training.step !== app.network.step;

  function about() {
    if (!app.network) return '';
    const { shape, name, seed, step, origin, images } = app.network;
    const words = t(images === 'unknown' ? 'inUse.aboutImported' : 'inUse.about', { layers: shape.sizes, parameters: shape.parameters, name, seed });
    if (origin === 'shipped') return `${words}. ${t('inUse.taught')}`;
    if (!isEarlier()) return words;
    return `${words}. ${t(app.training.isPlaying ? 'inUse.earlier' : 'inUse.begunAnew', { step, now: app.training.step })}`;
  }

  // Made once, so that they keep the focus.
  const shown = bars.map((bar) => {
    const choice = element('select', { onchange: async () => {
      asked = null;
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
    const [summary, label, opening, as] = [element('summary'), element('span'), element('span'), element('span')];
    const [note, question] = [element('p', { className: 'note' }), element('p', { className: 'asking', hidden: true })];
    bar.append(element('details', { className: 'fold' }, summary, element('div', { className: 'row' },
      element('label', {}, label, ' ', choice), element('label', { className: 'button' }, opening, file)), element('div', { className: 'row' },
      element('label', {}, as, ' ', form), saving), note), question);
    return { choice, summary, label, opening, as, form, saving, note, question };
  });

  function renderNote() {
    const words = about();
    for (const { note } of shown) if (note.textContent !== words) note.textContent = words;
  }

  function renderQuestion() {
    for (const { question } of shown) {
      question.hidden = asked === null;
      if (asked === null) continue;
      const button = (scale) => {
        const made = element('button', { type: 'button', onclick: () => answer(scale) }, t(`inUse.scale.${scale}`));
        made.dataset.scale = scale;
        return made;
      };
      question.replaceChildren(t('inUse.scale', { file: asked.name }), ' ', button(16), ' ', button(1));
    }
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
    renderQuestion();
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
