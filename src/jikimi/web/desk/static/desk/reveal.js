// @ts-check
// One picture, once. It goes after its time, on Escape, and as soon as nobody looks at the page.

const frame = /** @type {HTMLElement} */ (document.querySelector("[data-picture]"));
const says = /** @type {HTMLElement} */ (document.querySelector("[data-says]"));
const away = /** @type {HTMLElement} */ (document.querySelector("[data-away]"));
const clearer = /** @type {HTMLElement | null} */ (document.querySelector("[data-clearer]"));
const seconds = Number(frame.dataset.seconds);
const A_MOMENT = 1500;

/** @type {HTMLImageElement | null} */
let picture = new Image();
let left = seconds;
picture.alt = frame.dataset.words ?? "";
picture.draggable = false;
picture.addEventListener("load", show);
// Nothing came: the page itself says why, once it is asked again.
picture.addEventListener("error", () => setTimeout(() => location.reload(), A_MOMENT));
picture.src = frame.dataset.picture ?? "";

/** The picture is there: its time runs. */
function show() {
  if (!picture) return;
  frame.append(picture);
  away.hidden = false;
  if (clearer) clearer.hidden = false;
  says.removeAttribute("role"); // not read aloud each second
  away.focus();
  tick();
}

/** Count down by one second, and end. */
function tick() {
  says.textContent = `${left} s left.`;
  if (left === 0) return end();
  left -= 1;
  setTimeout(tick, 1000);
}

/** Drop the picture at once. */
function drop() {
  picture?.remove();
  picture = null;
}

/** Drop the picture and load the page again, which then says that it is over. */
function end() {
  const wasThere = picture !== null;
  drop();
  if (wasThere) location.reload();
}

away.addEventListener("click", end);
addEventListener("pagehide", drop);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") end();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) end();
});
