// @ts-check
/**
 * Fingerprints a video on the survivor's device: frames at even steps of time, each like a picture.
 * By the browser's decoder alone where it and the file allow it, else by its player.
 */

import { decodedFrames, FingerprintProblem } from './fingerprint.js';
import { thinned, videoLine } from './frames.js';
import { playedFrames } from './player.js';

/** @typedef {import('./fingerprint.js').Options} Options */
/** @typedef {import('./frames.js').Frame} Frame */

const HEAD_BYTES = 600;

/**
 * How videos start, read as Latin-1: the family of MP4 without its pictures, Matroska and WebM,
 * AVI, Ogg, Windows Media, Flash, MPEG.
 */
const VIDEO = new RegExp(
  '^(?:[^]{4}ftyp(?!hei[cmsx]|hev[cmx]|mif1|msf1|avi[fs])|\\x1a\\x45\\xdf\\xa3|RIFF[^]{4}AVI |OggS'
  + '|\\x30\\x26\\xb2\\x75|FLV\\x01|\\0\\0\\x01[\\xba\\xb3]|G[^]{187}G[^]{187}G)',
);

/**
 * @param {Blob} file
 * @returns {Promise<boolean>}
 */
export async function isVideo(file) {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  return VIDEO.test(String.fromCharCode(...head));
}

/**
 * The line that stands for a video in the form.
 *
 * @param {File} file
 * @param {Options} [options]
 * @returns {Promise<string>}
 * @throws {FingerprintProblem}  the reason is its `code`
 * @throws {DOMException}  an AbortError, once the signal says so
 */
export async function fingerprintVideo(file, options = {}) {
  const frames = thinned(await framesOf(file, options));
  if (frames.length === 0) throw new FingerprintProblem('video_weak');
  return videoLine(frames);
}


/**
 * Every fingerprinted frame, in order; one that stands longer comes once.
 *
 * @param {File} file
 * @param {Options} [options]
 * @returns {Promise<Frame[]>}
 */
export async function framesOf(file, { progress = () => {}, signal } = {}) {
  let told = 0;
  const rising = (/** @type {number} */ share) => {
    told = Math.max(told, share); // the player begins anew
    progress(told);
  };
  const options = { progress: rising, signal };
  return (await decodedFrames(file, options)) || playedFrames(file, options);
}
