// 4. The verdict: what the network in use makes of its test images, and the pictures behind every count.

import { keepOneTabStop, moveByArrows } from '../arrows.js';
import { byId, element, thereupon, whenIdle } from '../elements.js';
import { digitImage } from '../picture.js';
import { confidence, number, onLanguage, percent, t } from '../text.js';

// Wrong answers of the article's network (scikit-learn) on the same test images.
const ARTICLE = { errors: 94, total: 797 };
// Pictures that a gallery shows before one asks for more.
const MANY = 24;

export function mountVerdict(app) {
  const [table, pictures, title, more, wrong] =
    ['verdict-confusion', 'verdict-pictures', 'verdict-gallery-title', 'verdict-more', 'verdict-wrong'].map(byId);
  let verdict = null;
  let asked = 0;
  // What the gallery shows, of which image the probabilities are open, and what brought the visitor there.
  let chosen = { isWrong: true };
  let picked = null;
  let shown = MANY;
  let opener = null;

  /** Asks for the verdict; of answers that overtake each other the latest question's counts. */
  function ask() {
    thereupon(async () => {
      asked += 1;
      const mine = asked;
      const answer = await app.engine.verdict();
      if (mine !== asked) return;
      verdict = answer;
      render();
    });
  }

  function render() {
    if (!verdict) return;
    renderResult();
    byId('verdict-first').replaceChildren(...verdict.answers.slice(0, 10).map((answer) =>
      element('li', { className: 'answer' }, ...pictureAndWords(answer))));
    renderConfusion();
    renderGallery();
    renderDigits();
    renderReliability();
  }

  function renderResult() {
    const { errors, total, error_rate, error_rate_interval: { low, high } } = verdict.report;
    byId('verdict-result').textContent = t('verdict.result', {
      errors, total, rate: percent(error_rate), low: percent(low), high: percent(high),
    });
    const article = ARTICLE.errors / ARTICLE.total;
    const comparison = high < article ? 'better' : low > article ? 'worse' : 'alike';
    const isWild = verdict.answers.some(({ label, probabilities }) => !Number.isFinite(probabilities[label]));
    byId('verdict-article').textContent = isWild ? t('training.wild')
      : t(`verdict.article.${comparison}`, { ...ARTICLE, rate: percent(article) });
    // Of a file's network only its settings tell what it was trained on.
    const isKnown = app.network.origin !== 'file' || !app.network.knowsOthers;
    byId('verdict-new-images').hidden = !isKnown;
    byId('verdict-other-images').hidden = isKnown;
    byId('verdict-interval').textContent = t('verdict.interval', { total });
  }

  /** A picture, what it is, and what the network says: a sign and words, besides the colour. */
  function pictureAndWords({ index, target, label, probabilities }) {
    const isRight = label === target;
    return [
      digitImage(app.image(index), t('verdict.pictureOf', { index: String(index), label: target })),
      element('span', {}, t('verdict.is', { target })),
      element('span', { className: isRight ? 'good' : 'bad' }, `${isRight ? '✓' : '✗'} ${t('verdict.says', { label })}`),
      element('span', { className: 'note' }, t('verdict.sure', { rate: confidence(probabilities[label]) })),
    ];
  }

  // The confusion matrix.

  function renderConfusion() {
    const { confusion, classes } = verdict.report;
    const names = classes.map(({ name }) => name);
    const head = element('tr', {}, element('th', { scope: 'col' }, t('verdict.corner')),
      ...names.map((name) => element('th', { scope: 'col' }, name)));
    const rows = confusion.map((counts, target) => {
      const whole = counts.reduce((sum, count) => sum + count, 0);
      return element('tr', {}, element('th', { scope: 'row' }, names[target]),
        ...counts.map((count, label) => element('td', {}, count > 0 ? cell(target, label, count, count / whole) : '·')));
    });
    table.replaceChildren(
      element('caption', {}, t('verdict.caption')), element('thead', {}, head), element('tbody', {}, ...rows));
    keepOneTabStop(table);
    markChosen();
  }

  function cell(target, label, count, part) {
    const button = element('button', {
      type: 'button', className: target === label ? 'is-right' : 'is-wrong',
      'aria-label': t(target === label ? 'verdict.cellRight' : 'verdict.cellWrong', { n: count, count, target, label }),
      onclick: () => open({ target, label }, button),
    }, String(count));
    button.dataset.cell = `${target}-${label}`;
    // Mistakes are few: by the root of their share they can be told from nothing.
    button.style.setProperty('--share', `${Math.round(42 * Math.sqrt(part))}%`);
    return button;
  }

  function markChosen() {
    wrong.setAttribute('aria-pressed', String(chosen.isWrong === true));
    for (const button of table.querySelectorAll('button')) {
      button.setAttribute('aria-pressed', String(button.dataset.cell === `${chosen.target}-${chosen.label}`));
    }
  }

  // The gallery.

  function open(wanted, from) {
    chosen = wanted;
    picked = null;
    shown = MANY;
    opener = from.dataset.cell ?? null;
    markChosen();
    renderGallery();
    title.focus({ preventScroll: true });
    // With its first pictures, where it is below the screen.
    byId('verdict-gallery').scrollIntoView({ block: 'nearest' });
  }

  /** The answers behind what was chosen, the most confident first. */
  function gallery() {
    const sureness = ({ probabilities, label }) => probabilities[label];
    return verdict.answers
      .filter(({ target, label }) => (chosen.isWrong ? label !== target : target === chosen.target && label === chosen.label))
      .sort((a, b) => sureness(b) - sureness(a));
  }

  function renderGallery() {
    const answers = gallery();
    if (!answers.some(({ index }) => index === picked)) picked = null;
    const count = answers.length;
    title.textContent = chosen.isWrong ? t('verdict.galleryWrong', { n: count, count })
      : t(chosen.target === chosen.label ? 'verdict.cellRight' : 'verdict.cellWrong', { n: count, count, ...chosen });
    pictures.replaceChildren(...answers.slice(0, shown).map(card));
    more.hidden = count <= shown;
    more.textContent = t('verdict.more', { count: Math.min(MANY, count - shown) });
    showPicked();
  }

  function card(answer) {
    const button = element('button', {
      type: 'button', className: 'answer', 'aria-expanded': 'false', onclick: () => pick(answer.index),
    }, ...pictureAndWords(answer));
    button.dataset.index = answer.index;
    return element('li', {}, button);
  }

  function pick(index) {
    picked = picked === index ? null : index;
    showPicked();
    pictures.querySelector('.picked')?.scrollIntoView({ block: 'nearest' });
  }

  /** The probabilities of the picked picture, right after it: the row below its own. */
  function showPicked() {
    pictures.querySelector('.picked')?.remove();
    for (const button of pictures.querySelectorAll('button.answer')) {
      const isPicked = Number(button.dataset.index) === picked;
      button.setAttribute('aria-expanded', String(isPicked));
      if (!isPicked) continue;
      const answer = verdict.answers.find(({ index }) => index === picked);
      const shown = element('li', { className: 'picked' },
        probabilityBars(answer), element('button', { type: 'button', id: 'verdict-follow', onclick: () => app.emit('inspect', answer.index) }, t('verdict.follow')));
      button.parentElement.after(shown);
    }
  }

  // Details.

  function renderDigits() {
    const heads = ['digit', 'precision', 'recall', 'support'].map((name) => t(`verdict.${name}`));
    fill('verdict-digits', t('verdict.digits'), heads, verdict.report.classes.map(({ name, precision, recall, support }) =>
      [name, percent(precision), percent(recall), number(support)]));
  }

  function renderReliability() {
    const { calibration, coverage } = verdict.report;
    byId('verdict-reliability-text').textContent = t('verdict.reliabilityText', {
      gap: number(100 * calibration.expected_calibration_error, 1),
    });
    fill('verdict-reliability', t('verdict.reliability'),
      ['range', 'images', 'confidence', 'accuracy'].map((name) => t(`verdict.${name}`)),
      calibration.bins.filter(({ images }) => images > 0).map(({ low, high, images, confidence, accuracy }) =>
        [t('verdict.from', { low: percent(low, 0), high: percent(high, 0) }), number(images), percent(confidence), percent(accuracy)]));
    fill('verdict-coverage', t('verdict.coverage'), ['least', 'answered', 'wrongOnes'].map((name) => t(`verdict.${name}`)),
      coverage.map(({ reject_below, answered, errors, error_rate }) =>
        [percent(reject_below, 0), percent(answered), t('verdict.errorsOf', { errors, rate: percent(error_rate) })]));
  }

  wrong.addEventListener('click', () => open({ isWrong: true }, wrong));
  more.addEventListener('click', () => {
    const first = shown;
    shown += MANY;
    renderGallery();
    pictures.querySelectorAll('button.answer')[first]?.focus();
  });
  // Back to the cell, or the button, that opened the gallery.
  byId('verdict-gallery').addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    (table.querySelector(`[data-cell="${opener}"]`) ?? wrong).focus();
  });
  moveByArrows(table);

  app.on('network', () => whenIdle(ask));
  onLanguage(render);
}

/** A bar for each probability, with its number; what it is and what was said are marked by words. */
function probabilityBars({ probabilities, target, label }) {
  const row = (probability, digit) => {
    const fill = element('span', { className: digit === target ? 'fill is-target' : 'fill' });
    fill.style.width = `${100 * (probability ?? 0)}%`;
    const mark = [digit === target ? t('verdict.markTarget') : null, digit === label ? t('verdict.markLabel') : null];
    return element('tr', {},
      element('th', { scope: 'row' }, String(digit)),
      element('td', { className: 'bar' }, fill),
      element('td', {}, percent(probability)),
      element('td', { className: 'note' }, mark.filter(Boolean).join(', ')));
  };
  return element('table', { className: 'probabilities' },
    element('caption', {}, t('verdict.probabilities')), element('tbody', {}, ...probabilities.map(row)));
}

function fill(id, caption, heads, rows) {
  byId(`${id}-table`).replaceChildren(
    element('caption', { id: `${id}-caption`, className: 'unseen' }, caption),
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element('tbody', {}, ...rows.map(([name, ...values]) =>
      element('tr', {}, element('th', { scope: 'row' }, name), ...values.map((value) => element('td', {}, value))))));
}
