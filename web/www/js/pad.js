// A pad to draw on: strokes as lines of points, made with a mouse, a finger, a pen or the keyboard.

import { oncePerFrame } from './pacing.js';

/** Width of the pen, as a share of the side of the pad. */
const PEN = 1 / 12;
/** Pixels of each side of the picture for the engine. */
const SIDE = 96;
/** The distance that an arrow key moves the pen, and with Shift, as shares of the side. */
const STEP = 1 / 32;
const LEAP = 1 / 8;
/** Milliseconds without a change before a drawing is kept. */
const KEEPING = 300;

/**
 * Turns a canvas into a pad.
 *
 * @param canvas the canvas; it fills its CSS size
 * @param onChange called with the time of the event that changed the strokes
 * @param onPen called with `true` when the keyboard puts the pen down, `false` when it lifts the pen
 * @param kept the name under which the drawing survives a reload of the page; `null` if it does not
 * @returns `{ pixels, isBlank, undo, clear, show, hide }`
 */
export function makePad(canvas, { onChange, onPen, kept = null }) {
  // Each stroke is a list of points from [0, 0] to [1, 1].
  let strokes = kept === null ? [] : keptStrokes(kept);
  // Whether the visitor has made them.
  let areOwn = true;
  let drawing = null;
  let pointer = null;
  const pen = { x: 0.5, y: 0.5, isDown: false, isShown: false };
  const small = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  [small.canvas.width, small.canvas.height] = [SIDE, SIDE];

  const repaint = oncePerFrame(() => {
    const side = Math.round(canvas.clientWidth * (window.devicePixelRatio || 1));
    if (side === 0) return;
    if (canvas.width !== side) [canvas.width, canvas.height] = [side, side];
    const context = canvas.getContext('2d');
    paint(context, side, strokes);
    if (pen.isShown) paintPen(context, side, pen);
  });

  function changed(time) {
    areOwn = true;
    repaint();
    onChange(time);
    keepLater();
  }

  let keeping;
  const keep = () => { if (areOwn && kept !== null) keepStrokes(kept, strokes); };

  /** Keeps the drawing when the visitor pauses: for this tab only, and until it is closed. */
  function keepLater() {
    clearTimeout(keeping);
    keeping = setTimeout(keep, KEEPING);
  }

  function undo(time = performance.now()) {
    lift();
    if (strokes.length === 0) return;
    strokes.pop();
    changed(time);
  }

  function clear(time = performance.now()) {
    lift();
    if (strokes.length === 0) return;
    strokes = [];
    // The keyboard's pen starts in the middle again.
    [pen.x, pen.y] = [0.5, 0.5];
    changed(time);
  }

  function lift() {
    [drawing, pointer] = [null, null];
    if (pen.isDown) {
      pen.isDown = false;
      onPen(false);
      repaint();
    }
  }

  function begin(point) {
    drawing = [point];
    strokes.push(drawing);
  }

  // Pointers.

  const place = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    return [inside((clientX - box.left) / box.width), inside((clientY - box.top) / box.height)];
  };

  canvas.addEventListener('pointerdown', (event) => {
    // A second finger or another mouse button does not draw.
    if (pointer !== null || event.button !== 0) return;
    lift();
    pen.isShown = false;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    begin(place(event));
    changed(event.timeStamp);
  });
  // `pointerrawupdate` comes at once; `pointermove` waits for the next frame.
  canvas.addEventListener('onpointerrawupdate' in canvas ? 'pointerrawupdate' : 'pointermove', (event) => {
    if (event.pointerId !== pointer || drawing === null) return;
    // All points since the last event. Otherwise fast curves have corners.
    const events = event.getCoalescedEvents?.() ?? [];
    drawing.push(...(events.length > 0 ? events : [event]).map(place));
    changed(event.timeStamp);
  });
  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) {
    canvas.addEventListener(end, (event) => {
      if (event.pointerId === pointer) [drawing, pointer] = [null, null];
    });
  }

  // Keys. Two arrow keys together move diagonally.

  const held = new Set();
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function move(time, distance) {
    const [dx, dy] = [...held].map((key) => ARROWS[key]).reduce(([x, y], [right, down]) => [x + right, y + down], [0, 0]);
    [pen.x, pen.y] = [inside(pen.x + distance * dx), inside(pen.y + distance * dy)];
    if (pen.isDown) {
      drawing.push([pen.x, pen.y]);
      changed(time);
    } else {
      repaint();
    }
  }

  function putDownOrLift(time) {
    if (pen.isDown) {
      lift();
      return;
    }
    pen.isDown = true;
    onPen(true);
    begin([pen.x, pen.y]);
    changed(time);
  }

  canvas.addEventListener('keydown', (event) => {
    const isUndo = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey);
    if (isUndo) undo(event.timeStamp);
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === 'Escape') clear(event.timeStamp);
    else if (event.key === ' ') {
      if (!event.repeat) putDownOrLift(event.timeStamp);
    } else if (event.key in ARROWS) {
      held.add(event.key);
      move(event.timeStamp, event.shiftKey ? LEAP : STEP);
    } else return;
    event.preventDefault();
    pen.isShown = true;
    repaint();
  });
  canvas.addEventListener('keyup', (event) => held.delete(event.key));
  canvas.addEventListener('focus', () => {
    pen.isShown = canvas.matches(':focus-visible');
    repaint();
  });
  canvas.addEventListener('blur', () => {
    held.clear();
    lift();
    pen.isShown = false;
    repaint();
  });

  new ResizeObserver(repaint).observe(canvas);
  // A reload may come before the visitor has paused.
  window.addEventListener('pagehide', keep);

  return {
    isBlank: () => strokes.length === 0,
    undo,
    clear,
    /** Shows strokes that are not the visitor's, until `hide`. They are not kept. */
    show(shown) {
      strokes = shown;
      areOwn = false;
      repaint();
      onChange(performance.now());
    },
    hide() {
      if (!areOwn) clear();
    },
    /** The strokes as a picture, with red, green, blue and opacity of each pixel. */
    pixels() {
      paint(small, SIDE, strokes);
      return { height: SIDE, width: SIDE, rgba: small.getImageData(0, 0, SIDE, SIDE).data };
    },
  };
}

/** The strokes of the last drawing in this tab. */
function keptStrokes(name) {
  try {
    const strokes = JSON.parse(sessionStorage.getItem(name)) ?? [];
    const isPoint = (point) => Array.isArray(point) && point.length === 2 && point.every((share) => share >= 0 && share <= 1);
    return strokes.every((points) => points.length > 0 && points.every(isPoint)) ? strokes : [];
  } catch {
    // Storage is switched off, or holds something else.
    return [];
  }
}

function keepStrokes(name, strokes) {
  try {
    if (strokes.length === 0) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify(strokes.map((points) => points.map((point) => point.map(rounded)))));
  } catch { /* storage is full or switched off: the drawing lasts until the page is left */ }
}

const rounded = (share) => Math.round(1e4 * share) / 1e4;

const inside = (share) => Math.min(1, Math.max(0, share));

/** Dark ink on white paper, whatever the colours of the page. */
function paint(context, side, strokes) {
  context.fillStyle = '#fff';
  context.fillRect(0, 0, side, side);
  context.fillStyle = context.strokeStyle = '#111';
  context.lineWidth = side * PEN;
  context.lineCap = context.lineJoin = 'round';
  for (const stroke of strokes) {
    context.beginPath();
    if (stroke.length === 1) {
      // Not every browser draws a line of no length.
      const [[x, y]] = stroke;
      context.arc(x * side, y * side, side * PEN / 2, 0, 7);
      context.fill();
    } else {
      stroke.forEach(([x, y], i) => (i === 0 ? context.moveTo(x * side, y * side) : context.lineTo(x * side, y * side)));
      context.stroke();
    }
  }
}

/** Draws the keyboard's pen: a cross, with a ring around it while the pen is down. */
function paintPen(context, side, { x, y, isDown }) {
  const [arm, at] = [side / 28, [x * side, y * side]];
  context.beginPath();
  context.moveTo(at[0] - arm, at[1]);
  context.lineTo(at[0] + arm, at[1]);
  context.moveTo(at[0], at[1] - arm);
  context.lineTo(at[0], at[1] + arm);
  if (isDown) {
    context.moveTo(at[0] + 1.5 * arm, at[1]);
    context.arc(...at, 1.5 * arm, 0, 7);
  }
  // Orange on white shows on paper and on ink.
  for (const [color, width] of [['#fff', side / 56], ['#c05a00', side / 112]]) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke();
  }
}
