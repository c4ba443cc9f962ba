// @ts-check
/**
 * Fingerprints one picture at a time beside the page, so that the page, and Exit, keep answering.
 * In: a File or an ImageBitmap. Out: `{progress}` some times, then `{pdq, quality}` or `{error}`.
 */

import { fingerprintOf } from './pdq.js';
import { problemCode } from './problem.js';
import { samplePicture } from './sample.js';

/** @typedef {{progress: number}} Progress */
/** @typedef {{error: import('./problem.js').ProblemCode}} Refusal */
/** @typedef {Progress | Refusal | import('./pdq.js').Fingerprint} Answer */

/** @param {Answer} answer */
function say(answer) {
  postMessage(answer);
}

addEventListener('message', async ({ data: file }) => {
  try {
    say(fingerprintOf(await samplePicture(file, (progress) => say({ progress }))));
  } catch (error) {
    say({ error: problemCode(error) });
  }
});
