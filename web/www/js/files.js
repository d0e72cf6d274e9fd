// Files that the visitor saves, opens or drops.

import { element } from './elements.js';
import { Refusal } from './refusal.js';

/** Largest file that is opened, in bytes: a telephone's photograph. */
const MAX_BYTES = 50_000_000;

/** Saves a file for the visitor. */
export function download(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Refuses a file that is too large to open. */
export function checkSize({ size }) {
  if (size > MAX_BYTES) throw new Refusal({ kind: 'file-too-large', values: { size: size / 1e6, most: MAX_BYTES / 1e6 } });
}

/** The bytes of a chosen file. */
export async function bytesOf(file) {
  checkSize(file);
  return new Uint8Array(await file.arrayBuffer());
}

/** Calls `open` with a file that is dropped on an element, and with all that were dropped with it. Dragged text is left to the browser. */
export function onDrop(target, open) {
  const leave = () => document.querySelectorAll('.is-over').forEach((over) => over.classList.remove('is-over'));
  const isFile = ({ dataTransfer }) => [...dataTransfer.types].includes('Files');
  target.addEventListener('dragover', (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    // The innermost of nested elements gets the file.
    event.stopPropagation();
    if (target.classList.contains('is-over')) return;
    leave();
    target.classList.add('is-over');
  });
  target.addEventListener('dragleave', leave);
  target.addEventListener('drop', (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    event.stopPropagation();
    leave();
    const files = [...event.dataTransfer.files];
    if (files.length > 0) open(files[0], files);
  });
}
