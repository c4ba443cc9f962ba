// @ts-check
/**
 * Where each frame of a track lies in the file and when it is shown (ISO/IEC 14496-12, 8.6 and
 * 8.7), as columns of numbers in the order of decoding.
 */

import { find, need, uint64, Unusual } from './boxes.js';
import { FingerprintProblem } from './problem.js';

/** @typedef {import('./boxes.js').Box} Box */

/**
 * @typedef {object} Samples
 * @property {number} count
 * @property {Float64Array} offsets  in bytes
 * @property {Uint32Array} sizes     in bytes
 * @property {Float64Array} times    in seconds from the start; shown are those from 0 to `end`
 * @property {Uint8Array} keys     1 where decoding can begin
 * @property {number} end            when the last one shown is over, in seconds
 */

/** @typedef {{from: number, until: number}} Stretch  in ticks of the track's clock */

/**
 * @typedef {object} Around
 * @property {number} timescale  ticks a second
 * @property {number} fileSize
 * @property {Stretch | null} shown  null: all of the track
 * @property {boolean} withSound  whether something else begins at 0
 */

/** Four hours of 120 frames a second. */
const MOST_SAMPLES = 4 * 3600 * 120;

/** No phone's frame is larger; of those in a file made to fill the memory, ten wait at once. */
const MOST_SAMPLE_BYTES = 8e6;

/**
 * @param {Box} table  the `stbl`
 * @param {Around} around
 * @returns {Samples}
 * @throws {Unusual | RangeError}
 * @throws {FingerprintProblem}  `video_damaged`: the file ends before its last frame
 */
export function samplesOf(table, { timescale, fileSize, shown, withSound }) {
  const sizes = sizesOf(need(table, 'stsz').view);
  const count = sizes.length;
  const offsets = offsetsOf(table, sizes);
  if (offsets.some((offset, n) => offset + sizes[n] > fileSize)) {
    throw new FingerprintProblem('video_damaged');
  }
  const { ticks, over } = ticksOf(table, count);
  const { from, until } = shown || { from: startOf(ticks, withSound), until: Infinity };
  if (shown && !ticks.includes(from)) throw new Unusual('begins between two frames');
  const times = ticks.map((tick) => (tick - from) / timescale);
  const end = (Math.min(over, until) - from) / timescale;
  return { count, offsets, sizes, times, keys: keysOf(table, count), end };
}

/**
 * A video that has nothing else in it begins with its first frame.
 *
 * @param {Float64Array} ticks
 * @param {boolean} withSound
 */
function startOf(ticks, withSound) {
  return ticks.reduce((least, tick) => Math.min(least, tick), withSound ? 0 : Infinity);
}

/**
 * @param {DataView} view  `stsz`
 */
function sizesOf(view) {
  const each = view.getUint32(4);
  const count = view.getUint32(8);
  if (count === 0 || count > MOST_SAMPLES) throw new Unusual('no frames, or too many');
  const sizes = new Uint32Array(count).fill(each);
  if (!each) columnInto(sizes, view, 12);
  if (sizes.some((size) => size > MOST_SAMPLE_BYTES)) throw new Unusual('a huge frame');
  return sizes;
}

/**
 * @param {Uint32Array | Float64Array} column
 * @param {DataView} view
 * @param {number} start
 */
function columnInto(column, view, start) {
  for (let n = 0; n < column.length; n += 1) column[n] = view.getUint32(start + 4 * n);
}

/**
 * Samples lie in chunks, one behind the other in each.
 *
 * @param {Box} table
 * @param {Uint32Array} sizes
 */
function offsetsOf(table, sizes) {
  const chunks = chunksOf(table);
  const runs = need(table, 'stsc').view;
  const last = runs.getUint32(4) - 1;
  const offsets = new Float64Array(sizes.length);
  let run = 0;
  let n = 0;
  for (let chunk = 0; chunk < chunks.length && n < sizes.length; chunk += 1) {
    while (run < last && runs.getUint32(8 + 12 * (run + 1)) <= chunk + 1) run += 1;
    let at = chunks[chunk];
    for (let left = runs.getUint32(12 + 12 * run); left > 0 && n < sizes.length; left -= 1) {
      offsets[n] = at;
      at += sizes[n];
      n += 1;
    }
  }
  if (n < sizes.length) throw new Unusual('frames without a place');
  return offsets;
}

/** @param {Box} table */
function chunksOf(table) {
  const short = find(table, 'stco');
  const { view } = short || need(table, 'co64');
  const count = view.getUint32(4);
  if (count > MOST_SAMPLES) throw new Unusual('too many chunks');
  const chunks = new Float64Array(count);
  if (short) columnInto(chunks, view, 8);
  else for (let n = 0; n < count; n += 1) chunks[n] = uint64(view, 8 + 8 * n);
  return chunks;
}

/**
 * When each sample is shown, by the track's clock, and when the last one is over.
 *
 * @param {Box} table
 * @param {number} count
 */
function ticksOf(table, count) {
  const lasting = runsOf(need(table, 'stts').view, count);
  const later = find(table, 'ctts');
  const ticks = later ? runsOf(later.view, count) : new Float64Array(count);
  let decoded = 0;
  let over = 0;
  for (let n = 0; n < count; n += 1) {
    ticks[n] += decoded;
    decoded += lasting[n];
    over = Math.max(over, ticks[n] + lasting[n]);
  }
  return { ticks, over };
}

/**
 * A number for each sample, written as runs of the same one.
 *
 * @param {DataView} view
 * @param {number} count
 */
function runsOf(view, count) {
  const column = new Float64Array(count);
  const runs = view.getUint32(4);
  let n = 0;
  for (let run = 0; run < runs && n < count; run += 1) {
    const next = Math.min(count, n + view.getUint32(8 + 8 * run));
    column.fill(view.getInt32(12 + 8 * run), n, next);
    n = next;
  }
  if (n < count) throw new Unusual('frames without a time');
  return column;
}

/**
 * Where decoding can begin; without a table, anywhere.
 *
 * @param {Box} table
 * @param {number} count
 */
function keysOf(table, count) {
  const list = find(table, 'stss');
  const keys = new Uint8Array(count).fill(list ? 0 : 1);
  const listed = list ? list.view.getUint32(4) : 0;
  for (let n = 0; n < listed; n += 1) {
    const key = list.view.getUint32(8 + 4 * n) - 1;
    if (key >= count) throw new Unusual('a key frame that is not there');
    keys[key] = 1;
  }
  if (!keys[0]) throw new Unusual('begins without a key frame');
  return keys;
}
