// Lengths of texts in characters: those of Unicode, which the server counts, and those that readers see (UAX #29).

// Older browsers have no segmenter. The pattern knows flags, families and marks.
const segmenter = Intl.Segmenter && new Intl.Segmenter();
const PART = String.raw`.[\p{M}\p{Emoji_Modifier}\u{e0020}-\u{e007f}]*`;
const CLUSTER = new RegExp(String.raw`\p{RI}\p{RI}|\r\n|${PART}(?:\u200d${PART})*`, "gsu");

/** @param {string} text */
const clusters = (text) =>
  segmenter ? Array.from(segmenter.segment(text), ({ segment }) => segment) : (text.match(CLUSTER) ?? []);

/**
 * `text`, or its beginning with an ellipsis, at most `most` units of UTF-16 long and cut between characters.
 * @param {string} text
 * @param {number} most
 */
export function truncate(text, most) {
  if (text.length <= most) return text;
  let end = 0;
  // With the whole of the next character, which decides whether the one before it goes on.
  for (const cluster of clusters(text.slice(0, most + 1))) {
    if (end + cluster.length > most - 1) break;
    end += cluster.length;
  }
  return `${text.slice(0, end).trimEnd()}…`;
}

/**
 * Whether `text` has more than `most` characters of Unicode, as the server counts them: an emoji has two units here.
 * @param {string} text
 * @param {number} most
 */
export function isLongerThan(text, most) {
  let pairs = 0;
  for (let at = 0; text.length - pairs > most && at < text.length; at += 1) {
    if ((text.codePointAt(at) ?? 0) > 0xffff) pairs += 1;
  }
  return text.length - pairs > most;
}

/**
 * Whether a line of `text` has more than `most` units of UTF-16.
 * @param {string} text
 * @param {number} most
 */
export function hasLineLongerThan(text, most) {
  for (let start = 0, end = 0; start + most < text.length; start = end + 1) {
    end = text.indexOf("\n", start);
    if (end < 0 || end - start > most) return true;
  }
  return false;
}

/**
 * From where to where line `number` of `text` is, counted from 1, in units of UTF-16.
 * @param {string} text
 * @param {number} number
 * @returns {[start: number, end: number]}
 */
export function rangeOfLine(text, number) {
  const lines = text.split("\n");
  const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
  return [start, start + (lines[number - 1] ?? "").length];
}
