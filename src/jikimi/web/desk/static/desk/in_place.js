// @ts-check
// What happens when htmx puts an answer in its place, and before it sends what cannot be undone.

const ask = /** @type {HTMLDialogElement} */ (document.querySelector("#ask"));
const askTitle = /** @type {HTMLElement} */ (ask.querySelector("h2"));
const askLetter = /** @type {HTMLElement} */ (ask.querySelector("[data-ask-letter]"));
const trouble = /** @type {HTMLElement} */ (document.querySelector("#trouble"));

/** Ask once, with the letter that will go out; htmx goes on only after a yes. */
document.addEventListener("htmx:confirm", (event) => {
  const { question, elt, issueRequest } = /** @type {CustomEvent} */ (event).detail;
  if (!question) return;
  event.preventDefault();
  if (ask.open) return;
  const letter = elt.closest("article")?.querySelector(".letter");
  askTitle.textContent = question;
  askLetter.textContent = letter?.textContent ?? "";
  askLetter.hidden = !letter;
  ask.returnValue = "no";
  ask.addEventListener("close", () => ask.returnValue === "yes" && issueRequest(true), {
    once: true,
  });
  ask.showModal();
  /** @type {HTMLElement} */ (ask.querySelector("[value=yes]")).focus();
});

/** The list shows which case is open beside it; where there is no room for both, go to the case. */
document.addEventListener("htmx:afterSettle", () => {
  const open = document.querySelector("#case")?.getAttribute("data-case");
  for (const row of document.querySelectorAll("[data-row]")) {
    if (row.id === `row-${open}`) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  if (focused === document.body || focused?.offsetParent === null) {
    /** @type {HTMLElement | null} */ (document.querySelector("#case h1"))?.focus();
  }
});

/** Nothing fails in silence. */
for (const fault of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(fault, () => (trouble.hidden = false));
}
document.addEventListener("htmx:afterSwap", () => (trouble.hidden = true));

// A second press while the first is on its way would only be told that it came too late.
document.addEventListener(
  "submit",
  (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.method !== "post" || form.hasAttribute("hx-confirm")) return;
    if (!form.hasAttribute("data-sent")) form.setAttribute("data-sent", "");
    else {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  },
  true,
);
const letGo = () => {
  for (const form of document.querySelectorAll("[data-sent]")) form.removeAttribute("data-sent");
};
addEventListener("pageshow", letGo);
document.addEventListener("htmx:afterRequest", letGo);
