// For teachers: a link that shows some parts of the page alone, in one language and size, with the present experiment.

import { byId, element } from './elements.js';
import { onLanguage, t } from './text.js';

export function mountTeacher(app) {
  const boxes = [];
  const isBig = byId('teacher-big');

  /** The link for the parts that are chosen; all of them need no mention. */
  function link() {
    const url = new URL('.', document.baseURI);
    url.searchParams.set('lang', document.documentElement.lang);
    const chosen = boxes.filter(({ checked }) => checked).map(({ value }) => value);
    if (chosen.length < boxes.length) url.searchParams.set('show', chosen.join(','));
    if (isBig.checked) url.searchParams.set('big', '');
    url.hash = app.address;
    return url.href.replaceAll('%2C', ',').replace(/([?&]big)=/, '$1');
  }

  function render() {
    byId('teacher-link').href = byId('teacher-link').textContent = link();
  }

  for (const name of ['first', ...[...document.querySelectorAll('.contents a')].map(({ hash }) => hash.slice(1))]) {
    const box = element('input', { type: 'checkbox', value: name, checked: true });
    const title = element('span', { 'data-text': name === 'first' ? 'teacher.first' : `${name}.short` });
    boxes.push(box);
    byId('teacher-parts').append(element('label', {}, box, ' ', title));
  }
  byId('teacher').addEventListener('change', render);
  byId('teacher').addEventListener('toggle', render);
  app.on('experiment', render);
  onLanguage(() => {
    for (const title of byId('teacher-parts').querySelectorAll('[data-text]')) title.textContent = t(title.dataset.text);
    byId('teacher-sheet').href = `lesson/${document.documentElement.lang}.html`;
    render();
  });
}
