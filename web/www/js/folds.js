// Folded parts of the page: unfolded where a link leads, and on paper.

/** Unfolds everything around an element. */
export function unfold(element) {
  for (let fold = element.closest('details'); fold !== null; fold = fold.parentElement.closest('details')) fold.open = true;
}

/** Unfolds all parts while the page is printed. */
export function keepFolds() {
  let folded = [];
  window.addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll('details.fold:not([open])')];
    for (const fold of folded) fold.open = true;
  });
  window.addEventListener('afterprint', () => { for (const fold of folded) fold.open = false; });
}
