// @ts-check
/**
 * The pixels of a decoded frame that its fingerprint depends on, turned as it is shown. They are
 * worked out here from the decoder's own values, with the numbers that the server uses: what
 * browsers make of a frame on a canvas differs, for high dynamic range by much.
 */

import { mixOf } from './colours.js';
import { sampledLines } from './pdq.js';

/** @typedef {import('./colours.js').Colours} Colours */
/** @typedef {import('./mp4.js').Turn} Turn */
/** @typedef {import('./pdq.js').Sample} Sample */
/** @typedef {{width: number, height: number}} Size */

/**
 * How brightness and colours lie in memory: bits a value, and by how many halvings colour is
 * coarser, across and down. In NV12 the two colours alternate in one plane.
 *
 * @typedef {{bits: number, across: 0 | 1, down: 0 | 1, paired?: boolean}} Layout
 */

/** @type {Record<string, Layout>} */
const LAYOUTS = {
  I420: { bits: 8, across: 1, down: 1 },
  I422: { bits: 8, across: 1, down: 0 },
  I444: { bits: 8, across: 0, down: 0 },
  NV12: { bits: 8, across: 1, down: 1, paired: true },
  I420P10: { bits: 10, across: 1, down: 1 },
  I422P10: { bits: 10, across: 1, down: 0 },
  I444P10: { bits: 10, across: 0, down: 0 },
  I420P12: { bits: 12, across: 1, down: 1 },
};

/** Where red, green and blue are, if four bytes are a pixel. */
const PACKED = /** @type {Record<string, [number, number, number]>} */ ({
  RGBA: [0, 1, 2],
  RGBX: [0, 1, 2],
  BGRA: [2, 1, 0],
  BGRX: [2, 1, 0],
});

/** Puts the three values of the frame's pixel at x, y into `to` at `at`. */
/** @typedef {(x: number, y: number, to: Uint8ClampedArray, at: number) => void} PixelReader */

/**
 * @param {VideoFrame} frame  it stays open
 * @param {Turn} turn
 * @param {Colours | null} told  by the container
 * @returns {Promise<Sample | null>}  null: this browser does not hand out the values themselves
 */
export async function samplePlanes(frame, turn, told) {
  const { format, visibleRect, colorSpace } = frame;
  const layout = LAYOUTS[format || ''];
  const packed = PACKED[format || ''];
  if (!visibleRect || !(packed || (layout && colorSpace.matrix !== 'rgb'))) return null;
  const bytes = new Uint8Array(frame.allocationSize());
  const planes = await frame.copyTo(bytes);
  const read = packed
    ? packedReader(bytes, planes, packed)
    : planeReader(bytes, planes, layout, mixOf(colorSpace, told, visibleRect.height, layout.bits));
  return sampleOf(read, visibleRect, turn);
}

/**
 * Where a pixel of the turned picture lies in the frame.
 *
 * @type {Record<Turn, (x: number, y: number, size: Size) => [number, number]>}
 */
const PLACES = {
  0: (x, y) => [x, y],
  90: (x, y, { height }) => [y, height - 1 - x],
  180: (x, y, { width, height }) => [width - 1 - x, height - 1 - y],
  270: (x, y, { width }) => [width - 1 - y, x],
};

/**
 * @param {PixelReader} read
 * @param {Size} size  of the frame as it is stored
 * @param {Turn} turn
 * @returns {Sample}
 */
function sampleOf(read, size, turn) {
  const upright = turn % 180 === 0;
  const { rows, columns } = upright
    ? sampledLines(size.width, size.height)
    : sampledLines(size.height, size.width);
  const rgba = new Uint8ClampedArray(rows.length * columns.length * 4);
  const place = PLACES[turn];
  let at = 0;
  for (const row of rows) {
    for (const column of columns) {
      const [x, y] = place(column, row, size);
      read(x, y, rgba, at);
      at += 4;
    }
  }
  return { width: columns.length, height: rows.length, rgba };
}

/**
 * @param {Uint8Array} bytes
 * @param {PlaneLayout[]} planes
 * @param {[number, number, number]} places
 * @returns {PixelReader}
 */
function packedReader(bytes, [{ offset, stride }], places) {
  return (x, y, to, at) => {
    const from = offset + y * stride + 4 * x;
    for (let n = 0; n < 3; n += 1) to[at + n] = bytes[from + places[n]];
  };
}

/**
 * @param {Uint8Array} bytes
 * @param {PlaneLayout[]} planes
 * @param {Layout} layout
 * @param {import('./colours.js').Mix} mix
 * @returns {PixelReader}
 */
function planeReader(bytes, planes, { bits, across, down, paired }, mix) {
  const size = bits > 8 ? 2 : 1;
  const value = (/** @type {number} */ from) => (
    size === 1 ? bytes[from] : bytes[from] | (bytes[from + 1] << 8)
  );
  const [bright, u, v] = paired ? [planes[0], planes[1], planes[1]] : planes;
  const [apart, later] = paired ? [2 * size, size] : [size, 0];
  return (x, y, to, at) => {
    const column = (x >> across) * apart;
    const row = y >> down;
    const light = (value(bright.offset + y * bright.stride + x * size) - mix.black) * mix.bright;
    const blue = value(u.offset + row * u.stride + column) - mix.middle;
    const red = value(v.offset + row * v.stride + column + later) - mix.middle;
    to[at] = light + mix.redV * red;
    to[at + 1] = light + mix.greenU * blue + mix.greenV * red;
    to[at + 2] = light + mix.blueU * blue;
  };
}
