// @ts-check
/**
 * Lets pictures and videos be fingerprinted on the page, one after the other. What goes into the
 * form is the 64 digits and a quality of each picture or frame; the file input has no name and stands outside the form, so that
 * it cannot be sent. No file's name is shown or kept: pictures are numbered as they were chosen.
 */

import { FingerprintProblem, fingerprintPicture } from './fingerprint/fingerprint.js';
import { framesIn } from './fingerprint/frames.js';
import { fingerprintVideo, isVideo } from './fingerprint/video.js';
import { pickedRow } from './picked_row.js';

/** @typedef {import('./fingerprint/fingerprint.js').Options} Options */
/** @typedef {import('./picked_row.js').PickedRow} PickedRow */

/**
 * A chosen picture: waiting while it has a `file`, under way while it has `work`; afterwards with
 * the name of the sentence that says what became of it, and the `line` for the form if it is made.
 *
 * @typedef {{row: PickedRow, file?: File, work?: AbortController, end?: string, line?: string}}
 *     Picked
 */

const MOST = 20;
const MOST_FRAMES = 2400;
const LEAST_QUALITY = 50;

/** Ends after which nothing is missing. */
const WELL = ['made', 'known'];

/**
 * Put the picker on the page.
 *
 * @param {HTMLTemplateElement} template  what it is made of; it appears beside it
 */
export function begin(template) {
  const panel = /** @type {HTMLElement} */ (template.parentElement);
  panel.append(template.content.cloneNode(true));

  const input = /** @type {HTMLInputElement} */ (part('input[type=file]'));
  const list = part('[data-made]');
  const inAll = part('[data-in-all]');
  const bar = /** @type {HTMLProgressElement} */ (part('[data-progress]'));
  const spoken = part('[data-spoken]');
  const told = part('[data-told]');
  const held = /** @type {HTMLInputElement} */ (document.querySelector('#fingerprints'));
  const form = /** @type {HTMLFormElement} */ (held.form);

  /** @type {Picked[]} */
  let picked = [];
  let numbered = 0;

  /** Those of the batch that the bar shows, from the first file chosen until all are settled. */
  let batch = /** @type {Picked[]} */ ([]);
  let busy = false;

  /**
   * The line for the form from whatever was chosen. What is no picture is told apart here.
   *
   * @param {File} file
   * @param {Options} options
   * @returns {Promise<string>}
   */
  async function lineOf(file, options) {
    if (await isVideo(file)) {
      const line = await fingerprintVideo(file, options);
      const frames = [...lines(), line].reduce((sum, one) => sum + framesIn(one), 0);
      if (frames > MOST_FRAMES) throw new FingerprintProblem('videos_full');
      return line;
    }
    const made = await fingerprintPicture(file, options);
    return `${made.pdq} ${made.quality}`;
  }

  /** @param {string} line */
  function endOf(line) {
    return Number(line.split(' ')[1]) < LEAST_QUALITY ? 'weak' : 'made';
  }

  /** @param {string} selector */
  function part(selector) {
    return /** @type {HTMLElement} */ (panel.querySelector(selector));
  }

  /**
   * A sentence of the page, in its language.
   *
   * @param {string} name
   * @param {Record<string, string | number>} [values]
   */
  function sentence(name, values = {}) {
    const text = (part(`[data-say="${name}"]`).textContent || '').trim();
    return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
  }

  /** @param {Partial<Picked>} chosen */
  function add(chosen) {
    numbered += 1;
    const row = pickedRow(sentence('picture', { n: numbered }));
    const one = { ...chosen, row };
    row.onPress = () => (one.file ? stop(one) : remove(one));
    picked.push(one);
    list.append(row.item);
    return one;
  }

  /** @param {File[]} files */
  function choose(files) {
    for (const file of files) {
      const one = add({ file });
      one.row.show({ words: sentence('waiting'), button: sentence('cancel'), share: 0 });
      batch.push(one);
    }
    if (!busy) workThrough();
  }

  async function workThrough() {
    busy = true;
    told.textContent = '';
    inAll.hidden = false;
    for (let one = nextWaiting(); one; one = nextWaiting()) {
      await fingerprintOne(one);
      showInAll();
    }
    busy = false;
    inAll.hidden = true;
    sum();
  }

  /** What was not made is spoken once more: a screen reader may have been talked over. */
  function sum() {
    const missing = batch.filter(({ line }) => !line).map(({ row }) => row.says());
    const made = lines().length;
    told.textContent = made ? sentence('done', { n: made }) : '';
    spoken.textContent = [...missing, told.textContent].join(' ');
    batch = [];
    keep();
  }

  function nextWaiting() {
    showInAll();
    return batch.find((one) => one.file);
  }

  /** @param {Picked} one */
  async function fingerprintOne(one) {
    if (lines().length >= MOST) return settle(one, 'enough');
    const work = new AbortController();
    one.work = work;
    const progress = (/** @type {number} */ share) => {
      one.row.show({ words: sentence('working'), button: sentence('cancel'), share });
      showInAll(share);
    };
    try {
      const line = await lineOf(/** @type {File} */ (one.file), { progress, signal: work.signal });
      if (lines().includes(line)) return settle(one, 'known');
      one.line = line;
      return settle(one, endOf(line));
    } catch (error) {
      if (work.signal.aborted) return settle(one, 'cancelled');
      return settle(one, error instanceof FingerprintProblem ? error.code : 'unreadable');
    }
  }

  /**
   * The file is let go of; what became of it stays in its row, and is spoken.
   *
   * @param {Picked} one
   * @param {string} end
   */
  function settle(one, end) {
    one.file = undefined;
    one.work = undefined;
    one.end = end;
    one.row.show({ words: sentence(end, { most: MOST }), button: sentence('remove') });
    spoken.textContent = one.row.says();
    keep();
  }

  /** @param {Picked} one */
  function stop(one) {
    if (one.work) one.work.abort();
    else settle(one, 'cancelled');
  }

  /** @param {Picked} one */
  function remove(one) {
    picked = picked.filter((other) => other !== one);
    one.row.item.remove();
    spoken.textContent = `${one.row.name}: ${sentence('removed')}`;
    keep();
    input.focus();
  }

  /** @returns {string[]} */
  function lines() {
    return picked.flatMap(({ line }) => line || []);
  }

  /** Puts into the form what is made, and offers the way on where something was not. */
  function keep() {
    held.value = lines().join('\n');
    part('[data-go-on]').hidden = busy || picked.every(({ end }) => end && WELL.includes(end));
  }

  /** @param {number} [share]  how much of the picture under way is done */
  function showInAll(share = 0) {
    const done = batch.filter(({ file }) => !file).length;
    bar.value = batch.length ? (done + share) / batch.length : 1;
    part('[data-count]').textContent = sentence('count', { done, all: batch.length });
  }

  input.addEventListener('change', () => {
    const files = [...(input.files || [])];
    input.value = ''; // the browser would show the file's name
    choose(files);
  });

  /** On to the question for links, or to its field where it stands on the same page. */
  part('[data-go-on]').addEventListener('click', () => {
    const places = /** @type {HTMLElement | null} */ (form.querySelector('#places'));
    if (places) places.focus();
    else /** @type {HTMLElement} */ (document.querySelector('.primary[form=step]')).click();
  });

  /** From the last to the first, so that none is begun meanwhile. */
  function stopAll() {
    batch.filter(({ file }) => file).reverse().forEach(stop);
  }

  part('[data-cancel]').addEventListener('click', () => {
    stopAll();
    input.focus();
  });

  form.addEventListener('submit', (event) => {
    if (!busy) return;
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter || null);
    if (button && button.value !== 'next') return stopAll(); // back, or another language
    event.preventDefault();
    told.textContent = sentence('wait');
    spoken.textContent = told.textContent;
  });

  for (const line of held.value.split('\n').filter(Boolean)) settle(add({ line }), endOf(line));
  spoken.textContent = '';
  part('[data-until-ready]').hidden = true;
}
