// 2. The network: its settings, its size, and the experiment as a link or a file.

import { byId, element } from '../elements.js';
import { attempt, attemptNumber, reportErrors } from '../errors.js';
import { bytesOf, download, onDrop } from '../files.js';
import { Refusal } from '../refusal.js';
import { fragmentOf } from '../address.js';
import { onLanguage, t, typed } from '../text.js';

/** The stages of convolution to choose from: the filters of each. */
const FILTERS = { none: [], small: [4, 8], large: [8, 16] };

export function mountNetwork(app) {
  const form = byId('network-form');
  const hidden = () => app.experiment.settings.model.hidden;
  // The experiment in TOML, as the command reads it.
  let toml = '';

  /** Takes the experiment that the engine promises. After an error the form shows the former one. */
  const take = async (experiment) => {
    try {
      await app.takeExperiment(await experiment);
    } catch (error) {
      render();
      throw error;
    }
  };
  const change = (...changes) => take(app.engine.configure(changes));

  function number(name, value, { min, max, isWhole = true, isSlider = false }, apply) {
    const id = `network-${name}`;
    const title = t(`network.${name}`);
    // A number field would drop a decimal sign of another language than the browser's.
    const input = isWhole
      ? element('input', { id, type: 'number', min, max, step: isSlider ? 1 : 'any', value })
      : element('input', { id, className: 'decimal', inputMode: 'decimal', autocomplete: 'off', value: typed(value) });
    input.addEventListener('change', () => {
      const text = isWhole ? input.value : input.value.replace(',', '.');
      attemptNumber(apply, text, { min, max, isWhole }, title, render);
    });
    const slider = isSlider ? element('input', { id: `${id}-slider`, type: 'range', min, max, step: 1, value, 'aria-label': title }) : null;
    slider?.addEventListener('input', () => { input.value = slider.value; });
    slider?.addEventListener('change', () => attempt(() => apply(slider.value)));
    return field(name, id, slider ? element('span', { className: 'pair' }, slider, input) : input);
  }

  function choice(name, value, options, apply) {
    const id = `network-${name}`;
    const select = element('select', { id }, ...options.map((option) =>
      element('option', { value: option, selected: option === value }, t(`network.${name}.${option}`))));
    select.addEventListener('change', () => attempt(() => apply(select.value)));
    return field(name, id, select);
  }

  function field(name, id, control, ...more) {
    return element('div', { className: 'field' },
      element('label', { htmlFor: id }, t(`network.${name}`)), control,
      element('p', { className: 'note' }, t(`network.${name}.note`)), ...more);
  }

  /** The stages of convolution, with the number of parameters beside. */
  function filters(chosen, parameters) {
    const known = Object.keys(FILTERS).find((name) => String(FILTERS[name]) === String(chosen)) ?? 'more';
    const names = Object.keys(FILTERS).concat(known === 'more' ? ['more'] : []);
    const select = element('select', { id: 'network-filters' }, ...names.map((name) =>
      element('option', { value: name, selected: name === known }, t(`network.filters.${name}`))));
    select.addEventListener('change', () => attempt(() => change(['model.filters', `[${FILTERS[select.value]}]`])));
    return field('filters', 'network-filters', element('span', { className: 'pair' }, select,
      element('output', { id: 'network-filters-count', htmlFor: 'network-filters' }, t('network.filters.count', { parameters }))),
    element('details', {}, element('summary', {}, t('network.filters.what')), element('p', { className: 'note' }, t('network.filters.intro'))));
  }

  // TOML tells floats from integers; JavaScript writes both without a decimal point.
  const float = (text) => (/^-?\d+$/.test(text) ? `${text}.0` : text);

  // Whether the settings that few visitors change are shown.
  let isUnfolded = false;

  // While the pointer is down, the form is not replaced: the click would be lost.
  let isPressed = false;
  let isDue = false;
  // An open select swallows the pointerup.
  form.addEventListener('pointerdown', ({ target }) => { isPressed = target.closest('select') === null; });
  for (const end of ['pointerup', 'pointercancel']) {
    window.addEventListener(end, () => setTimeout(() => {
      isPressed = false;
      if (isDue) render();
    }));
  }

  function render() {
    isDue = isPressed;
    if (isDue) return;
    const { settings, shape, images, steps, preset } = app.experiment;
    const { model, optimizer, training, augmentation } = settings;
    const focused = document.activeElement?.id;
    const setHidden = (layer) => (text) => {
      const wanted = [...hidden()];
      wanted[layer] = text;
      return change(['model.hidden', `[${wanted.join(', ')}]`]);
    };
    // `colour` has no amount, or three.
    const isAugmented = Object.values(augmentation).flat().some((amount) => amount !== 0);
    const augment = element('input', { id: 'network-augmentation', type: 'checkbox', checked: isAugmented });
    augment.addEventListener('change', () => attempt(() => take(app.engine.augment(augment.checked))));

    // Most visitors change the neurons and the learning rate. The other settings are folded.
    const more = element('details', { className: 'fold more', open: isUnfolded }, element('summary', {}, t('network.more')), element('div', { className: 'settings' },
      filters(model.filters, shape.parameters),
      choice('layers', model.hidden.length > 2 ? 'more' : String(model.hidden.length),
        ['0', '1', '2', ...(model.hidden.length > 2 ? ['more'] : [])], (count) => {
          const [first = 15, second = 10] = hidden();
          return change(['model.hidden', { 0: '[]', 1: `[${first}]`, 2: `[${first}, ${second}]` }[count]]);
        }),
      ...model.hidden.slice(1, 2).map((neurons) => number('neurons2', neurons, { min: 1, max: 128, isSlider: true }, setHidden(1))),
      ...(model.hidden.length === 0 ? [] : [choice('activation', model.activation, ['sigmoid', 'tanh', 'relu', 'gelu', 'identity'], (name) => change(['model.activation', name]))]),
      choice('optimizer', optimizer.kind, ['sgd', 'adam', 'adamw'], (name) => change(['optimizer.kind', name])),
      number('batchSize', training.batch_size, { min: 1, max: images.train }, (text) => change(['training.batch_size', text])),
      number('epochs', training.epochs, { min: 1, max: 100000 }, (text) => change(['training.epochs', text])),
      number('validation', images.validation, { min: 0, max: images.train + images.validation - 1 }, (text) => change(['data.validation', text])),
      field('augmentation', 'network-augmentation', augment),
    ));
    more.addEventListener('toggle', () => { if (more.isConnected) isUnfolded = more.open; });
    form.replaceChildren(
      ...model.hidden.slice(0, 1).map((neurons) => number('neurons', neurons, { min: 1, max: 128, isSlider: true }, setHidden(0))),
      number('learningRate', optimizer.learning_rate, { min: 0.00001, max: 1000, isWhole: false }, (text) => change(['optimizer.learning_rate', float(text)])),
      more,
    );
    if (focused) byId(focused)?.focus({ preventScroll: true });

    byId('network-parameters').textContent = t('network.parameters', {
      layers: shape.sizes, parameters: shape.parameters, images: images.train, steps,
    });
    for (const name of ['article', 'recipe']) byId(`network-${name}`).setAttribute('aria-pressed', String(preset === name));
    reportErrors(async () => {
      const box = byId('network-toml');
      // Text that the visitor has edited but not applied stays.
      const isOwn = box.value !== toml;
      toml = await app.engine.toml();
      if (!isOwn) box.value = toml;
    });
  }

  // The note on the last action stays until the experiment changes.
  let said = null;
  function say(key) {
    said = key;
    byId('network-said').textContent = said === null ? '' : t(said);
  }

  const load = (file, text) => attempt(async () => {
    const experiment = await app.engine.loadToml(file, text);
    // The text is applied, so the box may show the experiment again.
    byId('network-toml').value = toml;
    await app.takeExperiment(experiment);
    say('network.loaded');
  }, file);
  async function open(file) {
    const bytes = await attempt(() => bytesOf(file), file.name);
    if (bytes) await load(file.name, new TextDecoder().decode(bytes));
  }

  for (const name of ['article', 'recipe']) {
    byId(`network-${name}`).addEventListener('click', () => attempt(async () => app.takeExperiment(await app.engine.preset(name))));
  }
  form.addEventListener('submit', (event) => event.preventDefault());
  // The text must be ready: Safari lets a page copy only while it handles the click.
  const copy = (text, key) => attempt(async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch ({ message }) {
      throw new Refusal({ kind: 'clipboard', message });
    }
    say(key);
  });
  byId('network-copy-link').addEventListener('click', () => copy(new URL(fragmentOf(app.experiment.changes), location.href).href, 'network.linkCopied'));
  byId('network-copy-toml').addEventListener('click', () => copy(toml, 'network.tomlCopied'));
  byId('network-save-toml').addEventListener('click', () => download(`${app.experiment.settings.name}.toml`, toml, 'text/plain'));
  byId('network-load-toml').addEventListener('click', () => load(t('network.pasted'), byId('network-toml').value));
  byId('network-open-toml').addEventListener('change', ({ target }) => {
    const [file] = target.files;
    if (file) open(file);
    // So that choosing the same file again is a change.
    target.value = '';
  });
  onDrop(byId('network'), open);
  app.on('open-toml', (file) => {
    byId('network').scrollIntoView();
    open(file);
  });

  app.on('experiment', () => {
    say(null);
    render();
  });
  onLanguage(() => {
    say(said);
    render();
  });
}
