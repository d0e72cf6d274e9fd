// Groups of buttons with one Tab stop. The arrow keys move within a group.

/** The buttons that are not folded away. */
const buttonsOf = (root) => [...root.querySelectorAll('button')].filter((button) => !button.closest('details:not([open])'));

/** Leaves one of an element's buttons in the Tab order: the pressed one, or the first. */
export function keepOneTabStop(root) {
  const buttons = buttonsOf(root);
  const stop = buttons.find((button) => button.getAttribute('aria-pressed') === 'true') ?? buttons[0];
  for (const button of root.querySelectorAll('button')) button.tabIndex = button === stop ? 0 : -1;
}

/** Lets the arrow keys move to the nearest button in their direction, and Home and End to the first and last. */
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

/** The nearest button in a direction. Distance to the side counts more. */
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
