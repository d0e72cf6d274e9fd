// Saves the drawings of the class as files, and opens such files.

import { byId } from '../elements.js';
import { attempt } from '../errors.js';
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

  const open = (file) => attempt(async () => {
    opened = () => '';
    render();
    const found = await engine.readClass(file.name, await bytesOf(file));
    // Arrays hold numbers in place of names.
    const added = await drawings.add(found.drawings, { isAnonymous: /\.npz$/i.test(file.name) });
    const copies = found.drawings.length - added;
    opened = () => [
      t('class.opened', { n: added }),
      ...(copies > 0 ? [t('class.copies', { n: copies })] : []),
      ...inLanguage(found.notes).map((note) => `${note[0].toUpperCase()}${note.slice(1)}.`),
    ].join(' ');
    render();
  }, file.name);

  byId('class-open').addEventListener('change', ({ target }) => {
    const [file] = target.files;
    if (file) open(file);
    // So that choosing the same file again is a change.
    target.value = '';
  });
  onDrop(byId('class'), open);
  app.on('open-drawings', (file) => {
    byId('class').scrollIntoView();
    open(file);
  });
  app.on('class', () => {
    if (drawings.list.length === 0) opened = () => '';
    render();
    for (const id of Object.keys(saves)) byId(id).disabled = drawings.list.length === 0;
  });
  onLanguage(render);
}
