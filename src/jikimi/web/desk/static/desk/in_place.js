// @ts-check
// What happens when htmx puts an answer in its place, and before it sends what cannot be undone.

const ask = /** @type {HTMLDialogElement} */ (document.querySelector("#ask"));
const askTitle = /** @type {HTMLElement} */ (ask.querySelector("h2"));
const askLetter = /** @type {HTMLElement} */ (ask.querySelector("[data-ask-letter]"));
const answer = /** @type {HTMLFormElement} */ (ask.querySelector("form"));
const trouble = /** @type {HTMLElement} */ (document.querySelector("#trouble"));

/** What a yes sends. @type {(confirmed: boolean) => void} */
let send = () => {};

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
  send = issueRequest;
  ask.showModal();
  /** @type {HTMLElement} */ (ask.querySelector("[value=yes]")).focus();
});

// Told as it is pressed, not as the dialog closes: of that the browser tells so late that the next
// question may be open. Nor does a yes count that is pressed once more, or after it was closed.
answer.addEventListener("submit", (event) => {
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (ask.open && button?.value === "yes") send(true);
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
