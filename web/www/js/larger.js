// "What does a larger network say?": a button under an answer, and then a line that follows the drawing.

import { element } from './elements.js';
import { attempt, reportErrors } from './errors.js';
import { later } from './later.js';
import { oneAtATime } from './pacing.js';
import { confidence, onLanguage, t } from './text.js';

/** Weights and biases of the larger network (data/reading.model), which is not loaded when the button names it. */
export const PARAMETERS = 6090;

/** The larger network's answer beside that of the network in use. Nothing is loaded before the visitor asks. */
export class Larger {
  #app;
  #root;
  #button = element('button', { type: 'button', onclick: () => this.#open() });
  #words = element('p', { className: 'result', role: 'status' });
  #about = element('p', { className: 'note' });
  #isOpen = false;
  // The answer of the network in use, and that of the larger one about the same pixels.
  #answer = null;
  #larger = null;

  /** @param root the element to fill; it is hidden while there is no answer to compare with */
  constructor(app, root) {
    [this.#app, this.#root] = [app, root];
    root.classList.add('larger');
    root.append(this.#button, this.#words, this.#about);
    onLanguage(() => this.#render());
  }

  /** Takes an answer of the network in use (`{ pixels, label }`), or `null` if there is none. */
  ask(answer) {
    this.#answer = answer;
    this.#render();
    if (this.#isOpen && answer !== null) reportErrors(() => this.#compare(answer.pixels));
  }

  async #open() {
    await attempt(() => this.#compare(this.#answer.pixels));
    // Nothing has come if the network failed.
    this.#isOpen = this.#larger !== null;
    this.#render();
  }

  #compare = oneAtATime(async (pixels) => {
    this.#larger = { ...await later().larger(Uint8Array.from(pixels)), pixels };
    this.#render();
  });

  #render() {
    this.#root.hidden = this.#answer === null;
    if (this.#answer === null) return;
    const { origin, shape: { parameters: own } } = this.#app.network;
    // A visitor may train a network that is larger still.
    const size = own < PARAMETERS ? 'larger' : 'other';
    this.#button.hidden = this.#isOpen;
    this.#button.textContent = t(`larger.ask.${size}`);
    // Until the answer about a changed drawing comes, the last one stays.
    if (!this.#isOpen || this.#larger.pixels !== this.#answer.pixels) return;
    const [{ label: mine }, { label, probabilities }] = [this.#answer, this.#larger];
    const words = `larger.${label === mine ? 'agrees' : 'differs'}`;
    this.#words.textContent = t(words, { network: t(`larger.name.${size}`), label, mine, share: confidence(probabilities[label]) });
    this.#about.textContent = t(origin === 'shipped' ? 'larger.aboutSame' : 'larger.about', { parameters: PARAMETERS, mine: own });
  }
}
