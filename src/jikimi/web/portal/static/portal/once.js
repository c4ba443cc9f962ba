// @ts-check
/** A second tap on a button does nothing while the first is under way. */

/** @type {WeakSet<EventTarget>} */
const underWay = new WeakSet();

addEventListener('submit', (event) => {
  if (event.defaultPrevented || !event.target) return;
  if (underWay.has(event.target)) event.preventDefault();
  underWay.add(event.target);
});

addEventListener('pageshow', () => {
  for (const form of document.forms) underWay.delete(form);
});
