// Words are counted by the patterns of the page. That they are the server's is shown in tests/browser/test_word_count.py.

import assert from "node:assert/strict";
import { test } from "node:test";
import { countWords, minutesToRead, ruleOf } from "../../static/writing/words.js";

const rule = ruleOf(String.raw`\p{L}+`, "{}");
const withHan = ruleOf(
  "[a-z]+",
  JSON.stringify({ 2: String.raw`\p{Script=Han}+`, 4: String.raw`\p{Script=Thai}+` }),
);

test("words are what the pattern finds", () => {
  assert.equal(countWords("", rule), 0);
  assert.equal(countWords("Two words, über 3", rule), 3);
  assert.equal(countWords("two\nlines", rule), 2);
});

test("in scripts without spaces so many letters are a word, and a rest is one too", () => {
  assert.deepEqual(
    ["漢", "漢字", "漢字漢", "漢 字"].map((text) => countWords(text, withHan)),
    [1, 1, 2, 1],
  );
  assert.equal(countWords("one 漢字 ไทย", withHan), 3);
});

test("a letter beyond the Basic Multilingual Plane is one letter", () => {
  assert.equal(countWords("𠮷𠮷𠮷𠮷", withHan), 2);
});

test("reading takes at least a minute, and half a minute counts as a whole one", () => {
  assert.deepEqual(
    [0, 229, 344, 345, 575, 2300].map((words) => minutesToRead(words, 230)),
    [1, 1, 1, 2, 3, 10],
  );
});
