// @ts-check
/**
 * Exit: the page turns blank and leads away at once, without waiting for our server, and takes the
 * page's own place in this tab's history. A mark of three minutes keeps Back, forward and reload
 * away from us meanwhile. Without this script the link does the same, as fast as the server answers.
 */

const PRESSES = 3;
const WITHIN_MS = 5000;
/** Over HTTPS a name that browsers take from this very host alone; the server's is the same. */
const ONLY_THIS_HOST = location.protocol === 'https:' ? '__Host-' : '';
const MARK = `${ONLY_THIS_HOST}w=1`;

const exit = /** @type {HTMLAnchorElement} */ (document.querySelector('a[data-exit]'));
const away = exit.dataset.exit || exit.href;

/** Tells our pages in other tabs, also those that nobody sees; nothing of it is kept. */
const tabs = globalThis.BroadcastChannel && new BroadcastChannel('exit');

/** @type {number[]} times of Shift alone; any other key starts the count anew */
let presses = [];

/** @param {Event} [event] */
function leave(event) {
  event?.preventDefault();
  turnBlank();
  const secure = ONLY_THIS_HOST && '; Secure';
  document.cookie = `${MARK}; Max-Age=180; Path=/; SameSite=Lax${secure}`;
  tabs?.postMessage('');
  goAway();
}

/** Also called where she has left in another tab: this one waits for nobody to come upon it. */
function goAway() {
  turnBlank();
  // The browser sends this even after the page is gone; nothing here waits for it.
  navigator.sendBeacon?.(exit.href, new URLSearchParams());
  location.replace(away);
}

function turnBlank() {
  document.documentElement.classList.add('gone');
}

/** A page that the browser had kept, or one in another tab, shows nothing once she has left. */
function stayAway() {
  if (document.hidden || !document.cookie.split('; ').includes(MARK)) return;
  turnBlank();
  location.replace(away);
}

/** A code, shown or typed, is gone when its page is left: Back may show a page as it was, unasked. */
function forgetCodes() {
  for (const code of document.querySelectorAll('[data-once]')) {
    if (code instanceof HTMLInputElement) code.value = '';
    else code.replaceChildren();
  }
}

exit.addEventListener('click', leave);
tabs?.addEventListener('message', goAway);
addEventListener('pagehide', forgetCodes);

addEventListener('keydown', ({ key, repeat, timeStamp }) => {
  if (repeat) return;
  presses = key === 'Shift' ? [...presses, timeStamp].slice(-PRESSES) : [];
  if (presses.length === PRESSES && timeStamp - presses[0] < WITHIN_MS) leave();
});

addEventListener('pageshow', stayAway);
document.addEventListener('visibilitychange', stayAway);

for (const told of document.querySelectorAll('[data-needs-script]')) {
  told.removeAttribute('hidden');
}
