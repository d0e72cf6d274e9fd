// The drawings of the class: kept in this browser, and known to the engine.

import { Refusal } from './refusal.js';

/** What the engine takes at most. */
const MOST_DRAWINGS = 10_000;
const PLACE = 'chiffres-class';

/** The drawings; `class` is emitted whenever they are others. */
export class Drawings {
  /** `{ label, author, pixels }` of each, in the order in which they came. */
  list = [];
  /** Whether each is held back to test with. */
  tests = [];
  /** Whether they are there again on the next visit. */
  isKept = true;
  #app;
  #turn = Promise.resolve();

  constructor(app) {
    this.#app = app;
    // Another window of this page has changed them, or everything that the browser keeps of it was deleted.
    window.addEventListener('storage', ({ key }) => { if (key === PLACE || key === null) this.restore(); });
  }

  /** Takes what the browser has kept. */
  restore() {
    return this.#take(stored, false);
  }

  /**
   * Replaces the drawings by what `make` gives for those there are, and promises those. The same drawings change
   * nothing, nor does what the engine refuses.
   */
  change(make) {
    return this.#take(make, true);
  }

  // One change after the other: each sees what the one before it has made.
  #take(make, isNew) {
    const changed = this.#turn.then(async () => {
      const before = this.list;
      const list = make(before);
      // Nothing has come, gone, or moved.
      if (isNew && list.length === before.length && list.every((drawing, i) => drawing === before[i])) return before;
      if (list.length > MOST_DRAWINGS) {
        throw new Refusal({ kind: 'class-too-large', values: { count: list.length, most: MOST_DRAWINGS } });
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
   * Adds drawings, but for exact copies of what is there; promises how many were new.
   *
   * @param isAnonymous whether they have lost their names: then copies are whose picture and digit are the same
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

  /** Those who drew, in the order in which they came: `[name, [index, ...]]`. */
  people() {
    const people = new Map();
    this.list.forEach(({ author }, i) => {
      if (!people.has(author)) people.set(author, []);
      people.get(author).push(i);
    });
    return [...people];
  }
}

/** What the browser has kept, as far as it is drawings. */
function stored() {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? '[]');
    return kept.filter(isDrawing).slice(0, MOST_DRAWINGS).map(({ label, author, pixels }) => ({ label, author, pixels }));
  } catch {
    // No storage, or something else in it.
    return [];
  }
}

function store(list) {
  try {
    if (list.length === 0) localStorage.removeItem(PLACE);
    else localStorage.setItem(PLACE, JSON.stringify(list));
    return true;
  } catch {
    // Switched off or full: they last for this visit.
    return false;
  }
}

function isDrawing(kept) {
  const isWhole = (value, most) => Number.isInteger(value) && value >= 0 && value <= most;
  return isWhole(kept?.label, 9) && typeof kept.author === 'string' && nameOf(kept.author) === kept.author
    && Array.isArray(kept.pixels) && kept.pixels.length === 64 && kept.pixels.every((value) => isWhole(value, 16)) && kept.pixels.some((value) => value > 0);
}

/** A name as it is kept: without spaces around it; null for none, or one of more than 40 characters. */
export function nameOf(text) {
  const name = text.replace(/\p{Cc}/gu, ' ').trim();
  return name !== '' && [...name].length <= 40 ? name : null;
}
