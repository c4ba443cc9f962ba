// @ts-check
/** How red, green and blue come from brightness and two colours (ITU-T H.273, 8.3). */

/** @typedef {{transfer: number, matrix: number, full: boolean}} Colours  numbers of ITU-T H.273 */

/**
 * `bright` is multiplied with what is left of brightness without `black`; the others with what is
 * left of U or V without `middle`.
 *
 * @typedef {{black: number, bright: number, middle: number,
 *     redV: number, greenU: number, greenV: number, blueU: number}} Mix
 */

/** What share of brightness red and blue have, by the matrices' names in WebCodecs. */
const SHARES = /** @type {Record<string, [number, number]>} */ ({
  bt709: [0.2126, 0.0722],
  smpte170m: [0.299, 0.114],
  bt470bg: [0.299, 0.114],
  'bt2020-ncl': [0.2627, 0.0593],
});

const NAMES = /** @type {Record<number, string>} */ ({
  1: 'bt709', 5: 'bt470bg', 6: 'smpte170m', 9: 'bt2020-ncl',
});

const LEAST_HD_ROWS = 720;

/**
 * What nobody says is taken, as most players do, for television in high definition from 720 rows on
 * and for older television below.
 *
 * @param {VideoColorSpace} own  what the frame says, or the browser guesses
 * @param {Colours | null} told  what the container says
 * @param {number} rows
 * @param {number} bits  of a value
 * @returns {Mix}
 */
export function mixOf(own, told, rows, bits) {
  const guessed = rows >= LEAST_HD_ROWS ? 'bt709' : 'smpte170m';
  const name = (told && NAMES[told.matrix]) || own.matrix || guessed;
  const [red, blue] = SHARES[name] || SHARES[guessed];
  const full = own.fullRange === null ? Boolean(told && told.full) : own.fullRange;
  const unit = 2 ** (bits - 8);
  const colour = (2 * 255) / ((full ? 255 : 224) * unit);
  const green = 1 - red - blue;
  return {
    black: full ? 0 : 16 * unit,
    bright: 255 / ((full ? 255 : 219) * unit),
    middle: 128 * unit,
    redV: colour * (1 - red),
    greenU: (-colour * (1 - blue) * blue) / green,
    greenV: (-colour * (1 - red) * red) / green,
    blueU: colour * (1 - blue),
  };
}
