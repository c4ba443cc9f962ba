// @ts-check
/**
 * Fingerprints a picture on the survivor's device. The page calls `fingerprintPicture` and sends on
 * nothing but the 64 digits and the quality; the picture stays where it is.
 *
 * The work is done in a Worker that is loaded with the page, so that it also works when the network
 * goes away afterwards. Where there is no such Worker, the same code runs in the page.
 */

import { sampleShown } from './frame.js';
import { fingerprintOf } from './pdq.js';
import { FingerprintProblem, problemCode } from './problem.js';
import { samplePicture } from './sample.js';

export { FingerprintProblem };

/** @typedef {import('./pdq.js').Fingerprint} Fingerprint */
/** @typedef {(share: number) => void} ProgressListener */
/** @typedef {File | ImageBitmap | VideoFrame} Picture */
/** @typedef {Picture | import('./worker.js').Video} Asked */

/**
 * @typedef {object} Options
 * @property {ProgressListener} [progress]  called with 0 to 1, rising
 * @property {AbortSignal} [signal]  stops the work at once and lets go of the file
 */

/** The Worker could not be started, or is too modern for this browser. */
class NoWorker extends Error {}

let workersFail = [
  self.Worker, self.OffscreenCanvas, self.createImageBitmap,
].some((needed) => typeof needed !== 'function');

/** The Worker that waits for the next picture. */
let idle = startWorker();

/**
 * The fingerprint of a picture file, or of a picture that is decoded already (a video's frame).
 *
 * @param {Picture} file
 * @param {Options} [options]
 * @returns {Promise<Fingerprint>}
 * @throws {FingerprintProblem}  the reason is its `code`
 * @throws {DOMException}  an AbortError, once the signal says so
 */
export async function fingerprintPicture(file, { progress = () => {}, signal } = {}) {
  refuseAborted(signal);
  try {
    return await /** @type {Promise<Fingerprint>} */ (inWorker(file, progress, signal));
  } catch (error) {
    if (!(error instanceof NoWorker)) throw error;
    return inPage(file, progress, signal);
  }
}

/**
 * A video's frames, where the browser decodes them without a player.
 *
 * @param {File} video
 * @param {Options} [options]
 * @returns {Promise<import('./frames.js').Frame[] | null>}  null: the player has to try
 * @throws {FingerprintProblem}  the reason is its `code`
 * @throws {DOMException}  an AbortError, once the signal says so
 */
export async function decodedFrames(video, { progress = () => {}, signal } = {}) {
  refuseAborted(signal);
  try {
    const { frames } = /** @type {import('./worker.js').Frames} */ (
      await inWorker({ video }, progress, signal)
    );
    return frames;
  } catch (error) {
    if (error instanceof NoWorker) return null;
    throw error;
  }
}

/** @returns {Worker | null} */
function startWorker() {
  if (workersFail) return null;
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  worker.addEventListener('error', () => {
    workersFail = true; // it answers every failure of its own with a message, so it never ran
    if (idle === worker) idle = null;
  });
  return worker;
}

/**
 * @param {Asked} asked
 * @param {ProgressListener} progress
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<Fingerprint | import('./worker.js').Frames>}
 */
async function inWorker(asked, progress, signal) {
  const worker = idle || startWorker();
  idle = null;
  if (!worker) throw new NoWorker();
  const answer = await answerOf(worker, asked, progress, signal).catch((stopped) => {
    worker.terminate();
    if (!idle) idle = startWorker();
    throw stopped;
  });
  if (idle) worker.terminate();
  else idle = worker;
  if ('error' in answer) throw new FingerprintProblem(answer.error);
  return answer;
}

/**
 * @param {Worker} worker
 * @param {Asked} asked
 * @param {ProgressListener} progress
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<Exclude<import('./worker.js').Answer, import('./worker.js').Progress>>}
 *     rejects if stopped or broken
 */
function answerOf(worker, asked, progress, signal) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if ('progress' in data) progress(data.progress);
      else resolve(data);
    };
    worker.onerror = () => reject(new NoWorker());
    if (signal) signal.addEventListener('abort', () => reject(aborted()), { once: true });
    worker.postMessage(asked, asked instanceof File || 'video' in asked ? [] : [asked]);
  });
}

/**
 * @param {Picture} file
 * @param {ProgressListener} progress
 * @param {AbortSignal | undefined} signal
 */
async function inPage(file, progress, signal) {
  try {
    const told = (/** @type {number} */ share) => {
      refuseAborted(signal);
      progress(share);
    };
    return fingerprintOf(await ('copyTo' in file ? sampleShown(file) : samplePicture(file, told)));
  } catch (error) {
    refuseAborted(signal);
    throw new FingerprintProblem(problemCode(error));
  }
}

/** @param {AbortSignal | undefined} signal */
function refuseAborted(signal) {
  if (signal && signal.aborted) throw aborted();
}

function aborted() {
  return new DOMException('Stopped before the fingerprint was made.', 'AbortError');
}
