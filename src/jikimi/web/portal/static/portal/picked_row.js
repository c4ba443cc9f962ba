// @ts-check
/** One chosen picture in the list: its number, what became of it, how far it is, one button. */

/**
 * @typedef {object} PickedRow
 * @property {HTMLLIElement} item
 * @property {string} name  what it is called on the page
 * @property {() => void} onPress  what its button does
 * @property {(now: Shown) => void} show
 * @property {() => string} says  its name and words, to be spoken
 */

/** @typedef {{words: string, button: string, share?: number}} Shown  `share`: 0 to 1, if it runs */

/**
 * @param {string} name
 * @returns {PickedRow}
 */
export function pickedRow(name) {
  const item = document.createElement('li');
  const title = Object.assign(document.createElement('strong'), { textContent: name });
  const told = document.createElement('span');
  const bar = document.createElement('progress');
  bar.setAttribute('aria-label', name);
  const button = Object.assign(document.createElement('button'), {
    type: 'button',
    className: 'small',
  });
  const words = document.createElement('div');
  words.append(title, ' ', told, bar);
  item.append(words, button);

  /** @type {PickedRow} */
  const row = {
    item,
    name,
    onPress: () => {},
    says: () => `${name}: ${told.textContent}`,
    show: (now) => {
      told.textContent = now.words;
      bar.hidden = now.share === undefined;
      bar.value = now.share || 0;
      button.textContent = now.button;
      button.setAttribute('aria-label', `${now.button}: ${name}`);
    },
  };
  button.addEventListener('click', () => row.onPress());
  return row;
}
