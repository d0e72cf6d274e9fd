// Errors that the page has a sentence for.

/**
 * An error of the kind `kind`. Its sentence is `errors.KIND` in the tables of texts, filled with `values`. The library's
 * own messages come as `details`: `{ en: [{ place, message, hint }], fr: [...] }`.
 */
export class Refusal extends Error {
  constructor({ kind, message = '', details = { en: [], fr: [] }, values = {} }) {
    super(message);
    Object.assign(this, { kind, details, values });
  }
}

/** The fields of a `Refusal` for a caught error. The library throws JSON; anything else is a bug, of the kind `broken`. */
export function parseError(error) {
  if (typeof error === 'string') {
    try {
      return JSON.parse(error);
    } catch { /* not JSON, so a bug */ }
  }
  return { kind: 'broken', message: String(error?.message ?? error) };
}
