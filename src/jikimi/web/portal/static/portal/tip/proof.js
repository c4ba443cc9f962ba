// @ts-check
/**
 * While very many tips come in, a form asks for a small sum. It is done beside the page while
 * somebody types; a page that only waits sends itself when it is done. Without this script, or
 * where the browser cannot hash, waiting does the same.
 */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-bits]'));

if (form && globalThis.crypto?.subtle) {
  const mark = /** @type {HTMLInputElement} */ (form.elements.namedItem('form'));
  const proof = /** @type {HTMLInputElement} */ (form.elements.namedItem('proof'));
  const thenSend = 'thenSend' in form.dataset;
  const worker = new Worker(new URL('proof_worker.js', import.meta.url), { type: 'module' });

  worker.addEventListener('message', ({ data }) => {
    proof.value = data;
    worker.terminate();
    if (thenSend) form.requestSubmit();
  });
  worker.postMessage({ mark: mark.value, bits: Number(form.dataset.bits) });
  if (thenSend) document.querySelector('[data-working]')?.removeAttribute('hidden');
}
