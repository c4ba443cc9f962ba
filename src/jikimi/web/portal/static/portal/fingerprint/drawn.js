// @ts-check
/** A decoded frame as the browser draws it, where it does not hand out the values themselves. */

import { FingerprintProblem } from './problem.js';
import { samplePicture } from './sample.js';

/** @typedef {import('./mp4.js').Turn} Turn */

/** Where a step to the right in the stored frame leads in the shown one: right, down. */
const DIRECTIONS = /** @type {Record<Turn, [number, number]>} */ ({
  0: [1, 0], 90: [0, 1], 180: [-1, 0], 270: [0, -1],
});

/**
 * @param {VideoFrame} frame  it stays open
 * @param {Turn} turn
 * @returns {Promise<import('./pdq.js').Sample>}
 */
export function sampleDrawn(frame, turn) {
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
