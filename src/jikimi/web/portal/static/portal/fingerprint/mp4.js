// @ts-check
/**
 * What an MP4 or QuickTime file says of its moving picture (ISO/IEC 14496-12): how it is turned,
 * which decoder it needs, and where each of its frames lies. Whatever is not as cameras, phones and
 * messengers write it is `Unusual`, and left to the browser's player: fragments, several edits,
 * several kinds of frames, encryption, a turn that is not a quarter.
 */

import { boxesIn, find, lettersAt, movieBox, need, uint64, Unusual } from './boxes.js';
import { codecOf } from './codec.js';
import { samplesOf } from './samples.js';

/** @typedef {import('./boxes.js').Box} Box */
/** @typedef {import('./codec.js').Codec} Codec */
/** @typedef {import('./samples.js').Samples} Samples */
/** @typedef {0 | 90 | 180 | 270} Turn  clockwise, in degrees */

/**
 * @typedef {object} Movie
 * @property {number} seconds
 * @property {Turn} turn
 * @property {Codec} codec
 * @property {Samples} samples
 */

/** Of the matrix only what turns: a, b, c and d, in 1/65536. */
const TURNS = /** @type {Record<string, Turn>} */ ({
  '1,0,0,1': 0,
  '0,1,-1,0': 90,
  '-1,0,0,-1': 180,
  '0,-1,1,0': 270,
});
const ONE = 0x10000;
const PICTURE = 'vide';
const SOUND = 'soun';

/**
 * @param {Blob} file
 * @returns {Promise<Movie>}
 * @throws {Unusual | RangeError}  a RangeError if a table ends early
 */
export async function movieOf(file) {
  const moov = await movieBox(file);
  if (find(moov, 'mvex')) throw new Unusual('fragments');
  const track = pictureTrack(moov);
  const movie = clockOf(need(moov, 'mvhd').view);
  const { timescale } = clockOf(need(track, 'mdia', 'mdhd').view);
  const table = need(track, 'mdia', 'minf', 'stbl');
  const samples = samplesOf(table, {
    timescale,
    fileSize: file.size,
    shown: editOf(track, timescale / movie.timescale),
    withSound: tracks(moov, SOUND).length > 0,
  });
  return {
    seconds: Math.max(movie.seconds, samples.end),
    turn: turnOf(track),
    codec: codecOf(need(table, 'stsd')),
    samples,
  };
}

/** @param {Box} moov */
function pictureTrack(moov) {
  const [track] = tracks(moov, PICTURE);
  if (!track) throw new Unusual('no moving picture');
  return track;
}

/**
 * @param {Box} moov
 * @param {string} kind
 */
function tracks(moov, kind) {
  return boxesIn(moov).filter((box) => {
    const handler = box.kind === 'trak' && find(box, 'mdia', 'hdlr');
    return handler && lettersAt(handler.view, 8) === kind;
  });
}

/**
 * @param {Box} track
 * @returns {Turn}
 */
function turnOf(track) {
  const { view } = need(track, 'tkhd');
  const at = view.getUint8(0) === 1 ? 52 : 40;
  const matrix = [0, 4, 12, 16].map((place) => view.getInt32(at + place) / ONE);
  const turn = TURNS[matrix.join()];
  if (turn === undefined) throw new Unusual('a mirror, or a turn by less than a quarter');
  return turn;
}

/**
 * How many ticks a second a clock has, and how long what it measures is: 0 where nobody could tell
 * when it was written.
 *
 * @param {DataView} header  of the movie or of a track's media
 */
function clockOf(header) {
  const long = header.getUint8(0) === 1;
  const timescale = header.getUint32(long ? 20 : 12);
  if (timescale === 0) throw new Unusual('no clock');
  const length = long ? uint64(header, 24) : header.getUint32(16);
  const told = length !== (long ? 2 ** 64 : 2 ** 32 - 1); // all ones: not told
  return { timescale, seconds: told ? length / timescale : 0 };
}

/**
 * The stretch of the track that is shown, in ticks of its own clock.
 *
 * @param {Box} track
 * @param {number} ticks  of its own to one of the movie's
 * @returns {import('./samples.js').Stretch | null}  null: all of it
 */
function editOf(track, ticks) {
  const list = find(track, 'edts', 'elst');
  if (!list) return null;
  const { view } = list;
  const long = view.getUint8(0) === 1;
  if (view.getUint32(4) !== 1) throw new Unusual('several edits');
  const length = long ? uint64(view, 8) : view.getUint32(8);
  const from = long ? Number(view.getBigInt64(16)) : view.getInt32(12);
  if (from < 0 || view.getInt32(long ? 24 : 16) !== ONE) {
    throw new Unusual('a pause, or another speed');
  }
  return { from, until: length ? from + (length + 1) * ticks : Infinity };
}
