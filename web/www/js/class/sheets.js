// Photographs of sheets, read into the class as `chiffres sheet read` reads them.

import { byId, element } from '../elements.js';
import { attempt } from '../errors.js';
import { later } from '../later.js';
import { openPicture, saidReduced } from '../photo.js';
import { digitImage } from '../picture.js';
import { parseError } from '../refusal.js';
import { inLanguage, onLanguage, t } from '../text.js';

export function mountClassSheets(app, drawings) {
  const [input, progress, said, list] = ['class-sheet-photos', 'class-sheet-progress', 'class-sheets-said', 'class-sheets-found'].map(byId);
  // What was found last: the library's result, the photographs that could not be opened, and how many drawings were new.
  let found = null;

  const read = (files) => attempt(async () => {
    const library = later();
    input.disabled = true;
    [progress.hidden, progress.max, progress.value] = [false, files.length, 0];
    const [failed, reduced] = [[], []];
    try {
      await library.beginSheets();
      for (const file of files) {
        try {
          // One after the other: a photograph is a hundred megabytes.
          const picture = await openPicture(file);
          picture.close();
          if (picture.isReduced) reduced.push({ name: picture.name, width: picture.width, height: picture.height, isReduced: true });
          const { height, width, rgba } = picture.take();
          await library.readSheet(file.name, height, width, rgba);
        } catch (error) {
          failed.push({ photograph: file.name, error: { ...parseError(error), ...error } });
        }
        progress.value += 1;
      }
      const result = await library.sheets();
      const digits = result.sheets.flatMap(({ number, boxes }) => boxes.filter(({ pixels }) => pixels !== null)
        .map(({ column, pixels }) => ({ label: column, author: String(number), pixels })));
      const added = await drawings.add(digits);
      found = { ...result, failed, reduced, added, copies: digits.length - added };
    } finally {
      input.disabled = false;
      progress.hidden = true;
    }
    render();
    said.focus();
  });

  function render() {
    if (found === null) return;
    const { sheets, again, problems, failed, reduced, added, copies } = found;
    said.textContent = [
      t('class.sheets.read', { n: sheets.length }), t('class.opened', { n: added }), ...(copies > 0 ? [t('class.copies', { n: copies })] : []),
    ].join(' ');
    list.replaceChildren(
      ...failed.map(({ photograph, error }) => problem(photograph, t(`errors.${error.kind}`, error.values))),
      ...problems.map(({ photograph, details }) => inLanguage(details).map(({ message, hint }) => problem(photograph, `${message} — ${hint}`))).flat(),
      ...reduced.map((picture) => problem(picture.name, saidReduced(picture))),
      ...again.map(({ photograph, sheet }) => problem(photograph, t('class.sheets.again', { sheet }))),
      ...sheets.map(sheetItem));
  }

  const problem = (photograph, words) => element('li', {}, `${t('page.about', { subject: photograph })} ${words}`);

  function sheetItem({ photograph, number, boxes }) {
    const listed = boxes.filter(({ findings, isEmpty }) => findings.en.length > 0 && !isEmpty);
    const counts = { sheet: number, photograph, count: boxes.filter(({ pixels }) => pixels !== null).length, empty: boxes.filter(({ isEmpty }) => isEmpty).length };
    const item = element('li', {}, t('class.sheets.sheet', counts));
    if (listed.length > 0) {
      item.append(element('p', { className: 'note' }, t('class.sheets.look')), element('ul', {}, ...listed.map(({ row, column, pixels, findings }) => element('li', {},
        ...(pixels === null ? [] : [digitImage(pixels, t('images.pictureOf', { label: column })), ' ']),
        t('class.sheets.box', { row: row + 1, column, findings: inLanguage(findings).join(' ; ') })))));
    }
    return item;
  }

  input.addEventListener('change', async ({ target }) => {
    const files = [...target.files];
    // So that choosing the same files again is a change.
    target.value = '';
    if (files.length > 0) await read(files);
  });
  app.on('class', () => {
    // The drawings were erased.
    if (drawings.list.length > 0 || found === null) return;
    found = null;
    said.textContent = '';
    list.replaceChildren();
  });
  onLanguage(render);
}
