// @ts-check
/**
 * The size a picture announces in its first bytes, so that one which would fill the phone's memory
 * is refused before anything unfolds it.
 */

/** @typedef {{width: number, height: number}} Size */
/** @typedef {import('./problem.js').ProblemCode} ProblemCode */
/** @typedef {(view: DataView, file: Blob) => Size | null | Promise<Size | null>} SizeReader */

const HEAD_BYTES = 32;

/** No camera writes more segments before the frame header; a file made to waste time does. */
export const MOST_SEGMENTS = 500;

/**
 * `starts` is met by the head read as Latin-1; `otherwise` is what is wrong if the browser cannot
 * decode such a file.
 *
 * @type {{starts: RegExp, read: SizeReader, otherwise?: ProblemCode}[]}
 */
const FORMATS = [
  { starts: /^\x89PNG\r\n\x1a\n/, read: pngSize },
  { starts: /^GIF8[79]a/, read: gifSize },
  { starts: /^RIFF[^]{4}WEBPVP8[ LX]/, read: webpSize },
  { starts: /^\xff\xd8\xff/, read: jpegSize },
  { starts: /^BM[^]{12}[\x28-\x7c]\0\0\0/, read: bmpSize },
  { starts: /^[^]{4}ftyp(hei[cmsx]|hev[cmx]|mif1|msf1)/, read: () => null, otherwise: 'heic' },
];

/**
 * @param {Blob} file
 * @returns {Promise<{size: Size | null, otherwise: ProblemCode}>}  `size` is null where it is not
 *     announced early, or not at all
 */
export async function announcedSize(file) {
  const view = await viewOf(file, 0, HEAD_BYTES);
  const head = String.fromCharCode(...new Uint8Array(view.buffer));
  const format = FORMATS.find(({ starts }) => starts.test(head));
  if (!format) return { size: null, otherwise: 'not_a_picture' };
  const { otherwise = 'damaged' } = format;
  try {
    return { size: await format.read(view, file), otherwise };
  } catch (error) {
    if (error instanceof RangeError) return { size: null, otherwise }; // the header ends early
    throw error;
  }
}

/**
 * @param {Blob} file
 * @param {number} start
 * @param {number} length
 */
export async function viewOf(file, start, length) {
  // Blob.arrayBuffer is younger than the phones this has to run on.
  return new DataView(await new Response(file.slice(start, start + length)).arrayBuffer());
}

/** @type {SizeReader} */
function pngSize(view) {
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** @type {SizeReader} */
function gifSize(view) {
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** @type {SizeReader} */
function bmpSize(view) {
  return {
    width: Math.abs(view.getInt32(18, true)),
    height: Math.abs(view.getInt32(22, true)), // below zero: rows from the top
  };
}

/** @type {SizeReader} */
function webpSize(view) {
  const kind = view.getUint8(15);
  if (kind === 0x58) { // "X": extended, 24 bits each, less one
    const low24 = (/** @type {number} */ at) => view.getUint32(at - 1, true) >>> 8;
    return { width: low24(24) + 1, height: low24(27) + 1 };
  }
  if (kind === 0x4c) { // "L": lossless, 14 bits each, less one
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

/**
 * Walks a JPEG's segments to its frame header, past embedded thumbnails and profiles.
 *
 * @type {SizeReader}
 */
async function jpegSize(_head, file) {
  let at = 2;
  for (let walked = 0; walked < MOST_SEGMENTS; walked += 1) {
    const segment = await viewOf(file, at, 9);
    const marker = segment.getUint8(1);
    if (segment.getUint8(0) !== 0xff) return null;
    if (marker === 0xff) { // padding
      at += 1;
    } else if (isFrameHeader(marker)) {
      return { width: segment.getUint16(7), height: segment.getUint16(5) };
    } else {
      at += 2 + segment.getUint16(2);
    }
  }
  return null;
}

/** @param {number} marker  SOF0 to SOF15 without the three table markers among them */
function isFrameHeader(marker) {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
