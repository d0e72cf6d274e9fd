// The formulas of section 6, with their numbers.

import { element } from '../elements.js';
import { number, significant, t } from '../text.js';

// Numbers. Diverged training gives NaN or infinity.

export function figure(value, digits = 4) {
  if (value === null || Number.isNaN(value)) return '–';
  return Number.isFinite(value) ? significant(value, digits) : `${value < 0 ? '−' : ''}∞`;
}

export const bracketed = (value) => (value < 0 ? `(${figure(value)})` : figure(value));
export const signed = (value, digits) => (value < 0 ? `− ${figure(-value, digits)}` : `+ ${figure(value, digits)}`);

// Formulas.

export const formula = (...children) => element('p', { className: 'formula' }, ...children);
export const superscript = (text) => element('sup', {}, text);

/** The formula of the activation at a sum. */
export function activationFormula(activation, sum, output) {
  const z = bracketed(sum);
  const equals = ` = ${figure(output)}`;
  const formulas = {
    sigmoid: () => ['1 / (1 + e', superscript(`−${z}`), ')'],
    tanh: () => ['(e', superscript(figure(sum)), ' − e', superscript(`−${z}`), ') / (e', superscript(figure(sum)), ' + e', superscript(`−${z}`), ')'],
    relu: () => [t('inside.reluFormula', { sum: figure(sum) })],
    gelu: () => [`½ × ${z} × (1 + tanh(√(2/π) × (${figure(sum)} + ${number(0.044715, 6)} × ${z}³)))`],
    identity: () => [figure(sum)],
  };
  return formula(...formulas[activation](), equals);
}

/** The derivative of the activation at a sum. */
export function slopeOf(activation, sum, output) {
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

export function slopeFormula(activation, sum, output, slope) {
  const parts = {
    sigmoid: () => `${figure(output)} × (1 − ${figure(output)})`,
    tanh: () => `1 − ${bracketed(output)}²`,
    relu: () => t(sum > 0 ? 'inside.slopeOpen' : 'inside.slopeShut'),
    gelu: () => t('inside.slopeGelu', { sum: figure(sum) }),
    identity: () => t('inside.slopeIdentity'),
  };
  return formula(`${t('inside.slope')} ${parts[activation]()} = ${figure(slope)}`);
}

/**
 * The formula of an optimiser's first update of a weight. Source: src/train/optimizer.rs, and Burn's optimisers behind it.
 * Biases have no weight decay.
 */
export function updateFormula({ kind, learning_rate, momentum, nesterov, weight_decay, epsilon }, gradient, weight, isBias, update) {
  const rate = `−${figure(learning_rate)}`;
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
  const shrink = kind === 'adamw' && decay > 0 ? ` − ${figure(learning_rate)} × ${penalty}` : '';
  return formula(`${rate} × ${slope} / (${size} + ${figure(epsilon)})${shrink}${equals}`);
}

/** The exponential of each score. If that would overflow or vanish, the largest score is subtracted first. */
export function powersOf(scores) {
  const most = Math.max(...scores);
  const shift = Math.abs(most) > 700 ? most : 0;
  return { shift, powers: scores.map((score) => Math.exp(score - shift)) };
}

/** The logarithm of the sum of e^x. The largest x is subtracted first, so that no power overflows. */
export function logSumOfPowers(values) {
  const most = Math.max(...values);
  return most + Math.log(sumOf(values.map((value) => Math.exp(value - most))));
}

export const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);
export const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
export const largestFirst = (items, of) => [...items].sort((a, b) => Math.abs(of(b)) - Math.abs(of(a)));
export const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);
