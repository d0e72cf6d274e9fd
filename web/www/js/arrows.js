// Many buttons that the Tab key stops at once: the arrow keys go from one to the next.

/** Those that can be reached: what is folded away cannot. */
const buttonsOf = (root) => [...root.querySelectorAll('button')].filter((button) => !button.closest('details:not([open])'));

/** Leaves one of an element's buttons to be reached with Tab: the pressed one, or the first. */
export function keepOneTabStop(root) {
  const buttons = buttonsOf(root);
  const stop = buttons.find((button) => button.getAttribute('aria-pressed') === 'true') ?? buttons[0];
  for (const button of root.querySelectorAll('button')) button.tabIndex = button === stop ? 0 : -1;
}

/** Has the arrows move between an element's buttons, to the nearest in their direction; Home and End to the ends. */
export function moveByArrows(root) {
  root.addEventListener('focusin', ({ target }) => {
    if (target.tagName !== 'BUTTON') return;
    for (const button of root.querySelectorAll('button[tabindex="0"]')) button.tabIndex = -1;
    target.tabIndex = 0;
  });
  root.addEventListener('keydown', (event) => {
    const buttons = buttonsOf(root);
    const at = buttons.indexOf(event.target);
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const ends = { Home: buttons[0], End: buttons.at(-1) };
    if (at < 0 || !(direction || event.key in ends) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    (direction ? nearest(buttons[at], buttons, direction) : ends[event.key])?.focus();
  });
}

/** The nearest button to the left, right, top or bottom of one; what lies to the side counts as further away. */
function nearest(from, buttons, [right, down]) {
  const centre = (button) => {
    const box = button.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };
  const [x, y] = centre(from);
  let best = null;
  let least = Infinity;
  for (const button of buttons) {
    const [across, along] = [centre(button)[0] - x, centre(button)[1] - y];
    const ahead = right * across + down * along;
    const aside = Math.abs(right === 0 ? across : along);
    if (ahead > 1 && ahead + 8 * aside < least) [best, least] = [button, ahead + 8 * aside];
  }
  return best;
}
