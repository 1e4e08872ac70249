// The words that scripts say stand in the page, in its language; here what is said gets its values.
globalThis.words = (() => {
  "use strict";

  const language = document.documentElement.lang;
  // The digits that the server writes (CLDR's names of them).
  const { digits: numberingSystem = "latn" } = document.body.dataset;

  /** `sentence` with `values` in the place of its {names}. */
  const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

  /** The one of `forms`, a JSON object by CLDR's names of plurals, that so many things want. */
  const counted = (forms, number) => {
    const found = JSON.parse(forms);
    return found[new Intl.PluralRules(language).select(number)] ?? found.other;
  };

  /** What a clock here shows at `at`, as the server says it; with its day if `day`. */
  const time = (at, { day = false } = {}) =>
    // One by one: together Intl puts a word between them, and the server a comma.
    [...(day ? [{ dateStyle: "long" }] : []), { timeStyle: "medium" }]
      .map((style) => new Intl.DateTimeFormat(language, { ...style, numberingSystem }).format(at))
      .join(", ");

  const number = (value) => new Intl.NumberFormat(language, { numberingSystem }).format(value);

  const percent = (share) =>
    new Intl.NumberFormat(language, { style: "percent", numberingSystem }).format(share);

  // What a reader takes for one character (UAX #29). Older browsers have no segmenter; the pattern knows flags, families
  // and marks.
  const segmenter = Intl.Segmenter && new Intl.Segmenter();
  const PART = String.raw`.[\p{M}\p{Emoji_Modifier}\u{e0020}-\u{e007f}]*`;
  const CLUSTER = new RegExp(String.raw`\p{RI}\p{RI}|\r\n|${PART}(?:\u200d${PART})*`, "gsu");
  const clusters = (text) => (segmenter ? Array.from(segmenter.segment(text), ({ segment }) => segment) : text.match(CLUSTER) ?? []);

  /** `text`, or its beginning with an ellipsis, at most `most` units of UTF-16 long and cut between characters. */
  function shortened(text, most) {
    if (text.length <= most) return text;
    let end = 0;
    // With the whole of the next character, which decides whether the one before it goes on.
    for (const cluster of clusters(text.slice(0, most + 1))) {
      if (end + cluster.length > most - 1) break;
      end += cluster.length;
    }
    return `${text.slice(0, end).trimEnd()}…`;
  }

  /** Whether `text` has more than `most` characters of Unicode, as the server counts them: an emoji has two units here. */
  function longerThan(text, most) {
    let pairs = 0;
    for (let at = 0; text.length - pairs > most && at < text.length; at += 1) {
      if (text.codePointAt(at) > 0xffff) pairs += 1;
    }
    return text.length - pairs > most;
  }

  return { filled, counted, number, time, percent, shortened, longerThan };
})();
