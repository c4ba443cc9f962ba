// @ts-check
/**
 * The frames of a video as the form carries them: docs/formats/video-frames-1.md.
 */

/** @typedef {{t: number, pdq: string, quality: number}} Frame  t in seconds from the start */

const LEAST_QUALITY = 50;

/** Frames in a row within so many bits are one and the same to whoever looks for copies. */
const THIN_DISTANCE = 8;

const FRAME_BYTES = 36;
const CHARACTERS_A_FRAME = 48;
const START = 'video ';

/**
 * The frames that tell something: of usable quality, and not like the last one that was kept.
 *
 * @param {Frame[]} frames
 * @returns {Frame[]}
 */
export function thinned(frames) {
  /** @type {Frame[]} */
  const kept = [];
  for (const frame of frames) {
    const last = kept[kept.length - 1];
    const tells = !last || distance(last.pdq, frame.pdq) > THIN_DISTANCE;
    if (frame.quality >= LEAST_QUALITY && tells) kept.push(frame);
  }
  return kept;
}

/** @param {Frame[]} frames */
export function videoLine(frames) {
  const packed = new Uint8Array(frames.length * FRAME_BYTES);
  frames.forEach((frame, index) => packed.set(bytesOf(frame), index * FRAME_BYTES));
  let text = '';
  packed.forEach((byte) => { text += String.fromCharCode(byte); });
  return START + btoa(text).replace(/\+/g, '-').replace(/\//g, '_');
}

/**
 * How many frames a line of the form holds; none if it is a picture's.
 *
 * @param {string} line
 */
export function framesIn(line) {
  return line.startsWith(START) ? (line.length - START.length) / CHARACTERS_A_FRAME : 0;
}

/** @param {Frame} frame */
function bytesOf({ t, pdq, quality }) {
  const milliseconds = Math.round(t * 1000);
  const time = [milliseconds >> 16, (milliseconds >> 8) & 0xff, milliseconds & 0xff];
  return [...hashBytes(pdq), quality, ...time];
}

/** @param {string} pdq */
function hashBytes(pdq) {
  return (pdq.match(/../g) || []).map((pair) => parseInt(pair, 16));
}

/**
 * How many bits two hashes are apart.
 *
 * @param {string} a
 * @param {string} b
 */
export function distance(a, b) {
  const other = hashBytes(b);
  return hashBytes(a).reduce((bits, byte, index) => bits + bitsSet(byte ^ other[index]), 0);
}

/** @param {number} byte */
function bitsSet(byte) {
  let bits = 0;
  for (let rest = byte; rest; rest &= rest - 1) bits += 1;
  return bits;
}
