// @ts-check
/**
 * Whether a picture file is there to its end. Some browsers (Firefox) show half a picture and fill
 * the rest with grey: a fingerprint of that would find nothing, and nobody would know.
 */

import { MOST_SEGMENTS, viewOf } from './announced.js';

const CHUNK = 65536;
const END_OF_PNG = [...'IEND'].map((letter) => letter.charCodeAt(0));
const END_OF_JPEG = [0xff, 0xd9];
const START_OF_SCAN = 0xda;

/** @typedef {(file: Blob, head: DataView) => boolean | Promise<boolean>} EndFinder */

/** By a file's first byte. @type {Record<number, EndFinder>} */
const FORMATS = {
  0xff: jpegIsWhole,
  0x89: (file) => holds(file, END_OF_PNG, 0),
  0x47: gifHoldsAFrame,
  0x52: (file, head) => file.size >= head.getUint32(4, true) + 8, // WebP says it in its header
};

/**
 * True for formats that browsers themselves refuse if they are cut off.
 *
 * @param {Blob} file
 */
export async function isWhole(file) {
  try {
    const head = await viewOf(file, 0, 32);
    const whole = FORMATS[head.getUint8(0)];
    return !whole || (await whole(file, head));
  } catch (error) {
    if (error instanceof RangeError) return false; // ends inside its own headers
    throw error;
  }
}

/**
 * Looks from the end towards `start`, as the end is where it should be.
 *
 * @param {Blob} file
 * @param {number[]} mark
 * @param {number} start
 */
async function holds(file, mark, start) {
  for (let at = file.size; at > start; at -= CHUNK) {
    const from = Math.max(start, at - CHUNK);
    const view = await viewOf(file, from, at - from + mark.length - 1);
    if (includes(new Uint8Array(view.buffer), mark)) return true;
  }
  return false;
}

/**
 * @param {Uint8Array} bytes
 * @param {number[]} mark
 */
function includes(bytes, mark) {
  for (let at = bytes.indexOf(mark[0]); at >= 0; at = bytes.indexOf(mark[0], at + 1)) {
    if (mark.every((byte, k) => bytes[at + k] === byte)) return true;
  }
  return false;
}

/**
 * Behind the first scan's header stands the end of the image; one before it is a thumbnail's.
 *
 * @type {EndFinder}
 */
async function jpegIsWhole(file) {
  let at = 2;
  for (let walked = 0; walked < MOST_SEGMENTS; walked += 1) {
    const segment = await viewOf(file, at, 4);
    const marker = segment.getUint8(1);
    if (marker === START_OF_SCAN) return holds(file, END_OF_JPEG, at);
    at += marker === 0xff ? 1 : 2 + segment.getUint16(2);
  }
  return false;
}

/**
 * The first frame is what is fingerprinted: its data has to come to their end.
 *
 * @type {EndFinder}
 */
async function gifHoldsAFrame(file) {
  const view = await viewOf(file, 0, file.size);
  const table = (/** @type {number} */ flags) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + table(view.getUint8(10));
  for (;;) {
    const kind = view.getUint8(at);
    if (kind === 0x21) at = afterBlocks(view, at + 2);
    else if (kind !== 0x2c) return false;
    else return afterBlocks(view, at + 11 + table(view.getUint8(at + 9))) <= file.size;
  }
}

/**
 * @param {DataView} view
 * @param {number} at
 */
function afterBlocks(view, at) {
  while (view.getUint8(at) !== 0) at += 1 + view.getUint8(at);
  return at + 1;
}
