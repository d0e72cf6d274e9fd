// A wall of all drawings, digit by digit, for the projector.

import { byId, element } from '../elements.js';
import { digitImage } from '../picture.js';
import { t } from '../text.js';

/** Drawings of a digit on the wall: more would not be seen from the back of the room. */
const MANY = 120;

export function mountClassWall(app, drawings) {
  const [button, view] = ['class-wall', 'class-wall-view'].map(byId);

  button.addEventListener('click', () => {
    byId('class-wall-digits').replaceChildren(...Array.from({ length: 10 }, (_, digit) => digit).flatMap((digit) => {
      const own = drawings.list.filter(({ label }) => label === digit);
      return own.length === 0 ? [] : [element('div', { className: 'wall-row' }, element('strong', {}, String(digit)),
        ...own.slice(0, MANY).map(({ pixels, label, author }) => {
          const picture = digitImage(pixels, `${t('images.pictureOf', { label })}, ${author}`);
          picture.title = author;
          return picture;
        }))];
    }));
    view.showModal();
  });
  byId('class-wall-close').addEventListener('click', () => view.close());
  app.on('class', () => { button.disabled = drawings.list.length === 0; });
}
