// Sentences get their values in the language of the page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, formatNumber, formatPercent, formatTime, pluralForm } from "../../static/i18n.js";

/**
 * A page in `lang`, as far as these functions look at it.
 * @param {string} lang
 * @param {{ digits?: string }} [dataset]
 */
function page(lang, dataset = {}) {
  Object.assign(globalThis, { document: { documentElement: { lang }, body: { dataset } } });
}

test("values take the place of their names, and other braces stay", () => {
  assert.equal(
    fill("{new} more posts, {shown} of {total}", { new: "12", shown: "24", total: "142" }),
    "12 more posts, 24 of 142",
  );
  assert.equal(fill("{name} {name} {other} {}", { name: "a" }), "a a {other} {}");
});

test("a value that has a name in braces or a dollar sign stays as it is", () => {
  assert.equal(fill("{a} {b}", { a: "{b}", b: "$&" }), "{b} $&");
});

test("the form of a plural is the language's", () => {
  const forms = { one: "1", few: "2 to 4", many: "5 or more", other: "a part" };
  assert.deepEqual(
    [1, 3, 5, 22, 1.5].map((count) => pluralForm(forms, count, "pl")),
    ["1", "2 to 4", "5 or more", "2 to 4", "a part"],
  );
  assert.deepEqual(
    [0, 1, 2].map((count) => pluralForm({ one: "post", other: "posts" }, count, "en")),
    ["posts", "post", "posts"],
  );
});

test("without a form for the number there is the one for all others", () => {
  assert.equal(pluralForm({ other: "Beiträge" }, 1, "de"), "Beiträge");
});

test("the form of a plural is by itself that of the page's language", () => {
  page("ja");
  assert.equal(pluralForm({ one: "wrong", other: "right" }, 1), "right");
});

test("numbers are written as in the page's language, with the digits that the page names", () => {
  page("de");
  assert.equal(formatNumber(12345), "12.345");
  assert.equal(formatPercent(0.42), "42\u00a0%");
  page("ar", { digits: "arab" });
  assert.equal(formatNumber(42), "٤٢");
  page("ar", { digits: "latn" });
  assert.equal(formatNumber(42), "42");
});

test("a time has its day before it only if it is asked for", () => {
  page("de");
  const at = new Date(2026, 10, 29, 9, 5, 7).getTime();
  assert.equal(formatTime(at), "09:05:07");
  assert.equal(formatTime(at, { day: true }), "29. November 2026, 09:05:07");
});
