// @ts-check
/**
 * Fingerprints a video by the browser's decoder alone (WebCodecs), beside the page: only what is
 * needed for the frames that are looked at is read and decoded, and a frame is let go of at once.
 * For MP4 and QuickTime; everything else is left to the browser's player.
 */

import { viewOf } from './announced.js';
import { openDecoder } from './decoder.js';
import { sampleFrame } from './frame.js';
import { looksAt } from './looks.js';
import { movieOf } from './mp4.js';
import { fingerprintOf } from './pdq.js';
import { FingerprintProblem } from './problem.js';

/** @typedef {import('./frames.js').Frame} Frame */
/** @typedef {import('./mp4.js').Movie} Movie */
/** @typedef {import('./samples.js').Samples} Samples */
/** @typedef {(share: number) => void} ProgressListener */

/** How much of the file is read at once, in bytes. */
const AHEAD = 512 * 1024;

/**
 * Every fingerprinted frame, in order; one that stands longer comes once.
 *
 * @param {File} file
 * @param {ProgressListener} progress  called with 0 to 1, rising
 * @returns {Promise<Frame[] | null>}  null: the player has to try
 * @throws {FingerprintProblem}  what no player mends: too long, or cut off
 */
export async function decodedFrames(file, progress) {
  if (typeof VideoDecoder !== 'function') return null;
  try {
    const movie = await movieOf(file);
    const looks = looksAt(movie.seconds);
    const { supported } = await VideoDecoder.isConfigSupported(movie.codec.config);
    return supported ? await framesAt(looks, file, movie, progress) : null;
  } catch (error) {
    if (error instanceof FingerprintProblem) throw error;
    return null; // the player has to try before there is anything to tell
  }
}

/**
 * @param {number[]} looks
 * @param {File} file
 * @param {Movie} movie
 * @param {ProgressListener} progress
 */
async function framesAt(looks, file, { samples, codec, turn }, progress) {
  const wanted = shownAt(looks, samples);
  if (wanted.length === 0) return null;
  /** @type {Frame[]} */
  const frames = [];
  /** @param {VideoFrame} frame */
  async function take(frame) {
    const sample = await sampleFrame(frame, turn, codec.colours);
    frames.push({ t: frame.timestamp / 1e6, ...fingerprintOf(sample) });
    progress(frames.length / wanted.length);
  }
  const decoder = openDecoder(codec.config, wanted.map((n) => stampOf(samples, n)), take);
  progress(0);
  try {
    await feed(decoder, file, samples, wanted);
    await decoder.end();
  } finally {
    decoder.close();
  }
  return frames.length === wanted.length ? frames : null;
}

/**
 * The frames on display at those moments, each once; before the first frame a video shows that one.
 *
 * @param {number[]} looks
 * @param {Samples} samples
 * @returns {number[]}  their numbers in the order of decoding
 */
function shownAt(looks, { times, end }) {
  const shown = [...times.keys()].filter((n) => times[n] >= 0 && times[n] < end);
  shown.sort((a, b) => times[a] - times[b]);
  const wanted = new Set();
  let next = 1;
  for (const look of shown.length ? looks : []) {
    while (next < shown.length && times[shown[next]] <= look) next += 1;
    wanted.add(shown[next - 1]);
  }
  return [...wanted];
}

/**
 * Gives the decoder, for each wanted frame, what comes before it from the last key frame on, unless
 * it was there already.
 *
 * @param {import('./decoder.js').Decoder} decoder
 * @param {File} file
 * @param {Samples} samples
 * @param {number[]} wanted
 */
async function feed(decoder, file, samples, wanted) {
  const read = readerOf(file);
  let next = 0;
  for (const n of wanted) {
    for (next = keyFor(n, samples, next); next <= n; next += 1) {
      const data = await read(samples.offsets[next], samples.sizes[next]);
      const type = samples.keys[next] ? 'key' : 'delta';
      await decoder.put(new EncodedVideoChunk({ type, timestamp: stampOf(samples, next), data }));
    }
  }
}

/**
 * Where decoding of a frame can begin. What is shown before a key frame may need what was there
 * before it, even if it comes later in the file.
 *
 * @param {number} n
 * @param {Samples} samples
 * @param {number} next  what comes after all that was decoded: never earlier than that
 */
function keyFor(n, { keys, times }, next) {
  let key = Math.max(n, next);
  while (key > next && !(keys[key] && times[key] <= times[n])) key -= 1;
  return key;
}

/**
 * @param {Samples} samples
 * @param {number} n
 */
function stampOf({ times }, n) {
  return Math.round(times[n] * 1e6);
}

/**
 * @param {File} file
 * @returns {(offset: number, size: number) => Promise<Uint8Array>}
 */
function readerOf(file) {
  let start = 0;
  let bytes = new Uint8Array(0);
  return async (offset, size) => {
    if (offset < start || offset + size > start + bytes.length) {
      const view = await viewOf(file, offset, Math.max(size, AHEAD));
      [start, bytes] = [offset, new Uint8Array(view.buffer)];
    }
    return bytes.subarray(offset - start, offset - start + size);
  };
}
