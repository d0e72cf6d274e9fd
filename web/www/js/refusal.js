// What goes wrong, as the page tells it.

/** An error that has a sentence in the tables of texts, with the values that it takes, and `{ place, message, hint }` of what the library says. */
export class Refusal extends Error {
  constructor({ kind, message = '', details = [], values = {} }) {
    super(message);
    Object.assign(this, { kind, details, values });
  }
}

/** What a `Refusal` is made of, from what was thrown: by the library it is JSON; anything else is a bug, and says so. */
export function described(error) {
  if (typeof error === 'string') {
    try {
      return JSON.parse(error);
    } catch { /* no JSON: a bug, as below */ }
  }
  return { kind: 'broken', message: String(error?.message ?? error) };
}
