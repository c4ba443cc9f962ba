// @ts-check
/**
 * Looks for words among the guides on this page, so that what is typed is not sent and Back does not
 * ask to send it again. Without this script the form asks the server, which keeps nothing either.
 */

const form = /** @type {HTMLFormElement} */ (document.querySelector('form.search'));
const field = /** @type {HTMLInputElement} */ (document.querySelector('#words'));
const found = /** @type {HTMLElement} */ (document.querySelector('#found'));
const none = /** @type {HTMLTemplateElement} */ (document.querySelector('#no-guide'));
const guides = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('#guides > li')]);

/** @param {string} text */
const plain = (text) => text.normalize('NFKC').toLowerCase();

/**
 * Whether a guide's own word is in what was asked; a short Latin one only as a whole word.
 * @param {string} wanted
 * @param {string} word
 */
function says(wanted, word) {
  const short = /^[a-z]{1,3}$/.test(word);
  return short ? wanted.split(/[^\p{L}\p{N}_]+/u).includes(word) : wanted.includes(word);
}

/**
 * @param {HTMLElement} guide
 * @param {string} wanted
 */
function mark(guide, wanted) {
  const words = (guide.dataset.words ?? '').split('|').filter(Boolean);
  const terms = wanted.split(/[^\p{L}\p{N}_]+/u).filter((term) => term.length > 1);
  const text = plain(guide.textContent ?? '');
  return (
    100 * words.filter((word) => says(wanted, plain(word))).length +
    terms.filter((term) => text.includes(term)).length
  );
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const wanted = plain(field.value.trim());
  const fitting = guides
    .map((guide) => ({ guide, fits: wanted ? mark(guide, wanted) : 0 }))
    .filter(({ fits }) => fits > 0)
    .sort((one, other) => other.fits - one.fits);
  const list = document.createElement('ul');
  list.className = 'reading';
  list.append(...fitting.map(({ guide }) => guide.cloneNode(true)));
  found.replaceChildren(fitting.length || !wanted ? list : none.content.cloneNode(true));
});
