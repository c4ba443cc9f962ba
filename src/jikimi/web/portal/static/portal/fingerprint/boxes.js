// @ts-check
/**
 * The boxes that MP4 and QuickTime files are made of (ISO/IEC 14496-12, 4.2): a length, four
 * letters, content. Read by slices of the file; what a length may claim is bounded.
 */

import { viewOf } from './announced.js';
import { FingerprintProblem } from './problem.js';

/** A file that is not as usual, or made to do harm: its player may still show it. */
export class Unusual extends Error {}

/** @typedef {{kind: string, view: DataView}} Box  `view`: its content */

/** No phone writes more boxes side by side; a file made to waste time does. */
const MOST_BOXES = 2000;

/** Four hours of 60 frames a second with their sound need less. */
const MOST_HEADER_BYTES = 64e6;

/**
 * The one box that says where everything is, at the front of the file or at its end.
 *
 * @param {Blob} file
 * @returns {Promise<Box>}
 * @throws {Unusual | RangeError}
 * @throws {FingerprintProblem}  `video_damaged`: the file ends before it is told what is in it
 */
export async function movieBox(file) {
  for (let at = 0, walked = 0; at < file.size && walked < MOST_BOXES; walked += 1) {
    const { kind, header, size } = lengthOf(await viewOf(file, at, 16), 0, file.size - at);
    if (at === 0 && kind !== 'ftyp') throw new Unusual('another kind of file');
    if (at + size > file.size) throw new FingerprintProblem('video_damaged');
    if (kind === 'moov') {
      if (size > MOST_HEADER_BYTES) throw new Unusual('long header');
      return { kind, view: await viewOf(file, at + header, size - header) };
    }
    at += size;
  }
  throw new Unusual('no header');
}

/**
 * The boxes inside a box.
 *
 * @param {Box} box
 * @param {number} [skipped]  bytes of the box's own before the first one
 * @returns {Box[]}
 */
export function boxesIn({ view }, skipped = 0) {
  /** @type {Box[]} */
  const found = [];
  for (let at = skipped; at + 8 <= view.byteLength;) {
    const { kind, header, size } = lengthOf(view, at, view.byteLength - at);
    if (found.length >= MOST_BOXES) throw new Unusual('many boxes');
    if (at + size > view.byteLength) throw new Unusual('a box longer than its own');
    found.push({ kind, view: part(view, at + header, size - header) });
    at += size;
  }
  return found;
}

/**
 * The box at the end of a path, by its kinds.
 *
 * @param {Box} box
 * @param {...string} path
 * @returns {Box | null}  null if it is not there
 */
export function find(box, ...path) {
  let at = box;
  for (const kind of path) {
    const next = boxesIn(at).find((inner) => inner.kind === kind);
    if (!next) return null;
    at = next;
  }
  return at;
}

/**
 * @param {Box} box
 * @param {...string} path
 * @returns {Box}
 */
export function need(box, ...path) {
  const found = find(box, ...path);
  if (!found) throw new Unusual(`no ${path[path.length - 1]}`);
  return found;
}

/**
 * @param {DataView} view
 * @param {number} start
 * @param {number} length
 */
function part(view, start, length) {
  return new DataView(view.buffer, view.byteOffset + start, length);
}

/**
 * @param {DataView} view
 * @param {number} at
 */
export function lettersAt(view, at) {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, 4));
}

/**
 * Numbers of 64 bits are exact up to 2^53, which is beyond any file.
 *
 * @param {DataView} view
 * @param {number} at
 */
export function uint64(view, at) {
  return view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
}

/**
 * @param {DataView} view
 * @param {number} at
 * @param {number} rest  how much there is: a length of 0 means all of it
 */
function lengthOf(view, at, rest) {
  const short = view.getUint32(at);
  const header = short === 1 ? 16 : 8;
  const size = short === 1 ? uint64(view, at + 8) : short || rest;
  if (size < header) throw new Unusual('a box shorter than its header');
  return { kind: lettersAt(view, at + 4), header, size };
}
