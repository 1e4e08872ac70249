// Local drafts in a real localStorage, with real locks: Node.js has both.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { basePathOf, storageName } from "../../static/storage.js";
import { dropDraft, findDrafts, hold, keepDraft, keyOf } from "../../static/writing/local-drafts.js";

/**
 * @param {string} form
 * @param {Partial<LocalDraft>} [values]
 * @returns {LocalDraft}
 */
const draft = (form, values = {}) => ({
  form,
  post: "7",
  base: 1,
  sent: 3,
  at: 1,
  zone: "UTC",
  fields: { body: form },
  ...values,
});

/** @param {LocalDraft[]} drafts */
const names = (drafts) => drafts.map(({ form }) => form);

beforeEach(() => localStorage.clear());

test("below a base path names in the storage begin with it", () => {
  assert.equal(basePathOf("https://example.org/static/storage.0123456789ab.js"), "");
  assert.equal(basePathOf("https://example.org/blog/static/storage.0123456789ab.js"), "/blog");
  assert.equal(basePathOf("https://example.org/a/static/b/static/writing/x.js"), "/a/static/b");
  assert.equal(storageName("writing:f1", ""), "writing:f1");
  assert.equal(storageName("writing:f1", "/blog"), "/blog writing:f1");
});

test("a draft that is kept is found again as it was", async () => {
  assert.equal(keepDraft(draft("f1")), true);
  assert.deepEqual(await findDrafts(), [draft("f1")]);
  assert.deepEqual(Object.keys(localStorage), [keyOf("f1")]);
});

test("drafts come latest first: those of a post, those of new posts, or all, but the form's own", async () => {
  keepDraft(draft("f1", { at: 1 }));
  keepDraft(draft("f2", { at: 3, post: "" }));
  keepDraft(draft("f3", { at: 2 }));
  assert.deepEqual(names(await findDrafts()), ["f2", "f3", "f1"]);
  assert.deepEqual(names(await findDrafts("7")), ["f3", "f1"]);
  assert.deepEqual(names(await findDrafts("")), ["f2"]);
  assert.deepEqual(names(await findDrafts("7", "f3")), ["f1"]);
});

test("a draft goes when the server has as many changes, and stays while it has more", async () => {
  keepDraft(draft("f1", { sent: 3 }));
  dropDraft("f1", 2);
  assert.deepEqual(names(await findDrafts()), ["f1"]);
  dropDraft("f1", 3);
  assert.deepEqual(await findDrafts(), []);
  dropDraft("f1", 3); // nothing is there any more
});

test("what others have stored and what is half written is no draft", async () => {
  localStorage.setItem("writing:x", JSON.stringify(draft("x"))); // of a blog at another base path
  localStorage.setItem(keyOf("f1"), '{"form": "f1", "fie');
  localStorage.setItem(keyOf("f2"), "null");
  localStorage.setItem(keyOf("f3"), '{"form": "f3"}');
  localStorage.setItem(keyOf("f4"), "5");
  assert.deepEqual(await findDrafts(), []);
});

test("a draft whose form is open is left alone until it holds another one", async () => {
  keepDraft(draft("f1"));
  hold("f1");
  assert.deepEqual(names(await findDrafts()), []);
  hold("f2");
  await navigator.locks.request(keyOf("f1"), () => {}); // it is given free soon, and not at once
  assert.deepEqual(names(await findDrafts()), ["f1"]);
});

test("without room in the browser nothing is kept, and that is told", () => {
  assert.equal(keepDraft(draft("f1", { fields: { body: "x".repeat(20_000_000) } })), false);
});
