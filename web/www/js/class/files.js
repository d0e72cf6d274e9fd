// Saves the drawings of the class as files, and opens such files.

import { byId } from '../elements.js';
import { attempt, clearError, showError } from '../errors.js';
import { bytesOf, download, onDrop } from '../files.js';
import { inLanguage, onLanguage, t } from '../text.js';

export function mountClassFiles(app, drawings) {
  const { engine } = app;
  const saves = {
    'class-save-csv': ['chiffres-drawings.csv', 'text/csv', () => engine.classCsv(false)],
    'class-save-npz': ['chiffres-drawings.npz', 'application/octet-stream', () => engine.classNpz()],
    // The configuration names the table, so both files have fixed names.
    'class-save-all': ['chiffres-class.csv', 'text/csv', () => engine.classCsv(true)],
    'class-save-toml': ['chiffres-class.toml', 'text/plain', () => engine.classToml()],
  };
  for (const [id, [name, type, content]] of Object.entries(saves)) {
    byId(id).addEventListener('click', () => attempt(async () => download(name, await content(), type)));
  }

  let opened = () => '';
  const render = () => { byId('class-opened').textContent = opened(); };

  /** Opens files of drawings, one after the other. A file that cannot be read is named, and the others are opened. */
  async function open(files) {
    const [all, notes] = [{ added: 0, copies: 0 }, []];
    let failed = null;
    clearError();
    for (const file of files) {
      try {
        const found = await engine.readClass(file.name, await bytesOf(file));
        // Arrays hold numbers in place of names.
        const added = await drawings.add(found.drawings, { isAnonymous: /\.npz$/i.test(file.name) });
        all.added += added;
        all.copies += found.drawings.length - added;
        notes.push(found.notes);
      } catch (error) {
        failed ??= [error, file.name];
      }
    }
    opened = () => (notes.length === 0 ? '' : [
      ...(notes.length > 1 ? [t('class.openedFiles', { count: notes.length })] : []),
      t('class.opened', { n: all.added }),
      ...(all.copies > 0 ? [t('class.copies', { n: all.copies })] : []),
      ...notes.flatMap(inLanguage).map((note) => `${note[0].toUpperCase()}${note.slice(1)}.`),
    ].join(' '));
    render();
    if (failed !== null) showError(...failed);
  }

  byId('class-open').addEventListener('change', async ({ target }) => {
    const files = [...target.files];
    // So that choosing the same files again is a change.
    target.value = '';
    await open(files);
  });
  onDrop(byId('class'), (_, files) => open(files));
  app.on('open-drawings', (files) => {
    byId('class').scrollIntoView();
    open(files);
  });
  app.on('class', () => {
    if (drawings.list.length === 0) opened = () => '';
    render();
    for (const id of Object.keys(saves)) byId(id).disabled = drawings.list.length === 0;
  });
  onLanguage(render);
}
