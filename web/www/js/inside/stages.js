// Stages of convolution: the maps of an image, and each number of a map with the windows that it comes from.

import { keepOneTabStop, moveByArrows } from '../arrows.js';
import { element } from '../elements.js';
import { drawInk } from '../picture.js';
import { t } from '../text.js';
import { bracketed, figure, formula, largest, largestFirst, sumOf } from './formulas.js';
import { pictures, press, table } from './widgets.js';

// Maps whose part of a window is shown before the visitor asks for all: those that add most to the sum.
const MANY_MAPS = 2;
// The filter of each stage whose map is shown in numbers.
const opened = new Map();

/** The numbers of a filter's map, row after row. */
const mapOf = ({ outputs, weights }, filter) => outputs.filter((_, at) => at % weights.outputs === filter);

/**
 * The maps of a stage as small pictures, and one of them in numbers. `value(choice, name, shown)` makes the button of a
 * number.
 */
export function stageBlock(trace, stage, value) {
  const { image: [height, width, channels], outputs, weights } = trace.layers[stage];
  const [rows, columns] = [height >> 1, width >> 1];
  const most = largest(outputs);
  const maps = Array.from({ length: weights.outputs }, (_, filter) => mapOf(trace.layers[stage], filter));
  const strongest = largestFirst([...maps.entries()], ([, map]) => Math.max(...map))[0][0];
  const grid = element('div', { className: 'numbers inputs map', role: 'group' });
  grid.style.setProperty('--columns', columns);
  moveByArrows(grid);

  function open(filter) {
    opened.set(stage, filter);
    const name = trace.neuronName(stage, filter);
    grid.setAttribute('aria-label', t('inside.mapOf', { name }));
    grid.replaceChildren(...maps[filter].map((number, at) => {
      const place = { row: Math.floor(at / columns) + 1, column: at % columns + 1 };
      const button = value({ kind: 'map', stage, filter, at }, t('inside.mapPlace', { name, ...place }), figure(number, 2));
      const grey = Math.round(255 * (1 - Math.min(1, number / (most || 1))));
      button.style.backgroundColor = `rgb(${grey} ${grey} ${grey})`;
      // Here black and white are equally legible.
      button.style.color = grey > 117 ? '#000' : '#fff';
      return button;
    }));
    keepOneTabStop(grid);
  }

  const choices = element('div', { className: 'maps', role: 'group', 'aria-label': t('inside.maps') }, ...maps.map((map, filter) => {
    const canvas = element('canvas', { 'aria-hidden': 'true' });
    drawInk(canvas, map.map((number) => Math.max(0, number)), columns, rows, most || 1);
    const button = element('button', {
      type: 'button', 'aria-label': t('inside.mapOf', { name: trace.neuronName(stage, filter) }),
      onclick: () => {
        press(choices, button);
        open(filter);
      },
    }, canvas, String(filter + 1));
    return button;
  }));
  const known = opened.get(stage);
  const shown = known < maps.length ? known : strongest;
  open(shown);
  choices.querySelectorAll('button').forEach((button, filter) => button.setAttribute('aria-pressed', String(filter === shown)));
  keepOneTabStop(choices);
  moveByArrows(choices);
  return element('div', {}, element('h4', {}, trace.layerName(stage)),
    element('p', { className: 'note' }, t(channels === 1 ? 'inside.stageWords' : 'inside.laterStageWords', { rows, columns, maps: channels })), choices, grid);
}

/**
 * The explanation of a number in a map: `at` counts its places row by row. `onWindow(y, x)` is told the middle of the window
 * that is shown.
 */
export function explainMap(trace, { stage, filter, at }, onWindow) {
  const { image: [height, width], sums, outputs, weights } = trace.layers[stage];
  const [columns, filters] = [width >> 1, weights.outputs];
  const [row, column] = [Math.floor(at / columns), at % columns];
  const corners = [0, 1, 2, 3].map((corner) => [2 * row + (corner >> 1), 2 * column + corner % 2]);
  const found = corners.map(([y, x]) => sums[(y * 2 * columns + x) * filters + filter]);
  const most = Math.max(...found);
  const winner = found.indexOf(most);
  const name = trace.neuronName(stage, filter);

  const [a, b, c, d] = found.map((sum) => figure(sum));
  const body = element('div', {});
  const open = (corner) => {
    body.replaceChildren(...windowOf(trace, stage, filter, corners[corner], found[corner]));
    onWindow(...corners[corner]);
  };
  const choice = (corner) => {
    const [y, x] = corners[corner];
    const isKept = corner === winner && most > 0;
    const button = element('button', {
      type: 'button', className: 'value', 'aria-pressed': String(corner === winner),
      'aria-label': `${t('inside.windowAt', { row: y + 1, column: x + 1 })}: ${figure(found[corner], 3)}${isKept ? `, ${t('inside.kept')}` : ''}`,
      onclick: () => {
        press(windows, button);
        open(corner);
      },
    }, `${isKept ? '✓ ' : ''}${figure(found[corner], 3)}`);
    return button;
  };
  const windows = element('div', { className: 'windows', role: 'group', 'aria-label': t('inside.windows') }, ...found.map((_, corner) => choice(corner)));
  keepOneTabStop(windows);
  moveByArrows(windows);
  open(winner);
  return {
    title: t('inside.mapPlace', { name, row: row + 1, column: column + 1 }),
    words: [
      t('inside.mapWords'), formula(t('inside.maxFormula', { a, b, c, d, largest: figure(outputs[at * filters + filter]) })),
      t(most > 0 ? 'inside.mapKept' : 'inside.mapShut', { row: corners[winner][0] + 1, column: corners[winner][1] + 1 }),
    ],
    details: [element('h5', {}, t('inside.windows')), windows, body],
  };
}

/** The sum of a window around row `y` and column `x`: the patch of each map that goes in, times the weights. */
function windowOf(trace, stage, filter, [y, x], sum) {
  const { image: [height, width, channels], weights } = trace.layers[stage];
  const values = trace.incoming(stage);
  const terms = Array.from({ length: 9 * channels }, (_, input) => {
    const [place, map] = [Math.floor(input / channels), input % channels];
    const [row, column] = [y + Math.floor(place / 3) - 1, x + place % 3 - 1];
    const isInside = row >= 0 && row < height && column >= 0 && column < width;
    const value = isInside ? values[(row * width + column) * channels + map] : 0;
    const weight = weights.weight[input * weights.outputs + filter];
    const at = { map: map + 1, row: row + 1, column: column + 1 };
    const name = !isInside ? t('inside.beyond') : t(channels === 1 ? 'inside.pixel' : 'inside.placeInMap', at);
    return { map, name, value, weight, product: value * weight };
  });
  const ofMap = (map) => terms.filter((term) => term.map === map);
  const patch = (map) => {
    const own = ofMap(map);
    const of = (key) => own.map((term) => term[key]);
    const names = channels === 1 ? ['inside.theInputs', 'inside.theWeights', 'inside.theProducts'].map((key) => t(key))
      : [t('inside.inputMap', { map: map + 1 }), t('inside.theWeights'), t('inside.theProducts')];
    return pictures(...['value', 'weight', 'product'].map((key, i) => [of(key), names[i]]));
  };
  const added = (map) => sumOf(ofMap(map).map(({ product }) => product));
  const patches = largestFirst(Array.from({ length: channels }, (_, map) => map), added).map(patch);
  const rest = patches.slice(MANY_MAPS);
  return [
    element('p', {}, t('inside.windowWords', { row: y + 1, column: x + 1, count: terms.length })),
    formula(t('inside.sumFormula', {
      bias: figure(weights.bias[filter]), products: bracketed(sumOf(terms.map(({ product }) => product))), sum: figure(sum),
    })),
    ...patches.slice(0, MANY_MAPS),
    rest.length === 0 ? '' : element('details', {}, element('summary', {}, t('inside.otherMaps', { n: rest.length, count: rest.length })), ...rest),
    table(`window-${stage}`, t('inside.termsOfSum'), [t(stage === 0 ? 'inside.pixelHead' : 'inside.neuronHead'), t('inside.inputHead'), t('inside.weightHead'), t('inside.productHead')],
      largestFirst(terms, ({ product }) => product).map(({ name, value, weight, product }) => [name, figure(value), `× ${bracketed(weight)}`, `= ${figure(product)}`])),
  ].filter((part) => part !== '');
}
