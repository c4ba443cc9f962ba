// @ts-check
/**
 * At which moments a video is looked at: docs/formats/video-frames-1.md. The server looks at the
 * same ones.
 */

import { FingerprintProblem } from './problem.js';

/** Seconds between two looks; a long video has at most so many looks. */
const STEP = 0.5;
const MOST_LOOKS = 1200;

/** Each look is so many seconds late: at no usual rate does a frame begin there. */
const PHASE = 1 / 64;

const MOST_SECONDS = 4 * 3600;

/**
 * @param {number} seconds  how long the video is
 * @returns {number[]}  in seconds, at least one
 * @throws {FingerprintProblem}
 */
export function looksAt(seconds) {
  if (seconds > MOST_SECONDS) throw new FingerprintProblem('video_too_long');
  const step = Math.max(STEP, seconds / MOST_LOOKS);
  const looks = [PHASE];
  while (looks.length * step + PHASE < seconds) looks.push(looks.length * step + PHASE);
  return looks;
}
