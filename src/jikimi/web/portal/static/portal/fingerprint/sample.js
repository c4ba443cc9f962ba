// @ts-check
/**
 * From a chosen file to the pixels its fingerprint depends on, without unfolding a second copy of
 * the picture: the browser decodes it once, and only the sampled rows are read back.
 *
 * Nothing here fetches, stores or shows: the file and its pixels are gone when the sample is made.
 */

import { announcedSize } from './announced.js';
import { sampledLines } from './pdq.js';
import { FingerprintProblem } from './problem.js';
import { isWhole } from './whole.js';

/** @typedef {import('./pdq.js').Sample} Sample */
/** @typedef {ImageBitmap | HTMLImageElement} Picture */
/** @typedef {OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D} Canvas2D */

const MOST_PIXELS = 120e6;
const MANY_PIXELS = 24e6;

/** The canvas that pixels are read through, in pixels: small, so that any phone affords it. */
const WINDOW = { width: 4096, height: 32 };

/** What share of the work the decoding is, for the progress shown. */
const DECODED = 0.5;

/**
 * @param {Blob | ImageBitmap} file  or a picture that is decoded already, which is closed after
 * @param {(share: number) => void} onProgress  called with 0 to 1
 * @returns {Promise<Sample>}
 * @throws {FingerprintProblem}
 */
export async function samplePicture(file, onProgress) {
  onProgress(0);
  const window = openWindow();
  const picture = file instanceof Blob ? await decode(file) : file;
  try {
    onProgress(DECODED);
    return readSample(picture, window, (share) => onProgress(DECODED + share * (1 - DECODED)));
  } finally {
    if ('close' in picture) picture.close();
  }
}

/**
 * Full size, turned as its EXIF orientation says (the default everywhere; asking for it by name
 * throws in browsers from before 2023). Colour profiles are left unapplied, as the server leaves
 * them: applying one moves the fingerprint.
 *
 * @param {Blob} file
 */
async function decode(file) {
  if (file.size === 0) throw new FingerprintProblem('empty');
  const { size, otherwise } = await announcedSize(file);
  if (size) refuseTooLarge(size);
  if (!(await isWhole(file))) throw new FingerprintProblem('damaged');
  const picture = await opened(file).catch(() => {
    throw new FingerprintProblem(size && isHeavy(size) ? 'too_large' : otherwise);
  });
  refuseTooLarge(picture);
  return picture;
}

/**
 * Browsers from before 2021 have no `createImageBitmap`, or one that takes no options.
 *
 * @param {Blob} file
 * @returns {Promise<Picture>}
 */
async function opened(file) {
  if (typeof createImageBitmap !== 'function') return imageElement(file);
  try {
    return await createImageBitmap(file, { colorSpaceConversion: 'none' });
  } catch (error) {
    if (error instanceof TypeError) return createImageBitmap(file);
    throw error;
  }
}

/**
 * An image that is never put into the page. By a `data:` address, as the content policy lets no
 * `blob:` through.
 *
 * @param {Blob} file
 */
async function imageElement(file) {
  const address = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  const image = new Image();
  image.src = String(address);
  await image.decode();
  return image;
}

/**
 * A picture of this many pixels that a browser refuses has more likely filled its memory than been
 * damaged.
 *
 * @param {{width: number, height: number}} size
 */
function isHeavy({ width, height }) {
  return width * height > MANY_PIXELS;
}

/** @param {{width: number, height: number}} size */
function refuseTooLarge({ width, height }) {
  if (width * height > MOST_PIXELS) throw new FingerprintProblem('too_large');
}

/**
 * A small opaque canvas: what is see-through in the picture comes out on black.
 *
 * @returns {Canvas2D}
 */
function openWindow() {
  const canvas = newCanvas();
  const context = /** @type {Canvas2D | null} */ (
    canvas.getContext('2d', { alpha: false, willReadFrequently: true })
  );
  if (!context) throw new FingerprintProblem('unsupported');
  context.imageSmoothingEnabled = false;
  refuseInventedPixels(context);
  return context;
}

/** @returns {OffscreenCanvas | HTMLCanvasElement} */
function newCanvas() {
  if (typeof OffscreenCanvas === 'function') {
    return new OffscreenCanvas(WINDOW.width, WINDOW.height);
  }
  if (typeof document === 'undefined') throw new FingerprintProblem('unsupported');
  return Object.assign(document.createElement('canvas'), WINDOW);
}

/**
 * Some private browsers answer a script that reads pixels with white or with noise. A fingerprint
 * of that would protect nobody, so four known pixels are read first. Off by a little is let
 * through: it does not move a fingerprint by more than a few bits.
 *
 * @param {Canvas2D} context
 */
function refuseInventedPixels(context) {
  const greys = [16, 96, 160, 240];
  greys.forEach((grey, x) => {
    context.fillStyle = `rgb(${grey}, ${grey}, ${grey})`;
    context.fillRect(x, 0, 1, 1);
  });
  const { data } = context.getImageData(0, 0, greys.length, 1);
  context.fillStyle = '#000';
  if (data.some((value, at) => at % 4 < 3 && Math.abs(value - greys[at >> 2]) > 4)) {
    throw new FingerprintProblem('pixels_withheld');
  }
}

/**
 * @param {Picture} picture
 * @param {Canvas2D} window
 * @param {(share: number) => void} onProgress
 * @returns {Sample}
 */
function readSample(picture, window, onProgress) {
  const { rows, columns } = sampledLines(picture.width, picture.height);
  const rgba = new Uint8ClampedArray(rows.length * columns.length * 4);
  for (let top = 0; top < rows.length; top += WINDOW.height) {
    const band = rows.subarray(top, top + WINDOW.height);
    readBand(picture, window, band, columns, rgba.subarray(top * columns.length * 4));
    onProgress((top + band.length) / rows.length);
  }
  return { width: columns.length, height: rows.length, rgba };
}

/**
 * Draws some rows of the picture under each other and keeps their sampled columns. Rows wider than
 * the window are read in parts.
 *
 * @param {Picture} picture
 * @param {Canvas2D} window
 * @param {Int32Array} rows
 * @param {Int32Array} columns
 * @param {Uint8ClampedArray} to
 */
function readBand(picture, window, rows, columns, to) {
  for (let left = 0, next = 0; next < columns.length; left += WINDOW.width) {
    const width = Math.min(WINDOW.width, picture.width - left);
    window.fillRect(0, 0, width, rows.length);
    rows.forEach((y, i) => window.drawImage(picture, left, y, width, 1, 0, i, width, 1));
    const { data } = window.getImageData(0, 0, width, rows.length);
    const first = next;
    while (next < columns.length && columns[next] < left + width) next += 1;
    const part = columns.subarray(first, next);
    for (let i = 0; i < rows.length; i += 1) {
      const start = (i * width - left) * 4;
      copyColumns(data, start, part, to.subarray((i * columns.length + first) * 4));
    }
  }
}

/**
 * @param {Uint8ClampedArray} from
 * @param {number} start  where in `from` the picture's column 0 is, or would be (then below zero)
 * @param {Int32Array} columns
 * @param {Uint8ClampedArray} to
 */
function copyColumns(from, start, columns, to) {
  columns.forEach((column, k) => {
    for (let channel = 0; channel < 3; channel += 1) {
      to[k * 4 + channel] = from[start + column * 4 + channel];
    }
  });
}
