// @ts-check
/**
 * Fingerprints a video by the browser's own player, muted and never shown: it is moved from look to
 * look, and the frame on display is fingerprinted like a picture. One frame at a time is in memory;
 * the file is read by the player where it lies. For what `decoding.js` cannot read.
 *
 * A frame of which it is not known that it is the one looked for gets no fingerprint: a wrong one
 * would find nothing, and nobody would know.
 */

import { FingerprintProblem } from './fingerprint.js';
import { isDrawnOtherwise } from './frame.js';
import { distance } from './frames.js';
import { looksAt } from './looks.js';
import { movieOf } from './mp4.js';
import { refuseAborted } from './patience.js';
import { spanOf } from './playing.js';
import { playersTell, stageFor } from './stage.js';

/** @typedef {import('./fingerprint.js').Options} Options */
/** @typedef {import('./frames.js').Frame} Frame */
/** @typedef {import('./stage.js').Stage} Stage */
/** @typedef {(share: number) => void} ProgressListener */

/** At its very end, in seconds, a player may show nothing any more. */
const LEAST_LEFT = 1 / 64;

/** What share of the looks may be left out. */
const MOST_LEFT_OUT = 0.2;

/** Within so many bits are two drawings of one frame. */
const SAME_BITS = 4;

/**
 * Every fingerprinted frame, in order; one that stands longer comes once.
 *
 * @param {File} file
 * @param {Options} [options]
 * @returns {Promise<Frame[]>}
 * @throws {FingerprintProblem}  the reason is its `code`
 * @throws {DOMException}  an AbortError, once the signal says so
 */
export async function playedFrames(file, { progress = () => {}, signal } = {}) {
  const address = URL.createObjectURL(file);
  const stage = stageFor(address, signal);
  try {
    refuseAborted(signal);
    const told = await secondsTold(file);
    const { start, end } = await spanOf(address, signal);
    const looks = looksAt(told || end - start).map((look) => Math.min(start + look, end - LEAST_LEFT));
    const frames = await (playersTell ? walk : walkTwice)(stage, looks, progress);
    return frames.map((frame) => ({ ...frame, t: Math.max(0, frame.t - start) }));
  } finally {
    stage.close();
    URL.revokeObjectURL(address);
  }
}

/**
 * How long the file itself says it is, as the server reads it.
 *
 * @param {File} file
 * @returns {Promise<number | null>}  null: it is no MP4 or QuickTime file as usual
 * @throws {FingerprintProblem}  it is cut off, or would be drawn in other colours
 */
async function secondsTold(file) {
  try {
    const { seconds, codec } = await movieOf(file);
    if (isDrawnOtherwise(codec.colours)) throw new FingerprintProblem('video_codec');
    return seconds;
  } catch (error) {
    if (error instanceof FingerprintProblem) throw error;
    return null;
  }
}

/**
 * @param {Stage} stage
 * @param {number[]} looks  by the player's clock
 * @param {ProgressListener} progress
 * @returns {Promise<Frame[]>}
 */
async function walk(stage, looks, progress) {
  /** @type {Frame[]} */
  const frames = [];
  const leaveOut = counterOf(looks);
  let [after, last, empty] = [-1, -1, 0];
  for (const [number, t] of looks.entries()) {
    progress(number / looks.length);
    const shown = await stage.show({ t, after, last });
    const made = shown !== null && shown > last ? await stage.fingerprint() : undefined;
    if (shown === null) leaveOut();
    // Firefox moves a late beginning to 0 and leaves the end: there is nothing at the last looks.
    else if (made === null) empty += 1;
    else if (made) {
      for (; empty > 0; empty -= 1) leaveOut();
      frames.push({ t: shown, ...made });
    }
    [after, last] = [t, shown === null ? last : Math.max(last, shown)];
  }
  progress(1);
  return frames;
}

/**
 * For players that do not tell which frame they show: there and back. What is on display too long
 * is the look before on the way there, and the one after on the way back.
 *
 * @param {Stage} stage
 * @param {number[]} looks
 * @param {ProgressListener} progress
 * @returns {Promise<Frame[]>}
 */
async function walkTwice(stage, looks, progress) {
  const leaveOut = counterOf(looks);
  const there = await walkUntold(stage, looks, (share) => progress(share / 2));
  await stage.rest(looks[0], looks[0]);
  const back = await walkUntold(stage, [...looks].reverse(), (share) => progress((1 + share) / 2));
  /** @type {Frame[]} */
  const frames = [];
  for (const frame of there) {
    const again = back.find(({ t }) => t === frame.t);
    if (again && distance(frame.pdq, again.pdq) <= SAME_BITS) frames.push(frame);
  }
  for (let missing = looks.length - frames.length; missing > 0; missing -= 1) leaveOut();
  progress(1);
  return frames;
}

/**
 * @param {Stage} stage
 * @param {number[]} looks
 * @param {ProgressListener} progress
 */
async function walkUntold(stage, looks, progress) {
  /** @type {Frame[]} */
  const frames = [];
  for (const [number, t] of looks.entries()) {
    progress(number / looks.length);
    const from = looks[Math.max(0, number - 1)];
    const made = (await stage.rest(t, from)) && (await stage.fingerprint());
    if (made) frames.push({ t, ...made });
  }
  return frames;
}

/**
 * @param {number[]} looks
 * @returns {() => void}  throws once too many are left out
 */
function counterOf(looks) {
  let allowed = Math.floor(looks.length * MOST_LEFT_OUT);
  return () => {
    allowed -= 1;
    if (allowed < 0) throw new FingerprintProblem('video_unsure');
  };
}
