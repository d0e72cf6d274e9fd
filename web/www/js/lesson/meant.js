// "Was it not a 9?": ten buttons under an answer, and what follows a wrong one.

import { element } from '../elements.js';
import { reportErrors } from '../errors.js';
import { onLanguage, t } from '../text.js';
import { Why } from './why.js';

/** The question under the network's answer about a drawing. */
export class Meant {
  #app;
  #root;
  #question = element('p', { className: 'meant-question' });
  #said = element('p', { className: 'result', role: 'status' });
  #next = element('div', { className: 'row' });
  #buttons;
  #why;
  #onChosen;
  // The answer in question, and the digit that the visitor says it was.
  #answer = null;
  #chosen = null;

  /**
   * @param root the element to fill; it is hidden while there is no answer
   * @param onChosen called with `{ pixels, read, meant }` when the visitor has said which digit it was
   */
  constructor(app, root, onChosen = () => {}) {
    [this.#app, this.#root, this.#onChosen] = [app, root, onChosen];
    const why = element('div');
    this.#why = new Why(app, why);
    this.#buttons = Array.from({ length: 10 }, (_, digit) => element('button', {
      type: 'button', 'aria-pressed': 'false', onclick: () => this.#choose(digit),
    }, String(digit)));
    root.hidden = true;
    root.classList.add('meant');
    root.append(this.#question, element('div', { className: 'digits', role: 'group' }, ...this.#buttons), this.#said, why, this.#next);
    onLanguage(() => this.#render());
  }

  /** Asks about an answer (`{ pixels, label }`), or about none with `null`. A changed drawing is another question. */
  ask(answer) {
    const isSame = answer !== null && this.#answer !== null && this.#answer.label === answer.label
      && this.#answer.pixels.every((value, i) => value === answer.pixels[i]);
    if (isSame) return;
    this.#answer = answer;
    this.#chosen = null;
    this.#why.hide();
    this.#render();
  }

  #choose(digit) {
    this.#chosen = digit;
    this.#render();
    const { pixels, label: read } = this.#answer;
    this.#onChosen({ pixels, read, meant: digit });
    if (read === digit) this.#why.hide();
    else reportErrors(() => this.#why.show({ pixels, read, meant: digit }));
  }

  #render() {
    this.#root.hidden = this.#answer === null;
    if (this.#answer === null) return;
    const { pixels, label: read } = this.#answer;
    this.#question.textContent = t('meant.question', { read });
    this.#root.querySelector('.digits').setAttribute('aria-label', t('meant.label'));
    this.#buttons.forEach((button, digit) => {
      button.setAttribute('aria-label', t('meant.was', { digit }));
      button.setAttribute('aria-pressed', String(digit === this.#chosen));
    });
    const isWrong = this.#chosen !== null && this.#chosen !== read;
    this.#said.textContent = this.#chosen === null ? '' : t(isWrong ? 'meant.wrong' : 'meant.right', { read, meant: this.#chosen });
    this.#why.render();
    const lead = (key, event) => element('button', { type: 'button', onclick: () => {
      this.#app.emit('drawn', { pixels: Uint8Array.from(pixels), label: read });
      this.#app.emit(event, { pixels: Uint8Array.from(pixels), meant: this.#chosen });
    } }, t(key));
    this.#next.replaceChildren(...(isWrong ? [lead('meant.teach', 'teach'), lead('meant.follow', 'follow')] : []));
  }
}
