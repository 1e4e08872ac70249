// Lengths of texts: in characters that readers see, in characters of Unicode, and of lines.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hasLineLongerThan, isLongerThan, rangeOfLine, truncate } from "../../static/text.js";

const FAMILY = "👨‍👩‍👧‍👦";
const FLAG = "🇦🇹";

test("a text that fits stays as it is", () => {
  for (const text of ["", "x", "x".repeat(20), FLAG.repeat(5)]) assert.equal(truncate(text, 20), text);
});

test("a text that is too long ends with an ellipsis, which counts", () => {
  assert.equal(truncate("x".repeat(21), 20), `${"x".repeat(19)}…`);
});

test("no space is left before the ellipsis", () => {
  assert.equal(truncate("one two three", 5), "one…");
});

test("what readers take for one character is not cut", () => {
  for (const cluster of [FAMILY, FLAG, "e\u0301", "👍🏽", "1️⃣", "नि"]) {
    for (const before of ["", "x", "xx", "xxx"]) {
      const cut = truncate(before + cluster.repeat(20), 15);
      assert.ok(cut.length <= 15);
      assert.match(cut, /…$/);
      assert.equal((cut.length - 1 - before.length) % cluster.length, 0, cut);
    }
  }
});

test("an emoji is one character of Unicode, as for the server, though it has two units", () => {
  for (const text of ["x".repeat(10), "😀".repeat(10), "𠮷x".repeat(5), "e\u0301".repeat(5), ""]) {
    assert.equal(isLongerThan(text, 10), false, text);
    assert.equal(isLongerThan(`${text}${"y".repeat(11 - [...text].length)}`, 10), true, text);
  }
});

test("a line is long only if it has more than so many units between two line ends", () => {
  const cases = /** @type {[string, boolean][]} */ ([
    ["", false],
    ["x".repeat(10), false],
    ["x".repeat(11), true],
    [`${"x".repeat(10)}\n${"x".repeat(10)}\n`, false],
    [`short\n${"x".repeat(11)}\nshort`, true],
    [`${"x".repeat(11)}\n`, true],
    [`${"\n".repeat(30)}${"x".repeat(10)}`, false],
    [`${"\n".repeat(30)}${"x".repeat(11)}`, true],
  ]);
  for (const [text, isLong] of cases) assert.equal(hasLineLongerThan(text, 10), isLong, JSON.stringify(text));
});

test("a line is found by its number, counted from 1", () => {
  const text = "one\n\nthree";
  assert.deepEqual(
    [1, 2, 3, 4].map((line) => text.slice(...rangeOfLine(text, line))),
    ["one", "", "three", ""],
  );
});
