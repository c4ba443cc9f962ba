// @ts-check
/** What a player shows, as a picture for the Worker. */

import { frameOf, hasHighRange } from './frame.js';
import { FingerprintProblem } from './problem.js';

/**
 * The frame itself, or else drawn turned as it is shown: Firefox's `createImageBitmap` of a player
 * is not.
 *
 * @param {HTMLVideoElement} player
 * @param {HTMLCanvasElement} canvas  that frames of this player are drawn on
 * @returns {Promise<VideoFrame | ImageBitmap | null>}  null: it shows nothing, beyond the last frame
 * @throws {FingerprintProblem}  `video_codec`: it could only be drawn in other colours
 */
export async function pictureOf(player, canvas) {
  try {
    const frame = frameOf(player);
    if (frame) return frame;
    if (hasHighRange(player)) throw new FingerprintProblem('video_codec');
  } catch (error) {
    if (error instanceof DOMException && error.name === 'InvalidStateError') return null;
    throw error;
  }
  const { videoWidth: width, videoHeight: height } = player;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  if (!context || typeof createImageBitmap !== 'function') {
    throw new FingerprintProblem('unsupported');
  }
  context.drawImage(player, 0, 0, width, height);
  return createImageBitmap(canvas, { colorSpaceConversion: 'none' });
}
