// Which drawn digits a network of the page reads: a few ways to write each one, drawn in several manners, and how many wrong
// answers come with a doubt. Needs web/dist (web/build.sh) and the packages of web/tests.
//
// The strokes are one author's idea of handwriting: compare networks with them, and do not take the rates for those of people.

import { chromium, FLAGS, serve, visit } from '../tests/browser.mjs';

const circle = (x, y, width, height, from = -90, turn = 360) => Array.from({ length: 25 }, (_, i) => {
  const angle = (from + turn * i / 24) * Math.PI / 180;
  return [x + width * Math.cos(angle), y + height * Math.sin(angle)];
});
/** The digits, each with its strokes: points from [0, 0] to [1, 1] in the box of the digit. */
const SHAPES = {
  '0 oval': [0, [circle(0.5, 0.5, 0.32, 0.5)]],
  '0 barred': [0, [circle(0.5, 0.5, 0.32, 0.5), [[0.8, 0.05], [0.2, 0.95]]]],
  '1 bar': [1, [[[0.5, 0], [0.5, 1]]]],
  '1 flag': [1, [[[0.2, 0.38], [0.55, 0], [0.55, 1]]]],
  '1 flag and foot': [1, [[[0.28, 0.22], [0.52, 0], [0.52, 1]], [[0.2, 1], [0.85, 1]]]],
  '2 plain': [2, [[[0.2, 0.22], [0.35, 0.04], [0.6, 0.02], [0.78, 0.2], [0.7, 0.45], [0.4, 0.75], [0.15, 0.98], [0.85, 0.97]]]],
  '3 round': [3, [[[0.22, 0.14], [0.42, 0.02], [0.68, 0.08], [0.72, 0.28], [0.5, 0.45], [0.62, 0.5], [0.8, 0.66], [0.74, 0.9], [0.48, 1], [0.2, 0.88]]]],
  '4 open': [4, [[[0.35, 0], [0.15, 0.58], [0.85, 0.58]], [[0.62, 0.3], [0.6, 1]]]],
  '4 open like a U': [4, [[[0.2, 0.05], [0.18, 0.4], [0.3, 0.52], [0.7, 0.5]], [[0.72, 0], [0.7, 1]]]],
  '4 closed': [4, [[[0.65, 1], [0.65, 0], [0.12, 0.66], [0.9, 0.66]]]],
  '5 plain': [5, [[[0.78, 0.02], [0.28, 0.03], [0.24, 0.42], [0.5, 0.36], [0.76, 0.5], [0.76, 0.82], [0.5, 1], [0.2, 0.92]]]],
  '6 plain': [6, [[[0.7, 0.06], [0.4, 0.2], [0.24, 0.55], [0.26, 0.85], [0.5, 1], [0.74, 0.86], [0.72, 0.62], [0.5, 0.5], [0.28, 0.64]]]],
  '7 plain': [7, [[[0.15, 0.05], [0.82, 0.04], [0.55, 0.5], [0.4, 1]]]],
  '7 crossed': [7, [[[0.15, 0.05], [0.82, 0.04], [0.55, 0.5], [0.4, 1]], [[0.3, 0.5], [0.8, 0.48]]]],
  '8 two rings': [8, [circle(0.5, 0.24, 0.22, 0.23), circle(0.5, 0.73, 0.28, 0.26)]],
  '9 straight': [9, [[[0.72, 0.2], [0.5, 0.02], [0.26, 0.2], [0.34, 0.46], [0.58, 0.46], [0.72, 0.2], [0.72, 0.5], [0.7, 1]]]],
  '9 curved': [9, [[[0.72, 0.22], [0.5, 0.02], [0.26, 0.2], [0.34, 0.46], [0.58, 0.46], [0.72, 0.2], [0.76, 0.5], [0.66, 0.85], [0.45, 1], [0.24, 0.92]]]],
};
/** The manners: the height and width of the digit, its place, its slant, and how unsteady the hand is. */
const MANNERS = {
  neat: [0.62, 0.5, 0.5, 0.5, 0, 0.01], large: [0.86, 0.72, 0.5, 0.5, 0, 0.015], 'in a corner': [0.3, 0.24, 0.24, 0.24, 0.05, 0.012],
  'slanted right': [0.62, 0.46, 0.52, 0.48, 0.38, 0.014], 'slanted left': [0.6, 0.46, 0.48, 0.52, -0.25, 0.014], shaky: [0.58, 0.48, 0.55, 0.45, 0.1, 0.04],
  narrow: [0.7, 0.32, 0.45, 0.52, 0.12, 0.015], 'wide and low': [0.42, 0.56, 0.5, 0.66, 0.08, 0.015],
};

function drawn(strokes, [height, width, x, y, slant, shake], hand) {
  return strokes.map((stroke) => stroke.map(([across, down]) => {
    const wave = (phase) => shake * (Math.sin(7 * across + 5 * down + hand + phase) + 0.6 * Math.sin(13 * down - 6 * across + 2 * phase));
    const [right, below] = [(across - 0.5 + wave(0)) * width, (down - 0.5 + wave(1.7)) * height];
    return [x + right - slant * below, y + below].map((place) => Math.min(0.97, Math.max(0.03, place)));
  }));
}

const site = await serve();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
const page = await visit({ browser, site });

/** Reads all shapes with the network in use. Runs on the page. */
function readAll(all) {
  const { reader } = window.chiffres.app;
  const side = 96;
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  [context.canvas.width, context.canvas.height] = [side, side];
  return all.map(({ digit, strokes }) => {
    context.fillStyle = '#fff';
    context.fillRect(0, 0, side, side);
    [context.lineWidth, context.lineCap, context.lineJoin] = [side / 12, 'round', 'round'];
    for (const stroke of strokes) {
      context.beginPath();
      stroke.forEach(([x, y], i) => (i === 0 ? context.moveTo(x * side, y * side) : context.lineTo(x * side, y * side)));
      context.stroke();
    }
    const { label, doubts } = reader.recognise(side, side, context.getImageData(0, 0, side, side).data);
    return { isRight: label === digit, isDoubted: doubts.length > 0 };
  });
}

const all = Object.entries(SHAPES).flatMap(([name, [digit, strokes]], shape) => Object.values(MANNERS).map((manner, i) => (
  { name, digit, strokes: drawn(strokes, manner, 10 * shape + i) })));
for (const [network, prepare] of [
  ['shipped with the page', async () => {}],
  ['of the article, seed 0', () => page.evaluate(async () => {
    const { app } = window.chiffres;
    await app.takeExperiment(await app.engine.preset('article'));
    await app.engine.timeEpochs();
    await app.use('trained');
  })],
]) {
  await prepare();
  const answers = await page.evaluate(readAll, all);
  const count = (which) => answers.filter(which).length;
  console.log(`the network ${network}: ${count(({ isRight }) => isRight)} of ${all.length} right; doubts about ${count(({ isRight, isDoubted }) => !isRight && isDoubted)} of ${count(({ isRight }) => !isRight)} wrong answers and ${count(({ isRight, isDoubted }) => isRight && isDoubted)} right ones`);
  for (const name of Object.keys(SHAPES)) {
    const right = answers.filter(({ isRight }, i) => all[i].name === name && isRight).length;
    if (right < Object.keys(MANNERS).length) console.log(`  ${name}: ${right} of ${Object.keys(MANNERS).length}`);
  }
}
await browser.close();
await site.stop();
