// @ts-check
/**
 * Exit: the page turns blank at once and is replaced in this tab's history. Without this script the
 * link does the same by itself, only a moment later.
 */

const PRESSES = 3;
const WITHIN_MS = 5000;

const exit = /** @type {HTMLAnchorElement} */ (document.querySelector('a[data-exit]'));

/** @type {number[]} times of Shift alone; any other key starts the count anew */
let presses = [];

/** @param {Event} [event] */
function leave(event) {
  event?.preventDefault();
  document.documentElement.classList.add('gone');
  location.replace(exit.href);
}

exit.addEventListener('click', leave);

addEventListener('keydown', ({ key, repeat, timeStamp }) => {
  if (repeat) return;
  presses = key === 'Shift' ? [...presses, timeStamp].slice(-PRESSES) : [];
  if (presses.length === PRESSES && timeStamp - presses[0] < WITHIN_MS) leave();
});

for (const told of document.querySelectorAll('[data-needs-script]')) {
  told.removeAttribute('hidden');
}
