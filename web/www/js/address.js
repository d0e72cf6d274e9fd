// The experiment in the page's address: `#training.epochs=50&model.hidden=[32]`, the settings that differ from the defaults.

/** The fragment for `[[setting, value in TOML], ...]`. An empty list gives the seed, because a fragment needs an `=`. */
export function fragmentOf(changes) {
  if (changes.length === 0) return fragmentOf([['seed', '0']]);
  const part = (text) => encodeURIComponent(text).replace(/%5B/g, '[').replace(/%5D/g, ']').replace(/%2C/g, ',').replace(/%22/g, "'");
  return `#${changes.map(([name, value]) => `${part(name)}=${part(value)}`).join('&')}`;
}

/** The settings in a fragment. `null` if it is empty or names a part of the page. */
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
    // The page did not write this address. The library reports what is wrong with it.
    return text;
  }
}
