// @ts-check
/**
 * Which decoder a track needs, in the words of WebCodecs, from its sample description
 * (ISO/IEC 14496-15 for H.264 and H.265, the bindings of VP9 and AV1 for theirs; RFC 6381).
 */

import { boxesIn, lettersAt, Unusual } from './boxes.js';

/** @typedef {import('./boxes.js').Box} Box */
/** @typedef {import('./colours.js').Colours} Colours */

/**
 * @typedef {object} Codec
 * @property {{codec: string, description?: Uint8Array}} config  what `VideoDecoder` is set up with
 * @property {Colours | null} colours  null: the container does not say
 */

/**
 * By the kind of a track's frames: the box about the decoder, the words made from it, and whether
 * the decoder itself wants it.
 *
 * @type {Record<string, {box: string, words: (view: DataView) => string, wanted: boolean}>}
 */
const KINDS = {
  avc1: { box: 'avcC', words: h264, wanted: true },
  avc3: { box: 'avcC', words: h264, wanted: true },
  hvc1: { box: 'hvcC', words: h265, wanted: true },
  hev1: { box: 'hvcC', words: h265, wanted: true },
  vp09: { box: 'vpcC', words: vp9, wanted: false },
  av01: { box: 'av1C', words: av1, wanted: false },
};

const LIST_HEAD = 8;
const PICTURE_HEAD = 78;

/**
 * @param {Box} list  the `stsd`
 * @returns {Codec}
 * @throws {Unusual | RangeError}
 */
export function codecOf(list) {
  const entries = boxesIn(list, LIST_HEAD);
  if (entries.length !== 1 || !KINDS[entries[0].kind]) throw new Unusual('another codec');
  const [entry] = entries;
  const { box, words, wanted } = KINDS[entry.kind];
  const inside = boxesIn(entry, PICTURE_HEAD);
  const told = inside.find(({ kind }) => kind === box);
  if (!told) throw new Unusual(`no ${box}`);
  const codec = `${entry.kind}.${words(told.view)}`;
  const config = wanted ? { codec, description: bytesOf(told.view) } : { codec };
  return { config, colours: coloursIn(inside) };
}

/** @param {DataView} view */
function bytesOf({ buffer, byteOffset, byteLength }) {
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}

/** @param {Box[]} boxes */
function coloursIn(boxes) {
  const told = boxes.find(({ kind }) => kind === 'colr');
  if (!told || !/^ncl[xc]$/.test(lettersAt(told.view, 0))) return null;
  const full = lettersAt(told.view, 0) === 'nclx' && told.view.getUint8(10) >= 0x80;
  return { transfer: told.view.getUint16(6), matrix: told.view.getUint16(8), full };
}

/** @param {DataView} view */
function h264(view) {
  return [1, 2, 3].map((at) => hex(view.getUint8(at))).join('');
}

/** @param {DataView} view */
function h265(view) {
  const first = view.getUint8(1);
  const space = ['', 'A', 'B', 'C'][first >> 6];
  const tier = first & 0x20 ? 'H' : 'L';
  const constraints = [6, 7, 8, 9, 10, 11].map((at) => view.getUint8(at).toString(16));
  while (constraints[constraints.length - 1] === '0') constraints.pop();
  const compatible = turnedAround(view.getUint32(2)).toString(16);
  const level = `${tier}${view.getUint8(12)}`;
  return [`${space}${first & 0x1f}`, compatible, level, ...constraints].join('.');
}

/** @param {DataView} view */
function vp9(view) {
  return [view.getUint8(4), view.getUint8(5), view.getUint8(6) >> 4].map(twoDigits).join('.');
}

/** @param {DataView} view */
function av1(view) {
  const [profile, level] = [view.getUint8(1) >> 5, view.getUint8(1) & 0x1f];
  const flags = view.getUint8(2);
  const deep = flags & 0x20 ? 12 : 10;
  const bits = flags & 0x40 ? deep : 8;
  return `${profile}.${twoDigits(level)}${flags & 0x80 ? 'H' : 'M'}.${twoDigits(bits)}`;
}

/** @param {number} byte */
function hex(byte) {
  return byte.toString(16).padStart(2, '0');
}

/** @param {number} number */
function twoDigits(number) {
  return String(number).padStart(2, '0');
}

/**
 * The 32 bits of a number from the last to the first.
 *
 * @param {number} bits
 */
function turnedAround(bits) {
  let around = 0;
  for (let n = 0; n < 32; n += 1) around = around * 2 + ((bits >>> n) & 1);
  return around;
}
