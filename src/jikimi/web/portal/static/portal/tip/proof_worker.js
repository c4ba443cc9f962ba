// @ts-check
/** Looks for a number whose SHA-256 behind the form's mark begins with enough zero bits. */

const AT_ONCE = 256;
const encoder = new TextEncoder();

/** @param {ArrayBuffer} digest how many zero bits it begins with, up to 32 */
const zeros = (digest) => Math.clz32(new DataView(digest).getUint32(0));

/** @param {string} mark @param {number} number */
const hash = (mark, number) => crypto.subtle.digest('SHA-256', encoder.encode(`${mark}:${number}`));

/** @param {string} mark @param {number} bits @returns {Promise<string>} */
async function find(mark, bits) {
  for (let first = 0; ; first += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, index) => first + index);
    const digests = await Promise.all(numbers.map((number) => hash(mark, number)));
    const found = digests.findIndex((digest) => zeros(digest) >= bits);
    if (found >= 0) return String(first + found);
  }
}

addEventListener('message', async ({ data }) => {
  postMessage(await find(data.mark, data.bits));
});
