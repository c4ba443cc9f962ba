// @ts-check
/** The pixels of a decoded frame (WebCodecs) that its fingerprint depends on. */

import { samplePlanes } from './planes.js';
import { FingerprintProblem } from './problem.js';
import { samplePicture } from './sample.js';

/** @typedef {import('./colours.js').Colours} Colours */
/** @typedef {import('./mp4.js').Turn} Turn */
/** @typedef {import('./pdq.js').Sample} Sample */

/** Where a step to the right in the stored frame leads in the shown one: right, down. */
const DIRECTIONS = /** @type {Record<Turn, [number, number]>} */ ({
  0: [1, 0], 90: [0, 1], 180: [-1, 0], 270: [0, -1],
});

/** How light is written down in high dynamic range: PQ and HLG, by their numbers in ITU-T H.273. */
const HIGH_RANGE = [16, 18];

/**
 * From the decoder's own values, or as the browser draws it where it does not hand them out.
 *
 * @param {VideoFrame} frame  it stays open
 * @param {Turn} turn
 * @param {Colours | null} told  by the container
 * @returns {Promise<Sample>}
 */
export async function sampleFrame(frame, turn, told) {
  return (await samplePlanes(frame, turn, told)) || sampleDrawn(frame, turn);
}

/**
 * What a player shows, if the browser says of it how it is turned: Firefox and older ones do not.
 *
 * @param {HTMLVideoElement} player
 * @returns {VideoFrame | null}
 */
export function frameOf(player) {
  if (typeof VideoFrame !== 'function' || !('rotation' in VideoFrame.prototype)) return null;
  const frame = new VideoFrame(player);
  if (frame.format && !frame.flip) return frame;
  frame.close();
  return null;
}

/**
 * Whether a player's frames are of high dynamic range: drawing maps that to what a screen shows, and
 * the fingerprint would be another one.
 *
 * @param {HTMLVideoElement} player
 * @returns {boolean}  false, too, where the browser does not tell: see `isDrawnOtherwise`
 */
export function hasHighRange(player) {
  if (typeof VideoFrame !== 'function') return false;
  const frame = new VideoFrame(player);
  const { transfer } = frame.colorSpace;
  frame.close();
  return transfer === 'pq' || transfer === 'hlg';
}

/**
 * Whether a file says that it has high dynamic range to a browser that does not tell it of a frame.
 *
 * @param {Colours | null} told  by the container
 * @returns {boolean}
 */
export function isDrawnOtherwise(told) {
  return typeof VideoFrame !== 'function' && told !== null && HIGH_RANGE.includes(told.transfer);
}

/**
 * A frame that came from a player; it is closed.
 *
 * @param {VideoFrame} frame
 */
export async function sampleShown(frame) {
  try {
    return await sampleFrame(frame, /** @type {Turn} */ (frame.rotation), null);
  } finally {
    frame.close();
  }
}

/**
 * @param {VideoFrame} frame
 * @param {Turn} turn
 */
function sampleDrawn(frame, turn) {
  const { displayWidth: width, displayHeight: height } = frame;
  const [a, b] = DIRECTIONS[turn];
  const canvas = b === 0 ? new OffscreenCanvas(width, height) : new OffscreenCanvas(height, width);
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new FingerprintProblem('unsupported');
  const fromRight = a < 0 || b > 0;
  const fromBelow = a < 0 || b < 0;
  context.setTransform(a, b, -b, a, fromRight ? canvas.width : 0, fromBelow ? canvas.height : 0);
  context.drawImage(frame, 0, 0);
  return samplePicture(canvas.transferToImageBitmap(), () => {});
}
