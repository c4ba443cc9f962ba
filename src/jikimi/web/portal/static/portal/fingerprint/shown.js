// @ts-check
/**
 * Which frame a player shows, never taken for granted: `seeked` comes before the frame does, on a
 * slow phone long before, and until then the frame before is on display.
 */

import { moved } from './playing.js';

/**
 * In seconds of the player's clock: a moment, the one sought before, and the last frame that was
 * found (-1: none).
 *
 * @typedef {{t: number, after: number, last: number}} Sought
 */

/** Two frames do not appear so close together, in seconds. */
const SAME = 1 / 1024;

/** What it is moved by, to have it show a frame once more; no frame begins so shortly after. */
const NUDGE = 1 / 4096;
const MOST_MOVES = 4;

/** Some players go to the next key frame (FFmpeg, by the order of decoding), in seconds at most. */
const BEYOND = 1 / 4;

/** Milliseconds in which a second frame that is on its way may come. It decides nothing. */
const LINGER = 100;

/**
 * Finds frames by the time that the player tells of each it shows. One that appears after the
 * moment sought before, and not after this one, is the one sought. Another may be told of late, but
 * only one, and once: what is told twice stands there.
 *
 * @param {HTMLVideoElement} player  that has opened nothing yet
 * @returns {(sought: Sought) => Promise<number | null>}  when the shown frame appears, in seconds by
 *     the player's clock; null: it is not the one sought
 */
export function frameFinder(player) {
  const told = newsOf(player);
  let first = NaN; // a player shows it unasked
  return async (sought) => {
    let before = NaN;
    told.forget(); // what came since belongs to the moment before
    for (let move = 0; move < MOST_MOVES; move += 1) {
      await moved(player, sought.t + move * NUDGE);
      for (let time = await told.next(); time !== undefined; time = await told.next(LINGER)) {
        if (Number.isNaN(first)) first = time;
        const twice = same(time, before);
        if (isBetween(time, sought) && (twice || !same(time, first))) return time;
        if (twice) return standsThere(time, sought) ? time : null;
        before = time;
      }
    }
    return null;
  };
}

/**
 * Comes back when a player that tells nothing most likely shows what it was moved to.
 *
 * @param {HTMLVideoElement} player
 * @param {number} t
 * @returns {Promise<true>}
 */
export async function comeToRest(player, t) {
  await moved(player, t);
  while (player.readyState < player.HAVE_CURRENT_DATA) await drawn();
  await drawn();
  await drawn();
  return true;
}

/**
 * The times of the frames that come up, each once.
 *
 * @param {HTMLVideoElement} player
 */
function newsOf(player) {
  /** @type {number[]} */
  let times = [];
  let wake = () => {};
  /** @type {VideoFrameRequestCallback} */
  function hear(_now, { mediaTime }) {
    player.requestVideoFrameCallback(hear);
    times.push(mediaTime);
    wake();
  }
  player.requestVideoFrameCallback(hear);

  return {
    forget() {
      times = [];
    },
    /** @param {number} [limit]  in milliseconds */
    async next(limit) {
      if (times.length === 0) {
        await new Promise((resolve) => {
          wake = () => resolve(undefined);
          if (limit) setTimeout(resolve, limit);
        });
      }
      return times.shift();
    },
  };
}

/**
 * @param {number} time
 * @param {Sought} sought
 */
function isBetween(time, { after, t }) {
  return after < time && time <= t + SAME;
}

/**
 * Of a frame that came before the last moment or comes after this one: whether it is the last one
 * still, the first one already, or so shortly after this moment that it does as well.
 *
 * @param {number} time
 * @param {Sought} sought
 */
function standsThere(time, { t, last }) {
  return last < 0 || same(time, last) || (t < time && time <= t + BEYOND);
}

/**
 * @param {number} one
 * @param {number} other
 */
function same(one, other) {
  return Math.abs(one - other) < SAME;
}

function drawn() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
