// A hundred squares, of which some are marked: so many of a hundred images are misread.

import { element } from '../elements.js';

export function hundred() {
  const squares = Array.from({ length: 100 }, () => element('span'));
  const root = element('div', { className: 'hundred', 'aria-hidden': 'true' }, ...squares);
  return {
    root,
    mark(count) {
      squares.forEach((square, i) => square.classList.toggle('is-wrong', i < count));
    },
  };
}
