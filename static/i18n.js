// Sentences that scripts say are in the page, in its language. Here their values are put in.

const language = () => document.documentElement.lang;

/** The digits that the server writes, by CLDR's name. */
const numberingSystem = () => document.body.dataset.digits ?? "latn";

/**
 * `sentence` with `values` in the place of its {names}.
 * @param {string} sentence
 * @param {Record<string, string>} values
 */
export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

/**
 * The one of `forms`, sentences by CLDR's names of plurals, that is right for so many things.
 * @param {Record<string, string | undefined>} forms
 * @param {number} count
 */
export const pluralForm = (forms, count, lang = language()) =>
  forms[new Intl.PluralRules(lang).select(count)] ?? forms.other ?? "";

/** @param {number} value */
export const formatNumber = (value) =>
  new Intl.NumberFormat(language(), { numberingSystem: numberingSystem() }).format(value);

/** @param {number} share from 0 to 1 */
export const formatPercent = (share) =>
  new Intl.NumberFormat(language(), { style: "percent", numberingSystem: numberingSystem() }).format(share);

/**
 * The time `at`, in milliseconds since 1970, as the server writes it; with its day if `day`.
 * @param {number} at
 */
export function formatTime(at, { day = false } = {}) {
  /** @type {Intl.DateTimeFormatOptions[]} */
  const parts = [...(day ? [/** @type {const} */ ({ dateStyle: "long" })] : []), { timeStyle: "medium" }];
  // One by one: together Intl puts a word between them, and the server a comma.
  const numbers = numberingSystem();
  return parts
    .map((part) => new Intl.DateTimeFormat(language(), { ...part, numberingSystem: numbers }).format(at))
    .join(", ");
}
