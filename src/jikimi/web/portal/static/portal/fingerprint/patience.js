// @ts-check
/** How long a look at a video may take. */

/** In milliseconds, and how often somebody looks. */
const PATIENCE = 20_000;
const MOMENT = 250;

/**
 * Waits with a limit. Only time in which the page is on the screen counts: a browser shows nothing
 * to a page that is not.
 *
 * @template Kind
 * @param {Promise<Kind>} waitedFor
 * @param {AbortSignal} [signal]
 * @returns {Promise<Kind | null>}  null: it took too long
 * @throws {DOMException}  an AbortError, once the signal says so
 */
export async function patiently(waitedFor, signal) {
  refuseAborted(signal);
  let left = PATIENCE / MOMENT;
  /** @type {number | undefined} */
  let watch;
  const tooLong = new Promise((resolve, reject) => {
    watch = setInterval(() => {
      if (signal && signal.aborted) reject(aborted());
      if (!document.hidden) left -= 1;
      if (left <= 0) resolve(null);
    }, MOMENT);
  });
  try {
    return await /** @type {Promise<Kind | null>} */ (Promise.race([waitedFor, tooLong]));
  } finally {
    clearInterval(watch);
  }
}

/** @param {AbortSignal} [signal] */
export function refuseAborted(signal) {
  if (signal && signal.aborted) throw aborted();
}

function aborted() {
  return new DOMException('Stopped before the fingerprint was made.', 'AbortError');
}
