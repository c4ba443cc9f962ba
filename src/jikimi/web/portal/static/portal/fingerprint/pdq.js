// @ts-check
/**
 * PDQ, the perceptual fingerprint of a picture that platforms and centres exchange: 256 bits that
 * stay close when a picture is recompressed or resized.
 *
 * Source: "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", Facebook
 * 2019, and the order of operations of its C++ reference. From luma on it computes in 32-bit
 * floats: every sum here is rounded at the same places, or single bits could differ.
 */

const { fround } = Math;

/** Pictures beyond this on either side are first reduced to a square of it. */
const SQUARE = 512;
const GRID = 64;
const BITS_A_SIDE = 16;
const SMALLEST_SIDE = 5;
const BOX_PASSES = 2;

/**
 * The part of a picture that its fingerprint depends on.
 *
 * @typedef {object} Sample
 * @property {number} width
 * @property {number} height
 * @property {Uint8ClampedArray} rgba  row by row, 4 bytes a pixel; the fourth is not looked at
 */

/** @typedef {{pdq: string, quality: number}} Fingerprint  64 hexadecimal digits; 0 to 100 */

/**
 * Which rows and columns of a picture are looked at: all of a small one; of a larger one the
 * nearest neighbours of a 512 x 512 square.
 *
 * @param {number} width
 * @param {number} height
 * @returns {{rows: Int32Array, columns: Int32Array}}
 */
export function sampledLines(width, height) {
  const all = width <= SQUARE && height <= SQUARE;
  return {
    rows: nearestLines(height, all ? height : SQUARE),
    columns: nearestLines(width, all ? width : SQUARE),
  };
}

/**
 * @param {number} from
 * @param {number} to
 */
function nearestLines(from, to) {
  return Int32Array.from({ length: to }, (_, i) => Math.floor((i * from) / to));
}

/**
 * The fingerprint of a sampled picture. Under 5 pixels on a side it is all zeroes with quality 0.
 *
 * @param {Sample} sample
 * @returns {Fingerprint}
 */
export function fingerprintOf({ width, height, rgba }) {
  if (width < SMALLEST_SIDE || height < SMALLEST_SIDE) {
    return { pdq: '0'.repeat(64), quality: 0 };
  }
  const luma = lumaOf(rgba, width * height);
  const grid = width === GRID && height === GRID ? luma : reduceToGrid(luma, width, height);
  return { pdq: hexOf(cosines(grid)), quality: qualityOf(grid) };
}

/**
 * Summed in 64 bits and rounded once, as the server does, so that grey stays exactly grey.
 *
 * @param {Uint8ClampedArray} rgba
 * @param {number} pixels
 */
function lumaOf(rgba, pixels) {
  const luma = new Float32Array(pixels);
  for (let i = 0, at = 0; i < pixels; i += 1, at += 4) {
    luma[i] = rgba[at] * 0.299 + rgba[at + 1] * 0.587 + rgba[at + 2] * 0.114;
  }
  return luma;
}

/**
 * Blurs with a two-pass box filter, then keeps 64 x 64 points.
 *
 * @param {Float32Array} luma  overwritten
 * @param {number} width
 * @param {number} height
 */
function reduceToGrid(luma, width, height) {
  const between = new Float32Array(luma.length);
  for (let pass = 0; pass < BOX_PASSES; pass += 1) {
    for (let y = 0; y < height; y += 1) {
      boxLine(luma, between, y * width, 1, width);
    }
    for (let x = 0; x < width; x += 1) {
      boxLine(between, luma, x, width, height);
    }
  }
  return decimate(luma, width, height);
}

/**
 * One line's moving average; at the ends over the pixels there are.
 *
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {number} start  index of the line's first pixel
 * @param {number} step   from one pixel of the line to the next
 * @param {number} length pixels in the line
 */
function boxLine(from, to, start, step, length) {
  const window = Math.floor((length + 2 * GRID - 1) / (2 * GRID));
  const ahead = Math.floor(window / 2);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < length + ahead; i += 1) {
    if (i < length) {
      sum = fround(sum + from[start + i * step]);
      count += 1;
    }
    if (i >= window) {
      sum = fround(sum - from[start + (i - window) * step]);
      count -= 1;
    }
    if (i >= ahead) {
      to[start + (i - ahead) * step] = sum / count;
    }
  }
}

/**
 * @param {Float32Array} luma
 * @param {number} width
 * @param {number} height
 */
function decimate(luma, width, height) {
  const grid = new Float32Array(GRID * GRID);
  for (let i = 0; i < GRID; i += 1) {
    const row = Math.floor(((i + 0.5) * height) / GRID) * width;
    for (let j = 0; j < GRID; j += 1) {
      grid[i * GRID + j] = luma[row + Math.floor(((j + 0.5) * width) / GRID)];
    }
  }
  return grid;
}

/**
 * How much there is to see, 0 to 100: the gradients of the grid, each cut to a whole number.
 *
 * @param {Float32Array} grid
 */
function qualityOf(grid) {
  let sum = 0;
  for (let i = 0; i < GRID; i += 1) {
    for (let j = 0; j < GRID; j += 1) {
      const at = i * GRID + j;
      if (i + 1 < GRID) sum += gradient(grid[at], grid[at + GRID]);
      if (j + 1 < GRID) sum += gradient(grid[at], grid[at + 1]);
    }
  }
  return Math.min(100, Math.floor(sum / 90));
}

/**
 * @param {number} u
 * @param {number} v
 */
function gradient(u, v) {
  return Math.abs(Math.trunc(fround(fround(fround(u - v) * 100) / 255)));
}

/** The 16 lowest cosines but the constant one, 16 x 64. */
const COSINES = (() => {
  const scale = fround(Math.sqrt(2 / GRID));
  return Float32Array.from({ length: BITS_A_SIDE * GRID }, (_, at) => {
    const i = Math.floor(at / GRID);
    const j = at % GRID;
    return scale * Math.cos((Math.PI / 2 / GRID) * (i + 1) * (2 * j + 1));
  });
})();

/**
 * The 16 x 16 lowest frequencies of the grid (discrete cosine transform), row by row.
 *
 * @param {Float32Array} grid
 */
function cosines(grid) {
  const half = new Float32Array(BITS_A_SIDE * GRID);
  for (let at = 0; at < half.length; at += 1) {
    half[at] = dot(COSINES, at - (at % GRID), grid, at % GRID, GRID);
  }
  const whole = new Float32Array(BITS_A_SIDE * BITS_A_SIDE);
  for (let at = 0; at < whole.length; at += 1) {
    const [i, j] = [Math.floor(at / BITS_A_SIDE), at % BITS_A_SIDE];
    whole[at] = dot(half, i * GRID, COSINES, j * GRID, 1);
  }
  return whole;
}

/**
 * @param {Float32Array} a
 * @param {number} startA
 * @param {Float32Array} b
 * @param {number} startB
 * @param {number} stepB
 */
function dot(a, startA, b, startB, stepB) {
  let sum = 0;
  for (let k = 0; k < GRID; k += 1) {
    sum = fround(sum + fround(a[startA + k] * b[startB + k * stepB]));
  }
  return sum;
}

/**
 * One bit for each frequency above the lower median; the last frequency is the highest bit.
 *
 * @param {Float32Array} frequencies  256
 */
function hexOf(frequencies) {
  const median = frequencies.slice().sort()[frequencies.length / 2 - 1];
  let hex = '';
  for (let at = frequencies.length - 4; at >= 0; at -= 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit += 1) {
      if (frequencies[at + bit] > median) digit |= 1 << bit;
    }
    hex += digit.toString(16);
  }
  return hex;
}
