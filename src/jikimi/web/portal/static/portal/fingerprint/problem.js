// @ts-check
/**
 * Why a picture has no fingerprint. The page has the sentence for each, in the survivor's language.
 *
 * - `empty`            the file holds nothing
 * - `not_a_picture`    no format this browser reads as a picture (a document)
 * - `heic`             an iPhone's own photo format, which only Safari reads
 * - `damaged`          a picture by its first bytes, but it cannot be read to the end
 * - `too_large`        more than 120 million pixels, or more than this browser can unfold
 * - `unreadable`       the device no longer hands the file over (moved, or not on the device yet)
 * - `pixels_withheld`  the browser answers with made-up pixels, as some private browsers do
 * - `unsupported`      the browser is too old to read a picture from a script
 * - `video_codec`      a video that this browser cannot play
 * - `video_damaged`    a video that it cannot play to the end
 * - `video_unsure`     it did not show enough of the moments that were looked for in time
 * - `video_too_long`   more than four hours
 * - `video_weak`       no frame of the video has enough detail
 * - `videos_full`      the videos of this report have more frames than it carries
 *
 * @typedef {'empty' | 'not_a_picture' | 'heic' | 'damaged' | 'too_large'
 *     | 'unreadable' | 'pixels_withheld' | 'unsupported'
 *     | 'video_codec' | 'video_damaged' | 'video_unsure' | 'video_too_long' | 'video_weak'
 *     | 'videos_full'} ProblemCode
 */

/** A picture that has no fingerprint; `code` says why and nothing about the file. */
export class FingerprintProblem extends Error {
  /** @param {ProblemCode} code */
  constructor(code) {
    super(code);
    this.name = 'FingerprintProblem';
    this.code = code;
  }
}

/**
 * @param {unknown} error  whatever making a fingerprint threw
 * @returns {ProblemCode}
 */
export function problemCode(error) {
  return error instanceof FingerprintProblem ? error.code : 'unreadable';
}
