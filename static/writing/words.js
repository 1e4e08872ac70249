// How many words a text has, counted as the server counts (blog/text/word_count.py), by the patterns that the page has from there.

/** @typedef {{ word: RegExp, letters: [lettersPerWord: number, run: RegExp][] }} Rule */

/**
 * The rule as the page has it.
 * @param {string} word the pattern of a word
 * @param {string} letters JSON: by how many letters count as one word, the pattern of a run of them
 * @returns {Rule}
 */
export const ruleOf = (word, letters) => ({
  word: new RegExp(word, "gu"),
  letters: Object.entries(JSON.parse(letters)).map(([many, run]) => [Number(many), new RegExp(run, "gu")]),
});

/**
 * How many words `text` has.
 * @param {string} text
 * @param {Rule} rule
 */
export function countWords(text, { word, letters }) {
  let count = 0;
  for (const _ of text.matchAll(word)) count += 1;
  for (const [lettersPerWord, run] of letters) {
    let found = 0;
    for (const [each] of text.matchAll(run)) found += [...each].length; // a letter may be two units of UTF-16
    count += Math.ceil(found / lettersPerWord);
  }
  return count;
}

/**
 * How many minutes it takes to read so many words.
 * @param {number} words
 * @param {number} wordsPerMinute
 */
export const minutesToRead = (words, wordsPerMinute) => Math.max(1, Math.round(words / wordsPerMinute));
