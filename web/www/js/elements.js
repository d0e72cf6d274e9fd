// Helpers for the elements of the page.

/** An element: `element('button', { type: 'button', onclick }, 'text', child)`. Names with a dash are attributes. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made && !name.includes('-')) made[name] = value;
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Has screen readers say something. */
export function announce(text) {
  byId('announcements').textContent = text;
}
