// @ts-check
// A button beside each field copies it. Without it the text is selected and copied by hand.

const said = /** @type {HTMLElement} */ (document.querySelector("[data-copied]"));

/** Copy what a button stands beside, and say so. @param {HTMLButtonElement} button */
async function copy(button) {
  const text = /** @type {HTMLElement} */ (document.getElementById(button.dataset.copy ?? ""));
  const before = button.innerHTML;
  try {
    await navigator.clipboard.writeText(text.innerText);
    button.textContent = "Copied";
    said.textContent = "Copied.";
  } catch {
    getSelection()?.selectAllChildren(text);
    button.textContent = "Selected: press Ctrl C";
    said.textContent = "Selected. Press Control C.";
  }
  setTimeout(() => { button.innerHTML = before; }, 2500);
}

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (
  document.querySelectorAll("[data-copy]")
)) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
