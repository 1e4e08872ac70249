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

  return { filled, counted, number, time, percent };
})();
