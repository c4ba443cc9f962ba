// @ts-check
/**
 * Turns the pages of the report in place. What is typed travels by fetch and not by navigation, so
 * that the browser keeps none of it: neither in its history, which it writes to disk, nor as a form
 * to send again. Its Back and Forward turn the pages; a reload begins anew. Without this script the
 * same forms are sent as forms.
 */

/** The step that each entry of the history shows. @type {string[]} */
const steps = [];
let at = 0;
let underWay = false;
/** For so long an answer is waited for; a report that was kept meanwhile is not kept twice. */
const PATIENCE_MS = 60_000;

/** Turns by the browser's buttons, one after the other. */
let turns = Promise.resolve();

/** @returns {HTMLFormElement | null} */
const form = () => document.querySelector('form#step');

/** @param {ParentNode} page */
const stepOf = (page) => /** @type {HTMLInputElement | null} */ (page.querySelector('#step [name=step]'))?.value ?? '';

/** The last question, kept while a page without one is shown. @type {Element[]} */
let kept = [];

/**
 * Put the parts of another page into this one. The button Exit stays where it is.
 *
 * @param {Iterable<Element>} parts
 */
function put(parts) {
  for (const part of parts) {
    const name = part.getAttribute('data-turns');
    document.querySelector(`[data-turns=${name}]`)?.replaceWith(part);
  }
}

/** @param {Document} page */
function show(page) {
  const exit = document.querySelector('a[data-exit]');
  const fresh = page.querySelector('a[data-exit]');
  if (exit && fresh) exit.setAttribute('href', fresh.getAttribute('href') ?? '');
  kept = page.querySelector('form#step') || page.querySelector('[data-final]') ? [] : [...document.querySelectorAll('[data-turns]')];
  document.documentElement.lang = page.documentElement.lang;
  document.documentElement.dir = page.documentElement.dir;
  put([...page.querySelectorAll('[data-turns]')].map((part) => document.adoptNode(part)));
  for (const unused of document.querySelectorAll('noscript')) unused.remove();
  run(page);
  scrollTo(0, 0);
  const first = document.querySelector('main [autofocus]') ?? document.querySelector('main');
  /** @type {HTMLElement | null} */ (first)?.focus({ preventScroll: first?.localName === 'main' });
}

let turned = 0;

/**
 * Run a page's own scripts, each time anew: another fragment makes another module of it.
 *
 * @param {Document} page
 */
function run(page) {
  turned += 1;
  const known = new Set([...document.head.querySelectorAll('script')].map((script) => script.src));
  for (const script of page.querySelectorAll('head script')) {
    const source = new URL(script.getAttribute('src') ?? '', location.href).href;
    if (!known.has(source)) import(`${source}#${turned}`);
  }
}

/** What is said without an answer, of which there is another once a report may have arrived. */
const unanswered = () =>
  (history.state < 0 && document.querySelector('[data-may-have-arrived]')) || document.querySelector('[data-no-connection]');

/**
 * Send what the page holds, and show the answer.
 *
 * @param {Record<string, string>} pressed the name and value of the button
 * @returns {Promise<boolean>} whether there was an answer
 */
async function turn(pressed) {
  const sent = form();
  if (!sent || underWay) return false;
  underWay = true;
  for (const alert of document.querySelectorAll('[data-no-connection], [data-may-have-arrived]')) alert.setAttribute('hidden', '');
  const patience = new AbortController();
  const over = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const fields = new URLSearchParams(/** @type {any} */ (new FormData(sent)));
    for (const [name, value] of Object.entries(pressed)) fields.append(name, value);
    const answer = await fetch(sent.action, { method: 'POST', body: fields, redirect: 'error', signal: patience.signal });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (!page.querySelector('[data-turns=main]')) throw new TypeError('no page');
    show(page);
    return true;
  } catch {
    unanswered()?.removeAttribute('hidden');
    return false;
  } finally {
    clearTimeout(over);
    underWay = false;
  }
}

/** The number of an entry of the history, which is below zero once the report may have arrived. */
const mayHaveArrived = () => -1 - at;

/** The number that fits the page that is shown. */
const number = () => (document.querySelector('[data-unsure], [data-final]') ? mayHaveArrived() : at);

/** @param {unknown} held what an entry holds */
const numberOf = (held) => (typeof held === 'number' ? Math.max(held, -1 - held) : 0);

document.addEventListener('submit', async (event) => {
  if (event.defaultPrevented || event.target !== form()) return;
  event.preventDefault();
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (button?.hasAttribute('data-back') && at > 0) return history.back();
  const before = steps[at];
  if (button?.hasAttribute('data-sends')) history.replaceState(mayHaveArrived(), '');
  if (!(await turn(button ? { [button.name]: button.value } : { go: 'next' }))) return;
  history.replaceState(number(), '');
  const now = stepOf(document);
  if (now === before) return;
  at += 1;
  steps.length = at;
  steps.push(now);
  history.pushState(number(), '');
});

/** A guide or a helpline's page opens beside the report: Back could not bring the answers again. */
document.addEventListener('click', ({ target }) => {
  const link = /** @type {Element} */ (target).closest('main a[href]:not(.primary, .secondary, .quiet, [href^="#"], [href^="tel:"]), footer a[href]');
  if (!(link instanceof HTMLAnchorElement) || !document.querySelector('form#step, [data-final]')) return;
  link.target = '_blank';
  link.relList.add('noopener');
});

/** @param {number} to */
async function turnBackTo(to) {
  if (kept.length > 0) {
    put(kept);
    kept = [];
  } else if (steps[to]) {
    await turn({ to: steps[to] });
  }
  at = to;
  steps[at] = stepOf(document);
  if (document.querySelector('[data-final]')) history.replaceState(-1 - numberOf(history.state), '');
}

addEventListener('popstate', (event) => {
  const to = numberOf(event.state);
  turns = turns.then(() => turnBackTo(to));
});

if (form()) {
  steps.push(stepOf(document));
  const [opened] = performance.getEntriesByType('navigation');
  const sending = history.state < 0;
  if (/** @type {PerformanceNavigationTiming} */ (opened)?.type === 'reload') {
    document.querySelector(sending ? '[data-left-sending]' : '[data-loaded-anew]')?.removeAttribute('hidden');
  }
  // Also makes a page that answered a form one that is simply opened: nothing is sent again.
  history.replaceState(sending ? mayHaveArrived() : 0, '');
}
