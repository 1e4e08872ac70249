// What Ctrl+K makes of the words that are selected.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isAddress, linkFor } from "../../static/writing/links.js";

/** @param {string} words the text with what is to be selected in ⟦brackets⟧ */
function made(words) {
  const { text, from, to } = linkFor(words);
  return `${text.slice(0, from)}⟦${text.slice(from, to)}⟧${text.slice(to)}`;
}

test("without words the cursor is where they are missing", () => {
  assert.equal(made(""), "[⟦⟧](https://)");
});

test("words become the text of the link, and its address is selected", () => {
  assert.equal(made("some words"), "[some words](⟦https://⟧)");
});

test("an address becomes the address of the link, and the cursor is where its words are missing", () => {
  for (const address of ["https://example.org/a?b#c", "http://x", "mailto:me@example.org"]) {
    assert.equal(made(address), `[⟦⟧](${address})`);
  }
});

test("only a whole address is one", () => {
  for (const text of [
    "",
    "https://",
    "see https://example.org",
    "https://example.org now",
    "ftp://x",
    "javascript:alert(1)",
  ]) {
    assert.equal(isAddress(text), false, text);
  }
});
