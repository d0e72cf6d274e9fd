// One step of learning from an image: the origin of each delta, and its effect on each weight.

import { keepOneTabStop, moveByArrows } from '../arrows.js';
import { byId, element } from '../elements.js';
import { Panel, bar, legend, line, neuronList, press, table } from './widgets.js';
import { bracketed, figure, formula, isSame, largest, largestFirst, signed, slopeFormula, slopeOf, sumOf, updateFormula } from './formulas.js';
import { weightOf, weightsOf } from './trace.js';
import { drawWeights } from '../picture.js';
import { t } from '../text.js';

/**
 * Mounts it. `show(trace)` takes another image or network; `render()` follows a change of language.
 *
 * @param finiteDifference promises the derivative by one weight from finite differences, or `undefined` if the image has changed
 */
export function mountBackward(finiteDifference) {
  const list = byId('inside-backward');
  let trace = null;
  // The delta and the weight that are explained: { layer, neuron, weight }; -1 is the bias.
  let chosen = null;
  // The last finite difference, and the weight it belongs to.
  let difference = null;
  const panel = new Panel('backward', list, () => {
    chosen = null;
    explain();
  });

  function show(shown) {
    // A wide screen has room to explain a number from the start.
    if (trace === null && matchMedia('(min-width: 60rem)').matches) {
      chosen = { layer: shown.last, neuron: shown.target, weight: 0 };
    }
    [trace, difference] = [shown, null];
    // Forget a neuron or weight that this network lacks.
    if (chosen && !trace.has(chosen)) chosen = null;
    if (chosen && chosen.weight >= trace.layers[chosen.layer].weights.inputs) chosen.weight = -1;
    render();
  }

  function render() {
    const { loss, lossAfter, optimizer } = trace;
    const change = lossAfter < loss ? 'less' : lossAfter > loss ? 'more' : 'same';
    byId('inside-loss').textContent = t(`inside.loss.${change}`, { before: figure(loss), after: figure(lossAfter) });
    const kind = optimizer.kind === 'sgd' && optimizer.momentum > 0 && optimizer.nesterov ? 'nesterov' : optimizer.kind;
    byId('inside-optimizer').textContent = t(`inside.optimizer.${kind}`, { rate: figure(optimizer.learning_rate), factor: figure(1 + optimizer.momentum) })
      + (optimizer.weight_decay > 0 ? ` ${t(optimizer.kind === 'adam' ? 'inside.decayAdam' : 'inside.decay', { decay: figure(optimizer.weight_decay) })}` : '');
    list.replaceChildren(...trace.layers.map((_, layer) => deltaBlock(layer)).reverse());
    explain();
  }

  function deltaBlock(layer) {
    const deltas = trace.layers[layer].gradients.bias;
    const most = largest(deltas);
    return neuronList(`backward-${layer}`, trace.layerName(layer), deltas.map((delta, neuron) => () => {
      const isChosen = chosen?.layer === layer && chosen.neuron === neuron;
      const button = element('button', {
        type: 'button', className: 'value', 'aria-pressed': String(isChosen),
        'aria-label': `${t('inside.deltaOf', { name: trace.neuronName(layer, neuron) })}: ${figure(delta, 3)}`,
        onclick: () => {
          chosen = { layer, neuron, weight: chosen?.layer === layer ? chosen.weight : strongest(layer, neuron) };
          press(list, button);
          explain();
        },
      }, figure(delta, 3), bar(delta, most));
      const name = layer === trace.last ? (neuron === trace.target ? `${neuron} ◂` : String(neuron)) : String(neuron + 1);
      return element('li', {}, element('span', { className: 'name' }, name), button);
    }));
  }

  /** The incoming weight of a neuron with the largest gradient. */
  const strongest = (layer, neuron) =>
    largestFirst([...weightsOf(trace.layers[layer].gradients, neuron).entries()], ([, gradient]) => gradient)[0][0];

  function explain() {
    if (chosen === null) {
      panel.fill({ title: t('inside.panel'), words: [t('inside.chooseDelta')] }, false);
      byId('inside-weight').replaceChildren();
      return;
    }
    const { layer, neuron } = chosen;
    const { words, details } = layer === trace.last ? outputDelta(neuron)
      : layer < trace.first ? { words: [t('inside.deltaFilter')], details: [] } : hiddenDelta(layer, neuron);
    panel.fill({ title: t('inside.deltaOf', { name: trace.neuronName(layer, neuron) }), words, details: [...details, gradientsOf(layer, neuron)] }, true);
    explainWeight();
  }

  function outputDelta(neuron) {
    const hit = neuron === trace.target ? 1 : 0;
    return {
      words: [
        t(hit ? 'inside.deltaTarget' : 'inside.deltaOther', { target: trace.target }),
        formula(`${figure(trace.probabilities[neuron], 7)} − ${hit} = ${figure(trace.layers[trace.last].gradients.bias[neuron])}`),
      ],
      details: [],
    };
  }

  function hiddenDelta(layer, neuron) {
    const next = trace.layers[layer + 1];
    const terms = next.gradients.bias.map((delta, to) => {
      const weight = next.weights.weight[neuron * next.weights.outputs + to];
      return { to, delta, weight, product: delta * weight };
    });
    const { sums, outputs, gradients } = trace.layers[layer];
    const slope = slopeOf(trace.activation, sums[neuron], outputs[neuron]);
    return {
      words: [
        t('inside.deltaHidden', { count: terms.length }),
        slopeFormula(trace.activation, sums[neuron], outputs[neuron], slope),
        formula(t('inside.deltaFormula', {
          sum: figure(sumOf(terms.map(({ product }) => product))), slope: bracketed(slope), delta: figure(gradients.bias[neuron]),
        })),
      ],
      details: [table(`delta-${layer}`, t('inside.termsOfDelta'), [t('inside.toHead'), t('inside.deltaHead'), t('inside.weightHead'), t('inside.productHead')],
        largestFirst(terms, ({ product }) => product).map(({ to, delta, weight, product }) =>
          [trace.neuronName(layer + 1, to), figure(delta), `× ${bracketed(weight)}`, `= ${figure(product)}`]))],
    };
  }

  /** The gradients of a neuron's weights, to choose from: a picture behind buttons, or a table. */
  function gradientsOf(layer, neuron) {
    const gradients = weightsOf(trace.layers[layer].gradients, neuron);
    const choice = (input, ...children) => {
      const button = element('button', {
        type: 'button', 'aria-pressed': String(chosen.weight === input),
        'aria-label': t('inside.gradientAt', { name: trace.inputName(layer, input), value: figure(input < 0 ? trace.layers[layer].gradients.bias[neuron] : gradients[input]) }),
        onclick: () => {
          chosen.weight = input;
          press(root, button);
          explainWeight();
          bringWeightIntoView();
        },
      }, ...children);
      return button;
    };
    const bias = choice(-1, t('inside.bias'));
    const root = element('div', { id: 'inside-gradients' }, element('h5', {}, t('inside.gradients')), element('p', {}, t('inside.gradientsWords')));
    if (layer < trace.first) {
      root.append(table(`gradients-${layer}`, t('inside.gradients'), [t('inside.weightFrom'), t('inside.gradientHead')],
        largestFirst([...gradients.entries()], ([, gradient]) => gradient).map(([input, gradient]) => [choice(input, trace.inputName(layer, input)), figure(gradient)])));
    } else if (layer === 0) {
      const canvas = element('canvas', { 'aria-hidden': 'true' });
      drawWeights(canvas, gradients, 8, 8, largest(gradients));
      root.append(element('div', { className: 'weight-grid', role: 'group', 'aria-label': t('inside.gradients') }, canvas, ...gradients.map((_, input) => choice(input))),
        legend());
    } else {
      root.append(table(`gradients-${layer}`, t('inside.gradients'), [t('inside.weightFrom'), t('inside.inputHead'), t('inside.gradientHead')],
        largestFirst([...gradients.entries()], ([, gradient]) => gradient).map(([input, gradient]) =>
          [choice(input, trace.inputName(layer, input)), figure(trace.incoming(layer)[input]), figure(gradient)])));
    }
    root.append(element('div', { className: 'row' }, bias));
    keepOneTabStop(root);
    moveByArrows(root);
    return root;
  }

  // One weight.

  function explainWeight() {
    const { layer, neuron, weight } = chosen;
    const { weights, gradients, updates } = trace.layers[layer];
    const isBias = weight < 0;
    const [before, gradient, update] = [weights, gradients, updates].map((values) => weightOf(values, weight, neuron));
    const delta = gradients.bias[neuron];
    const byDifference = isSame(difference?.of, chosen) ? difference.value : null;
    // The gradient of a filter is a sum over all windows.
    const product = layer < trace.first ? '' : `${isBias ? 1 : figure(trace.incoming(layer)[weight])} × ${bracketed(delta)} = `;
    byId('inside-weight').replaceChildren(
      element('h5', {}, isBias ? t('inside.theBias') : t('inside.weightOf', { name: trace.inputName(layer, weight) })),
      element('dl', { className: 'lines' },
        ...line(t(layer < trace.first ? 'inside.filterGradientLine' : 'inside.gradientLine'), formula(`${product}${figure(gradient)}`)),
        ...line(t('inside.differenceLine'), byDifference === null ? '…' : formula(figure(byDifference)),
          byDifference === null ? '' : t('inside.apart', { distance: figure(Math.abs(byDifference - gradient), 2) })),
        ...line(t('inside.updateLine'), updateFormula(trace.optimizer, gradient, before, isBias, update)),
        ...line(t('inside.newLine'), formula(`${figure(before, 6)} ${signed(update, 6)} = ${figure(before + update, 6)}`))));
    if (byDifference === null) askDifference();
  }

  /** Scrolls the panel, and nothing else, to show the lines about the weight. */
  function bringWeightIntoView() {
    const panel = byId('inside-backward-panel');
    const [outer, inner] = [panel, byId('inside-weight')].map((part) => part.getBoundingClientRect());
    const most = inner.top - outer.top - panel.querySelector('.panel-head').offsetHeight;
    panel.scrollTop += Math.max(0, Math.min(inner.bottom - outer.bottom, most));
  }

  async function askDifference() {
    const [of, about] = [{ ...chosen }, trace];
    const { outputs } = trace.layers[of.layer].weights;
    const isBias = of.weight < 0;
    const value = await finiteDifference(of.layer, isBias, isBias ? of.neuron : of.weight * outputs + of.neuron);
    if (value === undefined || about !== trace || !isSame(of, chosen)) return;
    difference = { of, value };
    explainWeight();
  }

  return { show, render };
}
