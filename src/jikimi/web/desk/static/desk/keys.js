// @ts-check
// Single keys for those who work here all day. Everything they do can be done without them.

const SWITCH = "single-keys";
const dialog = /** @type {HTMLDialogElement} */ (document.querySelector("#keys"));
const opener = /** @type {HTMLElement} */ (document.querySelector("[data-keys]"));
const single = /** @type {HTMLInputElement} */ (dialog.querySelector("[data-single-keys]"));

const acts = {
  j: () => step(+1),
  k: () => step(-1),
  a: () => press(document.querySelector(".pick :checked") ? "#together button" : "[data-approve]"),
  e: () => press("[data-edit]"),
  r: () => press("[data-other-route]"),
  x: () => tick(),
  "/": () => /** @type {HTMLInputElement} */ (document.querySelector("#q")).select(),
  "?": () => dialog.showModal(),
};

/** Press the first such button or link of the page. @param {string} which */
function press(which) {
  /** @type {HTMLElement | null} */ (document.querySelector(which))?.click();
}

/** Move to the next or the previous case of the list that is shown. @param {number} by */
function step(by) {
  const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-row]")]);
  const shown = rows.filter((row) => row.offsetParent !== null);
  const here = shown.findIndex((row) => row === document.activeElement);
  const from = here >= 0 ? here : shown.findIndex((row) => row.hasAttribute("aria-current"));
  shown[Math.min(Math.max(from + by, 0), shown.length - 1)]?.focus();
}

/** Tick or untick the case that has the focus, or else the open one. */
function tick() {
  const focused = document.activeElement?.closest("li:has(.pick)");
  const row = focused ?? document.querySelector("li:has(.pick):has([aria-current])");
  /** @type {HTMLElement | null | undefined} */ (row?.querySelector(".pick input"))?.click();
}

/**
 * Whether somebody is writing or is asked something, so that a letter is a letter. A dialog that was
 * just closed may hold the focus until the page is drawn again: it asks nothing any more.
 *
 * @param {EventTarget | null} target
 */
function isWriting(target) {
  return (
    target instanceof Element &&
    target.closest("input:not([type=checkbox]), select, textarea, dialog[open]") !== null
  );
}

opener.hidden = false;
opener.addEventListener("click", () => dialog.showModal());
single.checked = sessionStorage.getItem(SWITCH) !== "off";
single.addEventListener("change", () =>
  sessionStorage.setItem(SWITCH, single.checked ? "on" : "off"),
);
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!single.checked || isWriting(event.target)) return;
  const act = acts[/** @type {keyof typeof acts} */ (event.key.toLowerCase())];
  if (!act) return;
  event.preventDefault();
  act();
});
