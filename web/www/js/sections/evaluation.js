// 4. The test result: the answers of the network in use on its test images, and the images behind each count.

import { keepOneTabStop, moveByArrows } from '../arrows.js';
import { byId, element } from '../elements.js';
import { reportErrors } from '../errors.js';
import { evaluationOf } from '../evaluated.js';
import { breathe, whenIdle } from '../pacing.js';
import { digitImage } from '../picture.js';
import { confidence, number, onLanguage, percent, t } from '../text.js';

// Errors of the article's network (scikit-learn) on the same test images.
const ARTICLE = { errors: 94, total: 797 };
// Images that a gallery shows before the visitor asks for more.
const MANY = 24;

export function mountEvaluation(app) {
  const [table, pictures, title, more, wrong] =
    ['evaluation-confusion', 'evaluation-pictures', 'evaluation-gallery-title', 'evaluation-more', 'evaluation-wrong'].map(byId);
  let evaluation = null;
  let asked = 0;
  // The choice that the gallery shows, the image with open probabilities, and the cell that opened the gallery.
  let chosen = { isWrong: true };
  let picked = null;
  let shown = MANY;
  let opener = null;

  /** Evaluates the network in use. If answers overtake each other, the one to the latest call counts. */
  function ask() {
    reportErrors(async () => {
      asked += 1;
      const mine = asked;
      const answer = await evaluationOf(app);
      if (mine !== asked) return;
      evaluation = answer;
      // On a slow telephone, all at once would keep the visitor waiting.
      for (const render of PARTS) {
        render();
        await breathe();
        if (mine !== asked) return;
      }
    });
  }

  // The result last: with it, all is there.
  const PARTS = [renderFirst, renderConfusion, renderGallery, renderDigits, renderReliability, renderResult];

  function render() {
    if (evaluation) PARTS.forEach((render) => render());
  }

  function renderFirst() {
    byId('evaluation-first').replaceChildren(...evaluation.answers.slice(0, 10).map((answer) =>
      element('li', { className: 'answer' }, ...pictureAndWords(answer))));
  }

  function renderResult() {
    const { errors, total, error_rate, error_rate_interval: { low, high } } = evaluation.report;
    byId('evaluation-result').textContent = t('evaluation.result', {
      errors, total, rate: percent(error_rate), low: percent(low), high: percent(high),
    });
    const article = ARTICLE.errors / ARTICLE.total;
    const comparison = high < article ? 'better' : low > article ? 'worse' : 'alike';
    const isWild = evaluation.answers.some(({ label, probabilities }) => !Number.isFinite(probabilities[label]));
    byId('evaluation-article').textContent = isWild ? t('training.wild')
      : t(`evaluation.article.${comparison}`, { ...ARTICLE, rate: percent(article) });
    // For a network from a file, only its settings say what it was trained on.
    const isKnown = app.network.origin !== 'file' || !app.network.knowsOthers;
    byId('evaluation-new-images').hidden = !isKnown;
    byId('evaluation-other-images').hidden = isKnown;
    byId('evaluation-interval').textContent = t('evaluation.interval', { total });
  }

  /** An image, its digit, and the network's answer, marked by a sign and words besides the colour. */
  function pictureAndWords({ index, target, label, probabilities }) {
    const isRight = label === target;
    return [
      digitImage(app.image(index), t('evaluation.pictureOf', { index: String(index), label: target })),
      element('span', {}, t('evaluation.is', { target })),
      element('span', { className: isRight ? 'good' : 'bad' }, `${isRight ? '✓' : '✗'} ${t('evaluation.says', { label })}`),
      element('span', { className: 'note' }, t('evaluation.sure', { rate: confidence(probabilities[label]) })),
    ];
  }

  // The confusion matrix.

  function renderConfusion() {
    const { confusion, classes } = evaluation.report;
    const names = classes.map(({ name }) => name);
    const head = element('tr', {}, element('th', { scope: 'col' }, t('evaluation.corner')),
      ...names.map((name) => element('th', { scope: 'col' }, name)));
    const rows = confusion.map((counts, target) => {
      const whole = counts.reduce((sum, count) => sum + count, 0);
      return element('tr', {}, element('th', { scope: 'row' }, names[target]),
        ...counts.map((count, label) => element('td', {}, count > 0 ? cell(target, label, count, count / whole) : '·')));
    });
    table.replaceChildren(
      element('caption', {}, t('evaluation.caption')), element('thead', {}, head), element('tbody', {}, ...rows));
    keepOneTabStop(table);
    markChosen();
  }

  function cell(target, label, count, part) {
    const button = element('button', {
      type: 'button', className: target === label ? 'is-right' : 'is-wrong',
      'aria-label': t(target === label ? 'evaluation.cellRight' : 'evaluation.cellWrong', { n: count, count, target, label }),
      onclick: () => open({ target, label }, button),
    }, String(count));
    button.dataset.cell = `${target}-${label}`;
    // Errors are few. The square root of their share makes them visible.
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
    // If the gallery is below the screen.
    byId('evaluation-gallery').scrollIntoView({ block: 'nearest' });
  }

  /** The answers behind the chosen count, the most confident first. */
  function gallery() {
    const sureness = ({ probabilities, label }) => probabilities[label];
    return evaluation.answers
      .filter(({ target, label }) => (chosen.isWrong ? label !== target : target === chosen.target && label === chosen.label))
      .sort((a, b) => sureness(b) - sureness(a));
  }

  function renderGallery() {
    const answers = gallery();
    if (!answers.some(({ index }) => index === picked)) picked = null;
    const count = answers.length;
    title.textContent = chosen.isWrong ? t('evaluation.galleryWrong', { n: count, count })
      : t(chosen.target === chosen.label ? 'evaluation.cellRight' : 'evaluation.cellWrong', { n: count, count, ...chosen });
    pictures.replaceChildren(...answers.slice(0, shown).map(card));
    more.hidden = count <= shown;
    more.textContent = t('evaluation.more', { count: Math.min(MANY, count - shown) });
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

  /** Shows the probabilities of the picked image in the row below it. */
  function showPicked() {
    pictures.querySelector('.picked')?.remove();
    for (const button of pictures.querySelectorAll('button.answer')) {
      const isPicked = Number(button.dataset.index) === picked;
      button.setAttribute('aria-expanded', String(isPicked));
      if (!isPicked) continue;
      const answer = evaluation.answers.find(({ index }) => index === picked);
      const shown = element('li', { className: 'picked' },
        probabilityBars(answer), element('button', { type: 'button', id: 'evaluation-follow', onclick: () => app.emit('inspect', answer.index) }, t('evaluation.follow')));
      button.parentElement.after(shown);
    }
  }

  // Details.

  function renderDigits() {
    const heads = ['digit', 'precision', 'recall', 'support'].map((name) => t(`evaluation.${name}`));
    fill('evaluation-digits', t('evaluation.digits'), heads, evaluation.report.classes.map(({ name, precision, recall, support }) =>
      [name, percent(precision), percent(recall), number(support)]));
  }

  function renderReliability() {
    const { calibration, coverage } = evaluation.report;
    byId('evaluation-reliability-text').textContent = t('evaluation.reliabilityText', {
      gap: number(100 * calibration.expected_calibration_error, 1),
    });
    fill('evaluation-reliability', t('evaluation.reliability'),
      ['range', 'images', 'confidence', 'accuracy'].map((name) => t(`evaluation.${name}`)),
      calibration.bins.filter(({ images }) => images > 0).map(({ low, high, images, confidence, accuracy }) =>
        [t('evaluation.from', { low: percent(low, 0), high: percent(high, 0) }), number(images), percent(confidence), percent(accuracy)]));
    fill('evaluation-coverage', t('evaluation.coverage'), ['least', 'answered', 'wrongOnes'].map((name) => t(`evaluation.${name}`)),
      coverage.map(({ reject_below, answered, errors, error_rate }) =>
        [percent(reject_below, 0), percent(answered), t('evaluation.errorsOf', { errors, rate: percent(error_rate) })]));
  }

  wrong.addEventListener('click', () => open({ isWrong: true }, wrong));
  more.addEventListener('click', () => {
    const first = shown;
    shown += MANY;
    renderGallery();
    pictures.querySelectorAll('button.answer')[first]?.focus();
  });
  // Escape returns to the cell or button that opened the gallery.
  byId('evaluation-gallery').addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    (table.querySelector(`[data-cell="${opener}"]`) ?? wrong).focus();
  });
  moveByArrows(table);

  app.on('network', () => whenIdle(ask));
  onLanguage(render);
}

/** A bar for each probability, with its number. Words mark the digit and the answer. */
function probabilityBars({ probabilities, target, label }) {
  const row = (probability, digit) => {
    const fill = element('span', { className: digit === target ? 'fill is-target' : 'fill' });
    fill.style.width = `${100 * (probability ?? 0)}%`;
    const mark = [digit === target ? t('evaluation.markTarget') : null, digit === label ? t('evaluation.markLabel') : null];
    return element('tr', {},
      element('th', { scope: 'row' }, String(digit)),
      element('td', { className: 'bar' }, fill),
      element('td', {}, percent(probability)),
      element('td', { className: 'note' }, mark.filter(Boolean).join(', ')));
  };
  return element('table', { className: 'probabilities' },
    element('caption', {}, t('evaluation.probabilities')), element('tbody', {}, ...probabilities.map(row)));
}

function fill(id, caption, heads, rows) {
  byId(`${id}-table`).replaceChildren(
    element('caption', { id: `${id}-caption`, className: 'unseen' }, caption),
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element('tbody', {}, ...rows.map(([name, ...values]) =>
      element('tr', {}, element('th', { scope: 'row' }, name), ...values.map((value) => element('td', {}, value))))));
}
