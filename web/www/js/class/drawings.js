// The drawings of the class, kept in the browser's storage and in the engine.

import { Refusal } from '../refusal.js';

/** The engine's limit (`MAX_DRAWINGS` in src/drawings/mod.rs). */
const MAX_DRAWINGS = 10_000;
const PLACE = 'chiffres-class';

/** The drawings. Emits `class` whenever they change. */
export class Drawings {
  /** `{ label, author, pixels }` of each, in the order of arrival. */
  list = [];
  /** Whether each is a test drawing. */
  tests = [];
  /** Whether the browser could store them for the next visit. */
  isKept = true;
  #app;
  #turn = Promise.resolve();

  constructor(app) {
    this.#app = app;
    // Another window has changed them, or the browser's storage was cleared.
    window.addEventListener('storage', ({ key }) => { if (key === PLACE || key === null) this.restore(); });
  }

  /** Takes the drawings in the browser's storage. */
  restore() {
    return this.#take(stored, false);
  }

  /**
   * Replaces the drawings by `make(drawings)` and promises the former ones. Equal drawings change nothing, nor do
   * drawings that the engine refuses.
   */
  change(make) {
    return this.#take(make, true);
  }

  // Changes run one after the other: each sees the result of the one before.
  #take(make, isNew) {
    const changed = this.#turn.then(async () => {
      const before = this.list;
      const list = make(before);
      // Nothing was added, removed or moved.
      if (isNew && list.length === before.length && list.every((drawing, i) => drawing === before[i])) return before;
      if (list.length > MAX_DRAWINGS) {
        throw new Refusal({ kind: 'class-too-large', values: { count: list.length, most: MAX_DRAWINGS } });
      }
      this.tests = await this.#app.engine.setClass(list);
      this.list = list;
      if (isNew) this.isKept = store(list);
      this.#app.emit('class');
      return before;
    });
    this.#turn = changed.catch(() => {});
    return changed;
  }

  /**
   * Adds drawings, except exact copies, and promises how many were new.
   *
   * @param isAnonymous whether the drawings have lost their names; then the same picture and digit make a copy
   */
  async add(drawings, { isAnonymous = false } = {}) {
    let added = 0;
    await this.change((list) => {
      const identity = ({ label, author, pixels }) => JSON.stringify([label, isAnonymous ? null : author, pixels]);
      const known = new Set(list.map(identity));
      const fresh = drawings.filter((drawing) => !known.has(identity(drawing)) && known.add(identity(drawing)));
      added = fresh.length;
      return [...list, ...fresh];
    });
    return added;
  }

  /** The people who drew, in the order of arrival: `[name, [index, ...]]`. */
  people() {
    const people = new Map();
    this.list.forEach(({ author }, i) => {
      if (!people.has(author)) people.set(author, []);
      people.get(author).push(i);
    });
    return [...people];
  }
}

/** The valid drawings in the browser's storage. */
function stored() {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? '[]');
    return kept.filter(isDrawing).slice(0, MAX_DRAWINGS).map(({ label, author, pixels }) => ({ label, author, pixels }));
  } catch {
    // There is no storage, or it holds something else.
    return [];
  }
}

function store(list) {
  try {
    if (list.length === 0) localStorage.removeItem(PLACE);
    else localStorage.setItem(PLACE, JSON.stringify(list));
    return true;
  } catch {
    // Storage is switched off or full: the drawings last for this visit.
    return false;
  }
}

function isDrawing(kept) {
  const isWhole = (value, most) => Number.isInteger(value) && value >= 0 && value <= most;
  return isWhole(kept?.label, 9) && typeof kept.author === 'string' && nameOf(kept.author) === kept.author
    && Array.isArray(kept.pixels) && kept.pixels.length === 64 && kept.pixels.every((value) => isWhole(value, 16)) && kept.pixels.some((value) => value > 0);
}

/** A name without spaces around it. `null` if it is empty or longer than 40 characters. */
export function nameOf(text) {
  const name = text.replace(/\p{Cc}/gu, ' ').trim();
  return name !== '' && [...name].length <= 40 ? name : null;
}
