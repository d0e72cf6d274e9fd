// The language of the page, its size, and whether it has its first screen, chosen before anything is shown. Not a module: modules run after the first paint.
//
// Texts of the first screen stand in index.html in both languages, and style.css shows those of the page's. All others come
// with js/text.js, which hears of a change by the event `language` of the document.

(() => {
  const LANGUAGES = ['en', 'fr'];
  const KEY = 'chiffres-language';
  const root = document.documentElement;
  const address = new URL(location.href);

  /** The visitor's earlier choice. */
  function stored() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      // Storage is switched off, so the browser's language decides.
      return null;
    }
  }

  function take(language) {
    root.lang = language;
    const title = document.querySelector('title');
    title.textContent = title.dataset[language];
    for (const button of document.querySelectorAll('button[data-language]')) {
      button.setAttribute('aria-pressed', String(button.dataset.language === language));
    }
  }

  function choose(language) {
    try {
      localStorage.setItem(KEY, language);
    } catch { /* the choice lasts for this visit */ }
    // A link that names a language would undo the choice at the next reload.
    if (address.searchParams.has('lang')) {
      const now = new URL(location.href);
      now.searchParams.set('lang', language);
      history.replaceState(history.state, '', now);
    }
    take(language);
    document.dispatchEvent(new Event('language'));
  }

  // The page is short while it loads; js/places.js finds the place again.
  history.scrollRestoration = 'manual';
  const preferred = navigator.languages ?? [navigator.language];
  const wanted = [address.searchParams.get('lang'), stored(), ...preferred].map((tag) => tag?.slice(0, 2).toLowerCase());
  take(wanted.find((tag) => LANGUAGES.includes(tag)) ?? 'en');
  root.classList.toggle('is-big', address.searchParams.has('big'));
  const shown = address.searchParams.get('show');
  root.classList.toggle('is-without-first', shown !== null && !shown.split(',').includes('first'));

  // Once the buttons are there, and before any module runs.
  document.addEventListener('readystatechange', () => take(root.lang));
  document.addEventListener('click', ({ target }) => {
    const button = target.closest('button[data-language]');
    if (button) choose(button.dataset.language);
  });
})();
