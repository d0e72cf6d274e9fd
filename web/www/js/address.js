// The experiment in the page's address: `#training.epochs=50&model.hidden=[32]`, what differs from an empty file.

/** The fragment of `[[setting, value in TOML], ...]`; where nothing differs, the seed stands for it. */
export function fragmentOf(changes) {
  if (changes.length === 0) return fragmentOf([['seed', '0']]);
  const part = (text) => encodeURIComponent(text).replace(/%5B/g, '[').replace(/%5D/g, ']').replace(/%2C/g, ',').replace(/%22/g, "'");
  return `#${changes.map(([name, value]) => `${part(name)}=${part(value)}`).join('&')}`;
}

/** The settings in a fragment; null for one that names a part of the page, or nothing. */
export function changesOf(fragment) {
  const text = fragment.replace(/^#/, '');
  if (!text.includes('=')) return null;
  return text.split('&').filter((part) => part !== '').map((part) => {
    const at = part.indexOf('=');
    const [name, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    return [decoded(name), decoded(value).replaceAll("'", '"')];
  });
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not what this page wrote: the library says what is wrong with it.
    return text;
  }
}
