// The way of an image through the network: every number, and its terms.

import { keepOneTabStop, moveByArrows } from '../arrows.js';
import { byId, element } from '../elements.js';
import { Panel, bar, neuronList, pictures, plainTable, press, table } from './widgets.js';
import {
  activationFormula, bracketed, figure, formula, isSame, largest, largestFirst, logSumOfPowers, powersOf, signed, sumOf, superscript,
} from './formulas.js';
import { explainMap, stageBlock } from './stages.js';
import { place, weightsOf } from './trace.js';
import { percent, t } from '../text.js';

/** Mounts it. `show(trace)` takes another image or network; `render()` follows a change of language. */
export function mountForward() {
  const list = byId('inside-forward');
  let trace = null;
  // The number that is explained: { kind, layer, neuron }, or { kind, stage, filter, at } in a map.
  let chosen = null;
  const panel = new Panel('forward', list, () => {
    chosen = null;
    explain();
  });

  function show(shown) {
    // A wide screen has room to explain a number from the start.
    if (trace === null && matchMedia('(min-width: 60rem)').matches) chosen = { kind: 'sum', layer: shown.first, neuron: 0 };
    trace = shown;
    if (chosen && !isThere(chosen)) chosen = null;
    render();
  }

  /** Whether this network has a number. The outputs of the last layer are probabilities. */
  function isThere({ kind, layer, neuron, stage, filter, at }) {
    if (kind === 'map') return stage < trace.first && filter < trace.layers[stage].weights.outputs && at * trace.layers[stage].weights.outputs < trace.layers[stage].outputs.length;
    return layer === undefined || (layer >= trace.first && trace.has({ layer, neuron }) && !(kind === 'output' && layer === trace.last));
  }

  function render() {
    list.replaceChildren(
      inputsBlock(),
      ...trace.layers.slice(0, -1).map((_, layer) => (layer < trace.first ? stageBlock(trace, layer, value) : hiddenBlock(layer))),
      answerBlock());
    for (const numbers of list.querySelectorAll('.numbers')) keepOneTabStop(numbers);
    explain();
  }

  /** A button with a number. */
  function value(choice, name, shown, ...children) {
    const button = element('button', {
      type: 'button', className: 'value', 'aria-label': `${name}: ${shown}`, 'aria-pressed': String(isSame(choice, chosen)),
      onclick: () => {
        chosen = choice;
        press(list, button);
        explain();
      },
    }, shown, ...children);
    return button;
  }

  function inputsBlock() {
    const { pixels } = trace;
    const grid = element('div', { className: 'numbers inputs', role: 'group', 'aria-label': t('inside.inputs') },
      ...trace.inputs.map((input, at) => {
        const button = value({ kind: 'input', neuron: at }, t('inside.pixel', place(at)), figure(input, 2));
        const grey = Math.round(255 * (1 - pixels[at] / 16));
        button.style.backgroundColor = `rgb(${grey} ${grey} ${grey})`;
        button.style.color = grey > 127 ? '#000' : '#fff';
        return button;
      }));
    moveByArrows(grid);
    return element('div', {}, element('h4', {}, t('inside.inputs')), element('p', { className: 'note' }, t('inside.scaling', { rule: scaling('p') })), grid);
  }

  function scaling(pixel) {
    const { scale, offset } = trace;
    const divided = `${pixel} / ${figure(scale)}`;
    return offset === 0 ? divided : `${divided} ${signed(offset)}`;
  }

  function hiddenBlock(layer) {
    const { sums, outputs } = trace.layers[layer];
    const [mostSum, mostOutput] = [largest(sums), largest(outputs)];
    return neuronList(`forward-${layer}`, t('inside.hiddenLayerWith', { name: trace.layerName(layer), activation: t(`inside.${trace.activation}`) }), sums.map((sum, neuron) => () => {
      const name = trace.neuronName(layer, neuron);
      return element('li', {}, element('span', { className: 'name' }, String(neuron + 1)),
        value({ kind: 'sum', layer, neuron }, t('inside.sumOf', { name }), figure(sum, 3), bar(sum, mostSum)),
        element('span', { 'aria-hidden': 'true' }, '→'),
        value({ kind: 'output', layer, neuron }, t('inside.outputOf', { name }), figure(outputs[neuron], 3), bar(outputs[neuron], mostOutput)));
    }));
  }

  function answerBlock() {
    const layer = trace.last;
    const { sums } = trace.layers[layer];
    const most = largest(sums);
    const block = neuronList('forward-answer', t('inside.answers', { name: trace.layerName(layer) }), sums.map((sum, neuron) => () => {
      const name = trace.neuronName(layer, neuron);
      const probability = trace.probabilities[neuron];
      return element('li', {}, element('span', { className: 'name' }, neuron === trace.target ? `${neuron} ◂` : String(neuron)),
        value({ kind: 'sum', layer, neuron }, t('inside.scoreOf', { name }), figure(sum, 3), bar(sum, most)),
        element('span', { 'aria-hidden': 'true' }, '→'),
        value({ kind: 'probability', neuron }, t('inside.probabilityOf', { name }), percent(probability, 2), bar(probability, 1)));
    }));
    block.append(element('p', { className: 'note' }, t('inside.targetMark', { target: trace.target })),
      element('h4', {}, t('inside.theLoss')),
      element('div', { className: 'numbers neurons-list' },
        value({ kind: 'loss' }, t('inside.theLoss'), figure(trace.loss))));
    return block;
  }

  function explain() {
    markWindow(null);
    const kinds = { input: explainInput, map: explainNumberOfMap, sum: explainSum, output: explainOutput, probability: explainProbability, loss: explainLoss };
    panel.fill(chosen ? kinds[chosen.kind](chosen) : { title: t('inside.panel'), words: [t('inside.chooseNumber')] }, chosen !== null);
  }

  function explainInput({ neuron }) {
    const pixel = trace.pixels[neuron];
    return {
      title: t('inside.pixel', place(neuron)),
      words: [t('inside.inputWords', { pixel }), formula(`${scaling(pixel)} = ${figure(trace.inputs[neuron])}`)],
    };
  }

  const explainNumberOfMap = (choice) => explainMap(trace, choice, (y, x) => markWindow(choice.stage, y, x));

  /** Outlines the window around a row and column of what goes into a stage; `null` is none. */
  function markWindow(stage, y = 0, x = 0) {
    for (const cell of list.querySelectorAll('.in-window')) cell.classList.remove('in-window');
    if (stage === null) return;
    const [, width] = trace.layers[stage].image;
    // The image, and the map that is open of each stage.
    const cells = list.querySelectorAll('.inputs')[stage].children;
    [...cells].forEach((cell, at) => cell.classList.toggle('in-window', Math.abs(Math.floor(at / width) - y) <= 1 && Math.abs(at % width - x) <= 1));
  }

  function explainSum({ layer, neuron }) {
    const { weights, sums } = trace.layers[layer];
    const values = trace.incoming(layer);
    const own = weightsOf(weights, neuron);
    const products = own.map((weight, input) => weight * values[input]);
    const name = trace.neuronName(layer, neuron);
    const terms = products.map((product, input) => ({ input, weight: own[input], value: values[input], product }));
    return {
      title: t(layer === trace.last ? 'inside.scoreOf' : 'inside.sumOf', { name }),
      words: [
        t('inside.sumWords', { n: values.length, count: values.length }), layer === trace.last ? t('inside.scoreWords') : '',
        formula(t('inside.sumFormula', {
          bias: figure(weights.bias[neuron]), products: bracketed(sumOf(products)), sum: figure(sums[neuron]),
        })),
      ],
      details: [
        layer === 0 ? pictures([values, t('inside.theInputs')], [own, t('inside.theWeights')], [products, t('inside.theProducts')]) : '',
        table(`sum-${layer}`, t('inside.termsOfSum'), [t(layer === 0 ? 'inside.pixelHead' : 'inside.neuronHead'), t('inside.inputHead'), t('inside.weightHead'), t('inside.productHead')],
          largestFirst(terms, ({ product }) => product).map(({ input, weight, value: given, product }) =>
            [trace.inputName(layer, input), figure(given), `× ${bracketed(weight)}`, `= ${figure(product)}`])),
      ],
    };
  }

  function explainOutput({ layer, neuron }) {
    const sum = trace.layers[layer].sums[neuron];
    return {
      title: t('inside.outputOf', { name: trace.neuronName(layer, neuron) }),
      words: [t(`inside.${trace.activation}Words`), activationFormula(trace.activation, sum, trace.layers[layer].outputs[neuron])],
    };
  }

  function explainProbability({ neuron }) {
    const scores = trace.layers[trace.last].sums;
    const { shift, powers } = powersOf(scores);
    const whole = sumOf(powers);
    const exponent = shift === 0 ? figure(scores[neuron], 6) : `${figure(scores[neuron], 6)} ${signed(-shift, 6)}`;
    return {
      title: t('inside.probabilityOf', { name: trace.neuronName(trace.last, neuron) }),
      words: [
        t('inside.probabilityWords'), shift === 0 ? '' : t('inside.shiftWords', { shift: figure(shift) }),
        formula('e', superscript(exponent), ` / ${figure(whole, 5)} = ${figure(powers[neuron], 5)} / ${figure(whole, 5)} = ${percent(trace.probabilities[neuron], 2)}`),
      ],
      details: [plainTable(t('inside.softmax'), [t('inside.digitHead'), t('inside.scoreHead'), shift === 0 ? t('inside.powerHead') : t('inside.shiftedHead', { shift: figure(shift) }), t('inside.shareHead')],
        [...scores.map((score, label) => [String(label), figure(score), figure(powers[label]), percent(trace.probabilities[label], 2)]),
          [t('inside.total'), '', figure(whole), percent(1, 0)]])],
    };
  }

  function explainLoss() {
    const scores = trace.layers[trace.last].sums;
    // In double precision: near 1, rounding would show in the logarithm.
    const probability = Math.exp(scores[trace.target] - logSumOfPowers(scores));
    return {
      title: t('inside.theLoss'),
      words: [t('inside.lossWords', { target: trace.target }), formula(`−ln(${figure(probability, 7)}) = ${figure(trace.loss)}`), t('inside.lossScale')],
    };
  }

  return { show, render };
}
