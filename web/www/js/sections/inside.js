// 6. Inside: one image on its way through the network with every number, and one step of learning from it.

import { keepOneTabStop, moveByArrows } from '../arrows.js';
import { byId, element, thereupon, whenIdle } from '../elements.js';
import { drawWeights } from '../picture.js';
import { number, onLanguage, percent, significant, t } from '../text.js';

// Neurons of a layer, and terms of a sum, that are shown before one asks for all.
const MANY_NEURONS = 24;
const MANY_TERMS = 8;
// Gradients that are held against finite differences at once: more would keep the visitor waiting.
const MANY_GRADIENTS = 2000;

export function mountInside(app) {
  const [forwardList, backwardList, index, target] =
    ['inside-forward', 'inside-backward', 'inside-index', 'inside-target'].map(byId);
  const count = app.digits.labels.length;
  // Where the image comes from: one of the digits, the visitor's drawing, or what another section brought.
  let source = { kind: 'digit', index: 0 };
  let drawing = null;
  // The engine's answer, and what was asked of it since the last image and network.
  let trace = null;
  let asked = 0;
  let difference = null;
  let checked = null;
  // The numbers that are explained: { kind, layer, neuron }, and { layer, neuron, weight }, where -1 is the bias.
  let forward = null;
  let backward = null;
  // What the visitor has unfolded, by its key.
  const unfolded = new Set();

  // The image.

  function image() {
    if (source.kind === 'digit') return { pixels: app.image(source.index), target: app.digits.labels[source.index] };
    return { pixels: source.pixels, target: source.target };
  }

  function show(wanted) {
    source = wanted;
    follow();
  }

  const digit = (wanted) => ({ kind: 'digit', index: Math.min(count - 1, Math.max(0, Math.round(Number(wanted)) || 0)) });

  /** Follows the image through the network in use; of answers that overtake each other the latest question's counts. */
  function follow() {
    thereupon(async () => {
      asked += 1;
      const mine = asked;
      const { pixels, target: wanted } = image();
      const answer = await app.engine.follow(pixels, wanted);
      if (mine !== asked) return;
      const isFirst = trace === null;
      trace = answer;
      difference = null;
      checked = null;
      keepChoices(isFirst);
      render();
    });
  }

  /** Drops choices of neurons that this network has not; where there is room, something is explained from the start. */
  function keepChoices(isFirst) {
    const exists = (choice) => choice && (choice.layer ?? 0) < trace.layers.length
      && (choice.neuron ?? 0) < trace.layers[choice.layer ?? 0].sums.length && !(choice.kind === 'output' && choice.layer === last());
    if (isFirst && matchMedia('(min-width: 60rem)').matches) {
      forward = { kind: 'sum', layer: 0, neuron: 0 };
      backward = { layer: last(), neuron: trace.target, weight: 0 };
    }
    if (forward && 'layer' in forward && !exists(forward)) forward = null;
    if (!exists(backward)) backward = null;
    if (backward && backward.weight >= trace.layers[backward.layer].weights.inputs) backward.weight = -1;
  }

  const last = () => trace.layers.length - 1;
  const incoming = (layer) => (layer === 0 ? trace.inputs : trace.layers[layer - 1].outputs);
  const weightOf = (values, input, neuron) => (input < 0 ? values.bias[neuron] : values.weight[input * values.outputs + neuron]);
  const weightsOf = (values, neuron) => Array.from({ length: values.inputs }, (_, input) => weightOf(values, input, neuron));

  // Names.

  const place = (input) => ({ row: Math.floor(input / 8) + 1, column: (input % 8) + 1 });
  const neuronName = (layer, neuron) => (layer === last()
    ? t('inside.digitNeuron', { digit: neuron }) : t('inside.neuron', { neuron: neuron + 1, layer: layer + 1 }));
  const inputName = (layer, input) => {
    if (input < 0) return t('inside.bias');
    return layer === 0 ? t('inside.pixel', place(input)) : t('inside.neuron', { neuron: input + 1, layer });
  };
  const layerName = (layer) => {
    const neurons = trace.layers[layer].sums.length;
    return layer === last() ? t('inside.outputLayer') : t('inside.hiddenLayer', { layer: layer + 1, neurons });
  };

  // The page.

  function render() {
    if (!trace) return;
    renderImage();
    // Where a training has run away there are no numbers to explain.
    const isWild = !Number.isFinite(trace.loss);
    byId('inside-work').hidden = isWild;
    if (isWild) return;
    renderForward();
    explainForward();
    renderBackward();
    explainBackward();
    renderCheck();
  }

  function renderImage() {
    const { kind } = source;
    const label = trace.probabilities.indexOf(Math.max(...trace.probabilities));
    if (kind === 'digit') index.value = source.index;
    byId('inside-drawing').disabled = drawing === null;
    byId('inside-meant').hidden = kind === 'digit';
    target.replaceChildren(...trace.probabilities.map((_, value) => element('option', { value, selected: value === trace.target }, String(value))));
    const name = { digit: () => t('inside.image', { index: String(source.index) }), drawing: () => t('inside.yourDrawing') }[kind]();
    byId('inside-caption').textContent = !Number.isFinite(trace.loss) ? t('inside.wild', { name }) : t(label === trace.target ? 'inside.right' : 'inside.wrong', {
      name, target: trace.target, label, rate: percent(trace.probabilities[label], 2),
    });
  }

  // Forward.

  function renderForward() {
    forwardList.replaceChildren(
      inputsBlock(),
      ...trace.layers.slice(0, -1).map((_, layer) => hiddenBlock(layer)),
      answerBlock());
    for (const list of forwardList.querySelectorAll('.numbers')) keepOneTabStop(list);
  }

  /** A number that can be chosen. */
  function value(choice, name, shown, ...children) {
    const button = element('button', {
      type: 'button', className: 'value', 'aria-label': `${name}: ${shown}`, 'aria-pressed': String(isSame(choice, forward)),
      onclick: () => {
        forward = choice;
        press(forwardList, button);
        explainForward();
      },
    }, shown, ...children);
    return button;
  }

  function inputsBlock() {
    const { pixels } = image();
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
    return neuronList(`forward-${layer}`, t('inside.hiddenLayerWith', { name: layerName(layer), activation: t(`inside.${trace.activation}`) }), sums.map((sum, neuron) => () => {
      const name = neuronName(layer, neuron);
      return element('li', {}, element('span', { className: 'name' }, String(neuron + 1)),
        value({ kind: 'sum', layer, neuron }, t('inside.sumOf', { name }), figure(sum, 3), bar(sum, mostSum)),
        element('span', { 'aria-hidden': 'true' }, '→'),
        value({ kind: 'output', layer, neuron }, t('inside.outputOf', { name }), figure(outputs[neuron], 3), bar(outputs[neuron], mostOutput)));
    }));
  }

  function answerBlock() {
    const layer = last();
    const { sums } = trace.layers[layer];
    const most = largest(sums);
    const block = neuronList('forward-answer', t('inside.answers', { name: layerName(layer) }), sums.map((sum, neuron) => () => {
      const name = neuronName(layer, neuron);
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

  /** A layer's neurons, of which many are shown only when asked for. `rows` make their elements. */
  function neuronList(key, title, rows) {
    const list = element('ul', { className: 'numbers neurons-list' });
    const fill = () => {
      list.replaceChildren(...rows.slice(0, unfolded.has(key) ? rows.length : MANY_NEURONS).map((row) => row()));
      keepOneTabStop(list);
    };
    fill();
    moveByArrows(list);
    const all = rows.length <= MANY_NEURONS || unfolded.has(key) ? null : element('button', {
      type: 'button', onclick: () => {
        unfolded.add(key);
        all.remove();
        fill();
        list.children[MANY_NEURONS].querySelector('button').focus();
      },
    }, t('inside.allNeurons', { count: rows.length }));
    return element('div', {}, element('h4', {}, title), list, all);
  }

  function explainForward() {
    const kinds = { input: explainInput, sum: explainSum, output: explainOutput, probability: explainProbability, loss: explainLoss };
    const { title, words, details = [] } = forward ? kinds[forward.kind](forward)
      : { title: t('inside.panel'), words: [t('inside.chooseNumber')] };
    fillPanel('forward', forward !== null, title, words, details);
  }

  function explainInput({ neuron }) {
    const pixel = image().pixels[neuron];
    return {
      title: inputName(0, neuron),
      words: [t('inside.inputWords', { pixel }), formula(`${scaling(pixel)} = ${figure(trace.inputs[neuron])}`)],
    };
  }

  function explainSum({ layer, neuron }) {
    const { weights, sums } = trace.layers[layer];
    const values = incoming(layer);
    const own = weightsOf(weights, neuron);
    const products = own.map((weight, input) => weight * values[input]);
    const name = neuronName(layer, neuron);
    const terms = products.map((product, input) => ({ input, weight: own[input], value: values[input], product }));
    return {
      title: t(layer === last() ? 'inside.scoreOf' : 'inside.sumOf', { name }),
      words: [
        t('inside.sumWords', { n: values.length, count: values.length }), layer === last() ? t('inside.scoreWords') : '',
        formula(t('inside.sumFormula', {
          bias: figure(weights.bias[neuron]), products: bracketed(sumOf(products)), sum: figure(sums[neuron]),
        })),
      ],
      details: [
        layer === 0 ? pictures([values, t('inside.theInputs')], [own, t('inside.theWeights')], [products, t('inside.theProducts')]) : '',
        table(`sum-${layer}`, t('inside.termsOfSum'), [t(layer === 0 ? 'inside.pixelHead' : 'inside.neuronHead'), t('inside.inputHead'), t('inside.weightHead'), t('inside.productHead')],
          largestFirst(terms, ({ product }) => product).map(({ input, weight, value: given, product }) =>
            [inputName(layer, input), figure(given), `× ${bracketed(weight)}`, `= ${figure(product)}`])),
      ],
    };
  }

  function explainOutput({ layer, neuron }) {
    const sum = trace.layers[layer].sums[neuron];
    return {
      title: t('inside.outputOf', { name: neuronName(layer, neuron) }),
      words: [t(`inside.${trace.activation}Words`), activationFormula(trace.activation, sum, trace.layers[layer].outputs[neuron])],
    };
  }

  function explainProbability({ neuron }) {
    const scores = trace.layers[last()].sums;
    const powers = scores.map(Math.exp);
    const whole = sumOf(powers);
    return {
      title: t('inside.probabilityOf', { name: neuronName(last(), neuron) }),
      words: [
        t('inside.probabilityWords'),
        formula('e', superscript(figure(scores[neuron])), ` / ${figure(whole, 5)} = ${figure(powers[neuron], 5)} / ${figure(whole, 5)} = ${percent(trace.probabilities[neuron], 2)}`),
      ],
      details: [plainTable(t('inside.softmax'), [t('inside.digitHead'), t('inside.scoreHead'), t('inside.powerHead'), t('inside.shareHead')],
        [...scores.map((score, label) => [String(label), figure(score), figure(powers[label]), percent(trace.probabilities[label], 2)]),
          [t('inside.total'), '', figure(whole), percent(1, 0)]])],
    };
  }

  function explainLoss() {
    const scores = trace.layers[last()].sums;
    // In double precision: near 1, what is lost to rounding would show in the logarithm.
    const probability = Math.exp(scores[trace.target] - logSumOfPowers(scores));
    return {
      title: t('inside.theLoss'),
      words: [t('inside.lossWords', { target: trace.target }), formula(`-ln(${figure(probability, 7)}) = ${figure(trace.loss)}`), t('inside.lossScale')],
    };
  }

  // Backward.

  function renderBackward() {
    const { loss, lossAfter, optimizer } = trace;
    const verdict = lossAfter < loss ? 'less' : lossAfter > loss ? 'more' : 'same';
    byId('inside-loss').textContent = t(`inside.loss.${verdict}`, { before: figure(loss), after: figure(lossAfter) });
    const kind = optimizer.kind === 'sgd' && optimizer.momentum > 0 && optimizer.nesterov ? 'nesterov' : optimizer.kind;
    byId('inside-optimizer').textContent = t(`inside.optimizer.${kind}`, { rate: figure(optimizer.learning_rate), factor: figure(1 + optimizer.momentum) })
      + (optimizer.weight_decay > 0 ? ` ${t('inside.decay', { decay: figure(optimizer.weight_decay) })}` : '');
    backwardList.replaceChildren(...trace.layers.map((_, layer) => deltaBlock(layer)).reverse());
  }

  function deltaBlock(layer) {
    const deltas = trace.layers[layer].gradients.bias;
    const most = largest(deltas);
    return neuronList(`backward-${layer}`, layerName(layer), deltas.map((delta, neuron) => () => {
      const isChosen = backward?.layer === layer && backward.neuron === neuron;
      const button = element('button', {
        type: 'button', className: 'value', 'aria-pressed': String(isChosen),
        'aria-label': `${t('inside.deltaOf', { name: neuronName(layer, neuron) })}: ${figure(delta, 3)}`,
        onclick: () => {
          backward = { layer, neuron, weight: backward?.layer === layer ? backward.weight : strongest(layer, neuron) };
          press(backwardList, button);
          explainBackward();
        },
      }, figure(delta, 3), bar(delta, most));
      const name = layer === last() ? (neuron === trace.target ? `${neuron} ◂` : String(neuron)) : String(neuron + 1);
      return element('li', {}, element('span', { className: 'name' }, name), button);
    }));
  }

  /** The incoming weight of a neuron with the largest gradient. */
  const strongest = (layer, neuron) =>
    largestFirst([...weightsOf(trace.layers[layer].gradients, neuron).entries()], ([, gradient]) => gradient)[0][0];

  function explainBackward() {
    if (backward === null) {
      fillPanel('backward', false, t('inside.panel'), [t('inside.chooseDelta')], []);
      byId('inside-weight').replaceChildren();
      return;
    }
    const { layer, neuron } = backward;
    const { words, details } = layer === last() ? outputDelta(neuron) : hiddenDelta(layer, neuron);
    fillPanel('backward', true, t('inside.deltaOf', { name: neuronName(layer, neuron) }), words, [...details, gradientsOf(layer, neuron)]);
    explainWeight();
  }

  function outputDelta(neuron) {
    const hit = neuron === trace.target ? 1 : 0;
    return {
      words: [
        t(hit ? 'inside.deltaTarget' : 'inside.deltaOther', { target: trace.target }),
        formula(`${figure(trace.probabilities[neuron], 7)} - ${hit} = ${figure(trace.layers[last()].gradients.bias[neuron])}`),
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
          [neuronName(layer + 1, to), figure(delta), `× ${bracketed(weight)}`, `= ${figure(product)}`]))],
    };
  }

  /** The gradients of a neuron's weights, each to be chosen: as a picture behind buttons, or as a table. */
  function gradientsOf(layer, neuron) {
    const gradients = weightsOf(trace.layers[layer].gradients, neuron);
    const choice = (input, ...children) => {
      const button = element('button', {
        type: 'button', 'aria-pressed': String(backward.weight === input),
        'aria-label': t('inside.gradientAt', { name: inputName(layer, input), value: figure(input < 0 ? trace.layers[layer].gradients.bias[neuron] : gradients[input]) }),
        onclick: () => {
          backward.weight = input;
          press(root, button);
          explainWeight();
          bringWeightIntoView();
        },
      }, ...children);
      return button;
    };
    const bias = choice(-1, t('inside.bias'));
    const root = element('div', { id: 'inside-gradients' }, element('h5', {}, t('inside.gradients')), element('p', {}, t('inside.gradientsWords')));
    if (layer === 0) {
      const canvas = element('canvas', { 'aria-hidden': 'true' });
      drawWeights(canvas, gradients, 8, 8, largest(gradients));
      root.append(element('div', { className: 'weight-grid', role: 'group', 'aria-label': t('inside.gradients') }, canvas, ...gradients.map((_, input) => choice(input))),
        legend());
    } else {
      root.append(table(`gradients-${layer}`, t('inside.gradients'), [t('inside.weightFrom'), t('inside.inputHead'), t('inside.gradientHead')],
        largestFirst([...gradients.entries()], ([, gradient]) => gradient).map(([input, gradient]) =>
          [choice(input, inputName(layer, input)), figure(incoming(layer)[input]), figure(gradient)])));
    }
    root.append(element('div', { className: 'row' }, bias));
    keepOneTabStop(root);
    moveByArrows(root);
    return root;
  }

  // One weight.

  function explainWeight() {
    const { layer, neuron, weight } = backward;
    const { weights, gradients, updates } = trace.layers[layer];
    const isBias = weight < 0;
    const [before, gradient, update] = [weights, gradients, updates].map((values) => weightOf(values, weight, neuron));
    const delta = gradients.bias[neuron];
    const byDifference = isSame(difference?.of, backward) ? difference.value : null;
    const product = isBias ? `1 × ${bracketed(delta)}` : `${figure(incoming(layer)[weight])} × ${bracketed(delta)}`;
    byId('inside-weight').replaceChildren(
      element('h5', {}, isBias ? t('inside.theBias') : t('inside.weightOf', { name: inputName(layer, weight) })),
      element('dl', { className: 'lines' },
        ...line(t('inside.gradientLine'), formula(`${product} = ${figure(gradient)}`)),
        ...line(t('inside.differenceLine'), byDifference === null ? '…' : formula(figure(byDifference)),
          byDifference === null ? '' : t('inside.apart', { distance: figure(Math.abs(byDifference - gradient), 2) })),
        ...line(t('inside.updateLine'), updateFormula(trace.optimizer, gradient, before, isBias, update)),
        ...line(t('inside.newLine'), formula(`${figure(before, 6)} ${signed(update, 6)} = ${figure(before + update, 6)}`))));
    if (byDifference === null) askDifference();
  }

  /** Scrolls the panel, and nothing else, until what is said of the weight is in it. */
  function bringWeightIntoView() {
    const panel = byId('inside-backward-panel');
    const [outer, inner] = [panel, byId('inside-weight')].map((part) => part.getBoundingClientRect());
    const most = inner.top - outer.top - panel.querySelector('.panel-head').offsetHeight;
    panel.scrollTop += Math.max(0, Math.min(inner.bottom - outer.bottom, most));
  }

  function askDifference() {
    const mine = asked;
    const of = { ...backward };
    const { outputs } = trace.layers[of.layer].weights;
    const isBias = of.weight < 0;
    ifStillAsked(mine, async () => {
      const answer = await app.engine.finiteDifference(of.layer, isBias, isBias ? of.neuron : of.weight * outputs + of.neuron);
      if (mine !== asked || !isSame(of, backward)) return;
      difference = { of, value: answer };
      explainWeight();
    });
  }

  /** Questions about an image that another one, or another network, has overtaken may fail unseen. */
  function ifStillAsked(mine, action) {
    thereupon(async () => {
      try {
        await action();
      } catch (error) {
        if (mine === asked) throw error;
      }
    });
  }

  function renderCheck() {
    byId('inside-check-result').textContent = checked === null ? '' : t(checked.count === checked.all ? 'inside.checkedAll' : 'inside.checkedSome', {
      count: checked.count, all: checked.all, largest: figure(checked.largest, 2),
    });
  }

  function check() {
    const mine = asked;
    const button = byId('inside-check');
    button.disabled = true;
    button.setAttribute('aria-busy', 'true');
    byId('inside-check-result').textContent = t('inside.checkBusy');
    ifStillAsked(mine, async () => {
      try {
        const answer = await app.engine.checkGradients(MANY_GRADIENTS);
        if (mine === asked) checked = answer;
      } finally {
        button.disabled = false;
        button.removeAttribute('aria-busy');
        renderCheck();
      }
    });
  }

  // Panels.

  function fillPanel(part, isOpen, title, words, details) {
    byId(`inside-${part}-title`).textContent = title;
    byId(`inside-${part}-close`).hidden = !isOpen;
    byId(`inside-${part}-words`).replaceChildren(...words.filter((text) => text !== '').map((text) => (typeof text === 'string' ? element('p', {}, text) : text)));
    byId(`inside-${part}-details`).replaceChildren(...details);
    byId(`inside-${part}-panel`).scrollTop = 0;
  }

  function close(part) {
    const list = part === 'forward' ? forwardList : backwardList;
    const from = list.querySelector('button[aria-pressed="true"]');
    if (part === 'forward') forward = null;
    else backward = null;
    press(list, null);
    if (part === 'forward') explainForward();
    else explainBackward();
    from?.focus({ preventScroll: true });
  }

  /** A table of terms, of which many are folded away. */
  function table(key, caption, heads, rows) {
    const shown = plainTable(caption, heads, rows.slice(0, MANY_TERMS));
    if (rows.length <= MANY_TERMS) return shown;
    const rest = element('details', { open: unfolded.has(key) },
      element('summary', {}, t('inside.otherTerms', { n: rows.length - MANY_TERMS, count: rows.length - MANY_TERMS })),
      plainTable(caption, heads, rows.slice(MANY_TERMS)));
    rest.addEventListener('toggle', () => (rest.open ? unfolded.add(key) : unfolded.delete(key)));
    return element('div', {}, shown, rest);
  }

  // Events.

  target.addEventListener('change', () => show({ ...source, target: Number(target.value) }));
  index.addEventListener('change', () => show(digit(index.value)));
  byId('inside-random').addEventListener('click', () => show(digit(Math.floor(Math.random() * count))));
  byId('inside-drawing').addEventListener('click', () => show({ kind: 'drawing', ...drawing }));
  byId('inside-check').addEventListener('click', check);
  for (const part of ['forward', 'backward']) {
    byId(`inside-${part}-close`).addEventListener('click', () => close(part));
    byId(`inside-${part}-panel`).addEventListener('keydown', (event) => {
      if (event.key === 'Escape') close(part);
    });
  }

  app.on('drawn', ({ pixels, label }) => {
    // Read again by another network, it is still meant as what the visitor said.
    const isSame = drawing !== null && source.kind === 'drawing' && drawing.pixels.every((value, i) => value === pixels[i]);
    drawing = { pixels: Uint8Array.from(pixels), target: isSame ? source.target : label };
    byId('inside-drawing').disabled = false;
    if (source.kind === 'drawing') show({ kind: 'drawing', ...drawing });
  });
  app.on('inspect', (at) => {
    show(digit(at));
    const title = byId('inside-title');
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    // Smoothly or at once: the style sheet knows what the visitor prefers.
    byId('inside').scrollIntoView();
  });
  app.on('network', () => whenIdle(follow));
  onLanguage(render);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', render);
}

// Formulas.

/** The activation with its sum put in. */
function activationFormula(activation, sum, output) {
  const z = bracketed(sum);
  const equals = ` = ${figure(output)}`;
  const formulas = {
    sigmoid: () => ['1 / (1 + e', superscript(`-${z}`), ')'],
    tanh: () => ['(e', superscript(figure(sum)), ' - e', superscript(`-${z}`), ') / (e', superscript(figure(sum)), ' + e', superscript(`-${z}`), ')'],
    relu: () => [t('inside.reluFormula', { sum: figure(sum) })],
    gelu: () => [`½ × ${z} × (1 + tanh(√(2/π) × (${figure(sum)} + ${number(0.044715, 6)} × ${z}³)))`],
    identity: () => [figure(sum)],
  };
  return formula(...formulas[activation](), equals);
}

/** The derivative of the activation at a sum. */
function slopeOf(activation, sum, output) {
  const slopes = {
    sigmoid: () => output * (1 - output),
    tanh: () => 1 - output * output,
    relu: () => (sum > 0 ? 1 : 0),
    gelu: () => {
      const [root, cubic] = [Math.sqrt(2 / Math.PI), 0.044715];
      const bent = Math.tanh(root * (sum + cubic * sum ** 3));
      return (1 + bent) / 2 + sum / 2 * (1 - bent * bent) * root * (1 + 3 * cubic * sum * sum);
    },
    identity: () => 1,
  };
  return slopes[activation]();
}

function slopeFormula(activation, sum, output, slope) {
  const parts = {
    sigmoid: () => `${figure(output)} × (1 - ${figure(output)})`,
    tanh: () => `1 - ${bracketed(output)}²`,
    relu: () => t(sum > 0 ? 'inside.slopeOpen' : 'inside.slopeShut'),
    gelu: () => t('inside.slopeGelu', { sum: figure(sum) }),
    identity: () => t('inside.slopeIdentity'),
  };
  return formula(`${t('inside.slope')} ${parts[activation]()} = ${figure(slope)}`);
}

/**
 * What an optimiser at rest adds to a weight, with its numbers put in. Source: src/train/optimizer.rs, and Burn's
 * optimisers behind it; biases have no weight decay.
 */
function updateFormula({ kind, learning_rate, momentum, nesterov, weight_decay, epsilon }, gradient, weight, isBias, update) {
  const rate = `-${figure(learning_rate)}`;
  const decay = isBias ? 0 : weight_decay;
  const penalty = `${figure(decay)} × ${bracketed(weight)}`;
  const withPenalty = decay > 0 && kind !== 'adamw';
  const slope = withPenalty ? `(${figure(gradient)} + ${penalty})` : bracketed(gradient);
  const equals = ` = ${figure(update)}`;
  if (kind === 'sgd') {
    const ahead = momentum > 0 && nesterov ? `${figure(1 + momentum)} × ` : '';
    return formula(`${rate} × ${ahead}${slope}${equals}`);
  }
  const size = withPenalty ? `|${figure(gradient)} + ${penalty}|` : `|${figure(gradient)}|`;
  const shrink = kind === 'adamw' && decay > 0 ? ` - ${figure(learning_rate)} × ${penalty}` : '';
  return formula(`${rate} × ${slope} / (${size} + ${figure(epsilon)})${shrink}${equals}`);
}

/** ln of the sum of e^x, with the largest taken out so that no power overflows. */
function logSumOfPowers(values) {
  const most = Math.max(...values);
  return most + Math.log(sumOf(values.map((value) => Math.exp(value - most))));
}

const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);
const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const largestFirst = (items, of) => [...items].sort((a, b) => Math.abs(of(b)) - Math.abs(of(a)));
const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// Numbers as they are shown; where a training has run away there are none.

function figure(value, digits = 4) {
  if (value === null || Number.isNaN(value)) return '–';
  return Number.isFinite(value) ? significant(value, digits) : `${value < 0 ? '-' : ''}∞`;
}

const bracketed = (value) => (value < 0 ? `(${figure(value)})` : figure(value));
const signed = (value, digits) => (value < 0 ? `- ${figure(-value, digits)}` : `+ ${figure(value, digits)}`);

// Elements.

const formula = (...children) => element('p', { className: 'formula' }, ...children);
const superscript = (text) => element('sup', {}, text);
const line = (name, ...values) => [element('dt', {}, name), element('dd', {}, ...values)];

/** Marks the one button of an element that is chosen. */
function press(root, chosen) {
  for (const button of root.querySelectorAll('button[aria-pressed]')) button.setAttribute('aria-pressed', String(button === chosen));
}

/** A bar from the middle: to the right for more, striped and to the left for less. */
function bar(value, most) {
  const part = most > 0 && Number.isFinite(value) ? 50 * Math.min(1, Math.abs(value) / most) : 0;
  const fill = element('span', { className: value < 0 ? 'negative' : 'positive' });
  fill.style.width = `${part}%`;
  fill.style.left = `${value < 0 ? 50 - part : 50}%`;
  return element('span', { className: 'signed-bar', 'aria-hidden': 'true' }, fill);
}

/** The 64 values of some pictures side by side: each `[values, name]`, with the sign between them. */
function pictures(inputs, weights, products) {
  const picture = ([values, name]) => {
    const canvas = element('canvas', { role: 'img', 'aria-label': name });
    drawWeights(canvas, values, 8, 8, largest(values));
    return element('figure', {}, canvas, element('figcaption', {}, name));
  };
  const sign = (text) => element('span', { 'aria-hidden': 'true' }, text);
  return element('div', {},
    element('div', { className: 'equation' }, picture(inputs), sign('×'), picture(weights), sign('='), picture(products)), legend());
}

function legend() {
  const key = (sign) => element('span', { className: 'key' }, element('span', { className: `swatch ${sign}` }), ` ${t(`inside.${sign}`)}`);
  return element('p', { className: 'legend' }, key('positive'), ' ', key('negative'));
}

function plainTable(caption, heads, rows) {
  // What cannot be reached by its buttons is scrolled with the arrow keys.
  const hasButtons = rows.some((row) => row.some((cell) => cell instanceof Element));
  const scroll = hasButtons ? {} : { tabIndex: 0, role: 'group', 'aria-label': caption };
  return element('div', { className: 'scroll', ...scroll }, element('table', { className: 'terms' },
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element('tbody', {}, ...rows.map(([name, ...values]) =>
      element('tr', {}, element('th', { scope: 'row' }, name), ...values.map((value) => element('td', {}, value)))))));
}
