// @ts-check
/**
 * Fingerprints one picture or video at a time beside the page, so that the page, and Exit, keep
 * answering. In: a File, an ImageBitmap or a VideoFrame; or `{video}` with a File. Out: `{progress}`
 * some times, then `{pdq, quality}`, or `{frames}` of a video (null: its player has to try), or
 * `{error}`.
 */

import { decodedFrames } from './decoding.js';
import { sampleShown } from './frame.js';
import { fingerprintOf } from './pdq.js';
import { problemCode } from './problem.js';
import { samplePicture } from './sample.js';

/** @typedef {import('./pdq.js').Fingerprint} Fingerprint */
/** @typedef {{video: File}} Video */
/** @typedef {{progress: number}} Progress */
/** @typedef {{frames: import('./frames.js').Frame[] | null}} Frames */
/** @typedef {{error: import('./problem.js').ProblemCode}} Refusal */
/** @typedef {Progress | Refusal | Fingerprint | Frames} Answer */

/** @param {Answer} answer */
function say(answer) {
  postMessage(answer);
}

/** @param {number} progress */
function tell(progress) {
  say({ progress });
}

/**
 * @param {File | ImageBitmap | VideoFrame | Video} asked
 * @returns {Promise<Fingerprint | Frames>}
 */
async function answerTo(asked) {
  if ('video' in asked) return { frames: await decodedFrames(asked.video, tell) };
  if ('copyTo' in asked) return fingerprintOf(await sampleShown(asked));
  return fingerprintOf(await samplePicture(asked, tell));
}

addEventListener('message', async ({ data }) => {
  try {
    say(await answerTo(data));
  } catch (error) {
    say({ error: problemCode(error) });
  }
});
