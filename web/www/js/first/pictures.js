// The pictures of the first screen, as the contents of SVG elements. web/pack.mjs makes the first of them, for index.html.

/** Values from 0 for paper to `full` for ink, `side` in each row; equal neighbours in a row are one rectangle. */
export function squares(values, side, full) {
  const shapes = new Map();
  for (let start = 0, end; start < values.length; start = end) {
    const [value, rest] = [values[start], side - (start % side)];
    end = start + 1;
    while (end < start + rest && values[end] === value) end += 1;
    const width = end - start;
    if (value > 0) shapes.set(value, `${shapes.get(value) ?? ''}M${start % side} ${Math.floor(start / side)}h${width}v1h-${width}z`);
  }
  return [...shapes].map(([value, shape]) => `<path fill-opacity="${shortened(value / full)}" d="${shape}"/>`).join('');
}

/** Width and height of the picture of ten probabilities. */
export const BARS = { width: 100, height: 46 };

/** The probability of each digit as a column above it. The highest has a colour of its own. */
export function bars(probabilities, label) {
  const { width, height } = BARS;
  const [step, most, base] = [width / 10, height - 12, height - 10];
  return [...probabilities].map((probability, digit) => {
    const tall = Math.max(0.6, most * probability);
    const kind = digit === label ? ' class="is-highest"' : '';
    return `<g${kind}><rect x="${digit * step + 1.5}" y="${shortened(base - tall)}" width="${step - 3}" height="${shortened(tall)}"/>`
      + `<text x="${(digit + 0.5) * step}" y="${height - 1}">${digit}</text></g>`;
  }).join('');
}

/** Strokes as a path, of 100 to a side. */
export const path = (strokes) => strokes.map((points) => `M${points.map(([x, y]) => `${shortened(100 * x)} ${shortened(100 * y)}`).join('L')}`).join('');

/** A share in percent, as `confidence` in text.js writes it. */
export function percentages(share) {
  const whole = Math.floor((share > 0.5 ? 1e-6 : 0.5) + 100 * share);
  return { en: `${whole}%`, fr: `${whole}\u202f%` };
}

const shortened = (value) => String(Math.round(1000 * value) / 1000);
