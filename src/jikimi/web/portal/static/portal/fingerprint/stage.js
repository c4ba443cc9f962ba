// @ts-check
/** Players of one file: one, and another each time that one did not show what was sought. */

import { fingerprintPicture } from './fingerprint.js';
import { patiently } from './patience.js';
import { pictureOf } from './picture.js';
import { close, newPlayer, openIn } from './playing.js';
import { comeToRest, frameFinder } from './shown.js';

/** @typedef {import('./shown.js').Sought} Sought */
/** @typedef {ReturnType<typeof stageFor>} Stage */

/** Whether players tell which frame they show. */
export const playersTell = 'requestVideoFrameCallback' in HTMLVideoElement.prototype;

/**
 * @param {string} address
 * @param {AbortSignal} [signal]  stops whatever is waited for
 */
export function stageFor(address, signal) {
  let player = newPlayer();
  let find = async (/** @type {Sought} */ _sought) => /** @type {number | null} */ (null);
  const canvas = document.createElement('canvas');
  let usable = false;

  async function renew() {
    close(player);
    player = newPlayer();
    if (playersTell) find = frameFinder(player);
    await openIn(player, address);
    usable = true;
  }

  return {
    /**
     * @param {Sought} sought
     * @returns {Promise<number | null>}  when the frame on display appears; null: not the one sought
     */
    async show(sought) {
      for (let tries = 0; tries < 2; tries += 1) {
        if (!usable) await renew();
        const shown = await patiently(find(sought), signal);
        if (shown !== null) return shown;
        usable = false; // what it shows late must not be taken for what is sought next
      }
      return null;
    },

    /**
     * For players that do not tell what they show.
     *
     * @param {number} t
     * @param {number} from  where to come from
     */
    async rest(t, from) {
      if (!usable) {
        await renew();
        await patiently(comeToRest(player, from), signal);
      }
      const rests = await patiently(comeToRest(player, t), signal);
      if (!rests) usable = false;
      return rests;
    },

    /** Of what is on display; null: nothing is. */
    async fingerprint() {
      const made = await pictureOf(player, canvas);
      return made && fingerprintPicture(made, { signal });
    },

    close() {
      close(player);
    },
  };
}
