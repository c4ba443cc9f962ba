// @ts-check
/**
 * Fingerprints a video by the browser's own player, muted and never shown: it is moved from look to
 * look, and the frame on display is fingerprinted like a picture. One frame at a time is in memory;
 * the file is read by the player where it lies. For what `decoding.js` cannot read.
 */

import { fingerprintPicture, FingerprintProblem } from './fingerprint.js';
import { frameOf } from './frame.js';
import { looksAt } from './looks.js';

/** @typedef {import('./fingerprint.js').Options} Options */
/** @typedef {import('./frames.js').Frame} Frame */

const BEYOND_ANY_END = 1e9;

/** How long the player may take, in milliseconds: to move; to show, where it does not tell. */
const PATIENCE = 60_000;
const SHOWN_BY_THEN = 400;

/**
 * Every fingerprinted frame, in order; one that stands longer comes once.
 *
 * @param {File} file
 * @param {Options} [options]
 * @returns {Promise<Frame[]>}
 */
export async function playedFrames(file, { progress = () => {}, signal } = {}) {
  const address = URL.createObjectURL(file);
  const player = newPlayer();
  try {
    const looks = looksAt(await open(player, address));
    return await walk(player, looks, canvasFor(player), { progress, signal });
  } finally {
    player.removeAttribute('src');
    player.load(); // lets go of the decoder and the file
    URL.revokeObjectURL(address);
  }
}

function newPlayer() {
  const player = document.createElement('video');
  player.muted = true;
  player.playsInline = true;
  player.preload = 'auto';
  return player;
}

/**
 * @param {HTMLVideoElement} player
 * @param {string} address
 * @returns {Promise<number>}  its length in seconds
 */
async function open(player, address) {
  const opened = event(player, 'loadeddata', 'video_codec');
  player.src = address;
  await opened;
  if (!player.videoWidth) throw new FingerprintProblem('video_codec'); // only its sound can be read
  if (player.duration === Infinity) { // recorded by a browser: the length stands at the end
    const told = event(player, 'seeked', 'video_damaged');
    player.currentTime = BEYOND_ANY_END;
    await told;
  }
  return player.duration === Infinity ? player.currentTime : player.duration;
}

/**
 * @param {HTMLVideoElement} player
 * @param {number[]} looks
 * @param {CanvasRenderingContext2D} canvas
 * @param {Options} options
 */
async function walk(player, looks, canvas, { progress = () => {}, signal }) {
  /** @type {Frame[]} */
  const frames = [];
  let last = -1;
  for (const [number, look] of looks.entries()) {
    progress(number / looks.length);
    const t = await show(player, look, signal);
    if (t > last) frames.push({ t, ...(await fingerprintShown(player, canvas, signal)) });
    last = Math.max(last, t);
  }
  progress(1);
  return frames;
}

/**
 * Moves the player and waits until it shows the frame of that time.
 *
 * @param {HTMLVideoElement} player
 * @param {number} t
 * @param {AbortSignal} [signal]
 * @returns {Promise<number>}  when the shown frame appears, in seconds; `t` where the browser does
 *     not tell (Firefox)
 */
async function show(player, t, signal) {
  refuseAborted(signal);
  const shown = shownFrame(player, t);
  const moved = event(player, 'seeked', 'video_damaged');
  player.currentTime = t;
  await moved;
  refuseAborted(signal);
  return Promise.race([shown, later(SHOWN_BY_THEN, t)]);
}

/**
 * `seeked` comes before the frame does: without waiting for it, some frames are the one before.
 *
 * @param {HTMLVideoElement} player
 * @param {number} otherwise
 * @returns {Promise<number>}
 */
function shownFrame(player, otherwise) {
  if (!('requestVideoFrameCallback' in player)) return later(SHOWN_BY_THEN, otherwise);
  return new Promise((resolve) => {
    player.requestVideoFrameCallback((_now, { mediaTime }) => resolve(mediaTime));
  });
}

/**
 * @param {number} milliseconds
 * @param {number} value
 * @returns {Promise<number>}
 */
function later(milliseconds, value) {
  return new Promise((resolve) => setTimeout(() => resolve(value), milliseconds));
}

/**
 * The frame itself, or else drawn turned as it is shown: Firefox's `createImageBitmap` of a player
 * is not. Chromium keeps the latest drawn ones in memory, half a gigabyte of them.
 *
 * @param {HTMLVideoElement} player
 * @param {CanvasRenderingContext2D} canvas
 * @param {AbortSignal} [signal]
 */
async function fingerprintShown(player, canvas, signal) {
  const frame = frameOf(player);
  if (frame) return fingerprintPicture(frame, { signal });
  canvas.drawImage(player, 0, 0, canvas.canvas.width, canvas.canvas.height);
  const picture = await createImageBitmap(canvas.canvas, { colorSpaceConversion: 'none' });
  try {
    return await fingerprintPicture(picture, { signal });
  } finally {
    picture.close();
  }
}

/**
 * One canvas for all frames of a video.
 *
 * @param {HTMLVideoElement} player
 * @returns {CanvasRenderingContext2D}
 */
function canvasFor({ videoWidth: width, videoHeight: height }) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  if (!context || typeof createImageBitmap !== 'function') {
    throw new FingerprintProblem('unsupported');
  }
  return context;
}

/**
 * @param {HTMLVideoElement} player
 * @param {string} name
 * @param {import('./problem.js').ProblemCode} otherwise  what is wrong if an error comes instead
 * @returns {Promise<void>}
 */
function event(player, name, otherwise) {
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    const fail = () => { stop.abort(); reject(new FingerprintProblem(otherwise)); };
    const timer = setTimeout(fail, PATIENCE);
    const happened = () => { stop.abort(); resolve(); };
    stop.signal.addEventListener('abort', () => clearTimeout(timer));
    player.addEventListener(name, happened, { signal: stop.signal });
    player.addEventListener('error', fail, { signal: stop.signal });
  });
}

/** @param {AbortSignal} [signal] */
function refuseAborted(signal) {
  if (signal && signal.aborted) {
    throw new DOMException('Stopped before the fingerprint was made.', 'AbortError');
  }
}
