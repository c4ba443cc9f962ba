// @ts-check
/**
 * Lets pictures be fingerprinted on the page. What goes into the form is the 64 digits and a
 * quality; the file input has no name and stands outside the form, so that it cannot be sent.
 */

import { fingerprintFile, FingerprintProblem } from './fingerprint/fingerprint.js';

const MOST = 20;
const LEAST_QUALITY = 50;

const template = /** @type {HTMLTemplateElement} */ (document.querySelector('#picker'));
const panel = /** @type {HTMLElement} */ (template.parentElement);
panel.append(template.content.cloneNode(true));

const input = /** @type {HTMLInputElement} */ (panel.querySelector('input[type=file]'));
const progress = /** @type {HTMLElement} */ (panel.querySelector('[data-progress]'));
const list = /** @type {HTMLElement} */ (panel.querySelector('[data-made]'));
const cancel = /** @type {HTMLButtonElement} */ (panel.querySelector('[data-cancel]'));
const held = /** @type {HTMLInputElement} */ (document.querySelector('#fingerprints'));
const form = /** @type {HTMLFormElement} */ (held.form);

/** @type {AbortController | null} */
let work = null;

/**
 * A sentence of the page, in its language.
 *
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 */
function sentence(name, values = {}) {
  const text = panel.querySelector(`[data-say="${name}"]`)?.textContent?.trim() ?? '';
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
}

/** @returns {string[]} */
function lines() {
  return held.value.split('\n').filter(Boolean);
}

/** @param {string[]} kept */
function keep(kept) {
  held.value = kept.join('\n');
  list.replaceChildren(...kept.map(row));
}

/**
 * @param {string} line
 * @param {number} index
 */
function row(line, index) {
  const item = document.createElement('li');
  const usable = Number(line.split(' ')[1]) >= LEAST_QUALITY;
  const words = document.createElement('span');
  words.textContent = sentence(usable ? 'made' : 'weak', { n: index + 1 });
  const remove = document.createElement('button');
  remove.type = 'button';
  remove.className = 'small';
  remove.textContent = sentence('remove');
  remove.setAttribute('aria-label', `${sentence('remove')}: ${index + 1}`);
  remove.addEventListener('click', () => {
    keep(lines().filter((other) => other !== line));
    input.focus();
  });
  item.append(words, remove);
  return item;
}

/** @param {File[]} files */
async function fingerprintAll(files) {
  work = new AbortController();
  cancel.hidden = false;
  /** @type {string[]} */
  const said = [];
  for (const [index, file] of files.entries()) {
    if (lines().length >= MOST) {
      said.push(sentence('enough', { most: MOST }));
      break;
    }
    said.push(await fingerprintOne(file, index + 1, files.length, work.signal));
    if (work.signal.aborted) break;
  }
  work = null;
  cancel.hidden = true;
  progress.textContent = [...new Set(said)].join(' ');
}

/**
 * @param {File} file
 * @param {number} n
 * @param {number} all
 * @param {AbortSignal} signal
 */
async function fingerprintOne(file, n, all, signal) {
  try {
    const onProgress = (/** @type {number} */ share) => {
      // In quarters, so that a screen reader is not talked over.
      progress.textContent = sentence('working', { n, all, percent: Math.floor(share * 4) * 25 });
    };
    onProgress(0);
    const made = await fingerprintFile(file, { onProgress, signal });
    const line = `${made.pdq} ${made.quality}`;
    if (lines().includes(line)) return sentence('known');
    keep([...lines(), line]);
    return sentence('done');
  } catch (error) {
    if (error instanceof FingerprintProblem) return sentence(error.code);
    return sentence(signal.aborted ? 'cancelled' : 'unreadable');
  }
}

input.addEventListener('change', () => {
  const files = [...(input.files ?? [])];
  input.value = ''; // the browser would show the file's name
  if (files.length > 0 && !work) fingerprintAll(files);
});

cancel.addEventListener('click', () => work?.abort());

form.addEventListener('submit', (event) => {
  if (!work) return;
  event.preventDefault();
  progress.textContent = sentence('wait');
});

keep(lines());
