// @ts-check
/** A browser's player, muted and never shown: opened, moved, let go of. */

import { patiently } from './patience.js';
import { FingerprintProblem } from './problem.js';

/** @typedef {{start: number, end: number}} Span  of a player's clock, in seconds */

const BEYOND_ANY_END = 1e9;

/** How long it may take to open, in milliseconds. */
const PATIENCE = 60_000;

export function newPlayer() {
  const player = document.createElement('video');
  player.muted = true;
  player.playsInline = true;
  player.preload = 'auto';
  return player;
}

/**
 * @param {HTMLVideoElement} player
 * @param {string} address
 * @returns {Promise<void>}  once it has a picture
 * @throws {FingerprintProblem}  `video_codec`
 */
export async function openIn(player, address) {
  const opened = event(player, 'loadeddata', 'video_codec');
  const tooLate = setTimeout(() => player.dispatchEvent(new Event('error')), PATIENCE);
  player.src = address;
  await opened.finally(() => clearTimeout(tooLate));
  if (!player.videoWidth) throw new FingerprintProblem('video_codec'); // only its sound can be read
}

/**
 * Lets go of the decoder, the file and the frames.
 *
 * @param {HTMLVideoElement} player
 */
export function close(player) {
  player.removeAttribute('src');
  player.load();
}

/**
 * A file that begins late begins so on the player's clock, too (in Chromium).
 *
 * @param {string} address
 * @param {AbortSignal} [signal]
 * @returns {Promise<Span>}
 * @throws {FingerprintProblem}
 */
export async function spanOf(address, signal) {
  const player = newPlayer();
  try {
    await openIn(player, address);
    const start = player.currentTime;
    if (player.duration === Infinity) { // recorded by a browser: the length stands at the end
      const there = await patiently(moved(player, BEYOND_ANY_END), signal);
      if (!there) throw new FingerprintProblem('video_damaged');
    }
    const end = player.duration === Infinity ? player.currentTime : player.duration;
    return { start, end };
  } finally {
    close(player);
  }
}

/**
 * @param {HTMLVideoElement} player
 * @param {number} t  in seconds
 * @returns {Promise<true>}  once it is there; that it shows what is there is another matter
 * @throws {FingerprintProblem}  `video_damaged`
 */
export async function moved(player, t) {
  const there = event(player, 'seeked', 'video_damaged');
  player.currentTime = t;
  await there;
  return true;
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
    const happened = () => { stop.abort(); resolve(); };
    player.addEventListener(name, happened, { signal: stop.signal });
    player.addEventListener('error', fail, { signal: stop.signal });
  });
}
