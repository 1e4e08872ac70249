// Links in Markdown.

const ADDRESS = /^(https?:\/\/|mailto:)\S+$/;
const BEGINNING = "https://";

/** @param {string} text */
export const isAddress = (text) => ADDRESS.test(text);

/**
 * The link that takes the place of `selected`, and from where to where of it is to be selected: what is still missing.
 * @param {string} selected
 */
export function linkFor(selected) {
  if (isAddress(selected)) return { text: `[](${selected})`, from: 1, to: 1 };
  const address = selected.length + "[](".length;
  const text = `[${selected}](${BEGINNING})`;
  if (selected) return { text, from: address, to: address + BEGINNING.length };
  return { text, from: 1, to: 1 };
}
