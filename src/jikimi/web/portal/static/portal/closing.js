// @ts-check
/**
 * A page that is typed on gives way, after half an hour, to the one that asks for the code, and
 * takes with it what was typed: so nothing of hers stays on the screen or under it, and nothing is
 * lost. Without this script the page only hides itself, by its style.
 */

const CLOSES_AFTER_MS = 1_800_000;

const opened = Date.now();
const way = /** @type {HTMLButtonElement | null} */ (document.querySelector('[data-closes]'));
let closing = false;

/** Also asked whenever the page is looked at: a device that slept has no sense of time. */
function close() {
  if (closing || !way || Date.now() - opened < CLOSES_AFTER_MS) return;
  closing = true;
  way.click();
}

setTimeout(close, CLOSES_AFTER_MS + 1000);
addEventListener('pageshow', close);
document.addEventListener('visibilitychange', close);
