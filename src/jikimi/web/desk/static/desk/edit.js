// @ts-check
// Counts what is typed into a note, and goes back on Escape. The page does without both.

const note = /** @type {HTMLTextAreaElement | null} */ (document.querySelector("[data-most]"));
const count = /** @type {HTMLElement | null} */ (document.querySelector("[data-count]"));
const back = /** @type {HTMLElement} */ (document.querySelector("[data-back]"));

/** Say how many characters the note has, as the letter counts them. */
function tell() {
  if (!note || !count) return;
  const most = Number(note.dataset.most);
  const typed = [...note.value.trim().replace(/\s+/g, " ")].length;
  count.textContent = `${typed} of ${most} characters`;
  count.classList.toggle("whynot", typed > most);
}

if (note && count) {
  note.after(count);
  count.hidden = false;
  note.addEventListener("input", tell);
  tell();
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  back.click();
});
