// @ts-check
/** One `VideoDecoder` at work: what it is given waits for it, and it waits for what is done. */

/**
 * @typedef {object} Decoder
 * @property {(chunk: EncodedVideoChunk) => Promise<void>} put  comes back when there is room
 * @property {() => Promise<void>} end  comes back when every wanted frame was taken
 * @property {() => void} close
 */

/** How many chunks wait for the decoder, and how many frames to be taken. */
const MOST_QUEUED = 8;
const MOST_HELD = 2;

/** In milliseconds: how long nothing may come out, and how often somebody looks. */
const PATIENCE = 30_000;
const MOMENT = 50;

/**
 * @param {VideoDecoderConfig} config
 * @param {number[]} wanted  the times of the frames to be taken, in microseconds
 * @param {(frame: VideoFrame) => Promise<void>} take  one after the other; it need not close it
 * @returns {Decoder}  its promises reject with whatever goes wrong first
 */
export function openDecoder(config, wanted, take) {
  const waiting = new Set(wanted);
  let held = 0;
  let taken = Promise.resolve();
  let moved = performance.now();
  /** @type {(error: Error) => void} */
  let fail = () => {};
  const failed = new Promise((_, reject) => { fail = reject; });
  failed.catch(() => {}); // it is heard by whoever waits next

  /** @param {VideoFrame} frame */
  function output(frame) {
    moved = performance.now();
    if (!waiting.delete(frame.timestamp)) return frame.close();
    held += 1;
    taken = taken.then(() => take(frame)).catch(fail).finally(() => {
      frame.close();
      held -= 1;
      moved = performance.now();
    });
  }

  const decoder = new VideoDecoder({ output, error: fail });
  decoder.configure(config);
  const watch = setInterval(() => {
    if (performance.now() - moved > PATIENCE) fail(new Error('the decoder stands still'));
  }, PATIENCE / 10);

  return {
    async put(chunk) {
      decoder.decode(chunk);
      while (decoder.decodeQueueSize > MOST_QUEUED || held > MOST_HELD) {
        await Promise.race([failed, aMoment(decoder)]);
      }
    },
    async end() {
      await Promise.race([failed, decoder.flush()]);
      await Promise.race([failed, taken]);
    },
    close() {
      clearInterval(watch);
      if (decoder.state !== 'closed') decoder.close();
    },
  };
}

/**
 * Until the decoder has taken something from its queue; not all browsers say so.
 *
 * @param {VideoDecoder} decoder
 */
function aMoment(decoder) {
  return new Promise((resolve) => {
    decoder.ondequeue = resolve;
    setTimeout(resolve, MOMENT);
  });
}
