// Curves over epochs: a solid line for training images, a dashed one for held-out images, with a legend.

/**
 * @param canvas where to draw; it fills its CSS size
 * @param curves `[{ name, dashed, points: [[epoch, value], ...] }]`
 * @param options `{ epochs, along, format, isLog }`: the number of epochs, the name of that axis, the format of a tick, and
 *   whether the scale is logarithmic
 */
export function drawCurves(canvas, curves, { epochs, along, format, isLog }) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (width === 0) return;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  context.scale(ratio, ratio);
  const css = getComputedStyle(canvas);
  const color = (name) => css.getPropertyValue(name).trim();
  // As large as the text around it, on a projector too.
  const unit = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  context.font = `${13 * unit}px system-ui, sans-serif`;

  const values = curves.flatMap((curve) => curve.points.map(([, value]) => value)).filter(Number.isFinite);
  const scale = axis(values, isLog);
  const widest = highest(scale.ticks.map((tick) => context.measureText(format(tick)).width), 34 * unit);
  const frame = { left: widest + 12, right: width - 8, top: 10, bottom: height - 24 * unit };
  const x = (epoch) => frame.left + (frame.right - frame.left) * (epoch - 1) / Math.max(1, epochs - 1);
  const y = (value) => frame.bottom - (frame.bottom - frame.top) * scale.place(value);

  context.lineWidth = 1;
  context.strokeStyle = color('--line');
  context.fillStyle = color('--quiet');
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const tick of scale.ticks) {
    context.beginPath();
    context.moveTo(frame.left, y(tick));
    context.lineTo(frame.right, y(tick));
    context.stroke();
    context.fillText(format(tick), frame.left - 6, y(tick));
  }
  context.textBaseline = 'top';
  context.textAlign = 'left';
  context.fillText('1', frame.left, frame.bottom + 6);
  context.textAlign = 'right';
  context.fillText(String(epochs), frame.right, frame.bottom + 6);
  context.textAlign = 'center';
  context.fillText(along, (frame.left + frame.right) / 2, frame.bottom + 6);

  // The legend goes to the upper right corner, where falling curves leave room; to the lower one if a curve has not fallen.
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const longest = Math.max(...curves.map((curve) => context.measureText(curve.name).width));
  const isUp = curves.some((curve) => {
    const [epoch, value] = curve.points.at(-1) ?? [0, 0];
    return epoch > epochs / 2 && scale.place(value) > 0.6;
  });
  const top = isUp ? frame.bottom - (8 + 20 * curves.length) * unit : frame.top;
  // With a background, so that no grid line crosses it.
  context.fillStyle = color('--card');
  context.fillRect(frame.right - longest - 46, top + 1, longest + 46, (4 + 20 * curves.length) * unit);
  curves.forEach((curve, i) => {
    const [left, row] = [frame.right - longest - 40, top + (12 + 20 * i) * unit];
    context.strokeStyle = color(i === 0 ? '--positive' : '--negative');
    context.lineWidth = 2;
    context.setLineDash(curve.dashed ? [6, 4] : []);
    context.beginPath();
    context.moveTo(left, row);
    context.lineTo(left + 30, row);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = color('--ink');
    context.fillText(curve.name, left + 36, row);
  });

  curves.forEach((curve, i) => {
    const points = thinned(curve.points.filter(([, value]) => Number.isFinite(value)), frame.right - frame.left);
    if (points.length === 0) return;
    context.strokeStyle = color(i === 0 ? '--positive' : '--negative');
    context.fillStyle = context.strokeStyle;
    context.lineWidth = 2;
    context.setLineDash(curve.dashed ? [6, 4] : []);
    context.beginPath();
    points.forEach(([epoch, value], j) => (j === 0 ? context.moveTo(x(epoch), y(value)) : context.lineTo(x(epoch), y(value))));
    context.stroke();
    context.setLineDash([]);
    const [epoch, value] = points.at(-1);
    context.beginPath();
    context.arc(x(epoch), y(value), 3, 0, 7);
    context.fill();
  });
}

/** At most one point for each pixel across. */
function thinned(points, pixels) {
  const stride = Math.max(1, Math.ceil(points.length / pixels));
  return points.filter((_, i) => i % stride === 0 || i === points.length - 1);
}

// With 100,000 epochs there are more values than a function takes arguments, so `Math.min(...values)` would fail.
const lowest = (values, start) => values.reduce((least, value) => Math.min(least, value), start);
const highest = (values, start) => values.reduce((most, value) => Math.max(most, value), start);

/** The ticks of an axis, and a function for the place of a value on it, from 0 to 1. */
function axis(values, isLog) {
  if (isLog) {
    const least = Math.max(1e-4, lowest(values, 1));
    const [low, high] = [Math.floor(Math.log10(least)), Math.max(0.5, Math.log10(highest(values, 1)))];
    const ticks = [];
    const stride = Math.ceil((high - low) / 6);
    // On a short axis, ticks between the powers of ten too.
    const within = high - low < 2 ? [1, 2, 5] : [1];
    for (let power = low; power <= high; power += stride) ticks.push(...within.map((digit) => digit * 10 ** power));
    while (Math.log10(ticks.at(-1)) > high) ticks.pop();
    return { ticks, place: (value) => (Math.log10(Math.max(value, 1e-4)) - low) / (high - low) };
  }
  const high = highest(values, 0.05);
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1].find((size) => high / size <= 5) ?? 1;
  const top = Math.ceil(high / step) * step;
  const ticks = [];
  for (let tick = 0; tick <= top + 1e-9; tick += step) ticks.push(tick);
  return { ticks, place: (value) => value / top };
}
