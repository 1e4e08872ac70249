// Local drafts: what the browser keeps of a text that the server may not have yet, one entry of localStorage for each open
// form. An entry goes when the server has the text. While a form is open it holds a lock, so that another tab leaves it
// alone. No entry is read or written anywhere else.

import { storageName } from "../storage.js";

const PREFIX = storageName("writing:");

/**
 * The key of the entry of the form `name` in localStorage, and the name of its lock.
 * @param {string} name
 */
export const keyOf = (name) => PREFIX + name;

/**
 * Keep `draft`; false if the browser has no room or does not want to.
 * @param {LocalDraft} draft
 */
export function keepDraft(draft) {
  try {
    localStorage.setItem(keyOf(draft.form), JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

/**
 * The server has what the form `name` held when it had counted to `sent`: the entry goes, unless it has more.
 * @param {string} name
 * @param {number} sent
 */
export function dropDraft(name, sent) {
  const draft = read(keyOf(name));
  if (draft && draft.sent <= sent) localStorage.removeItem(keyOf(name));
}

/**
 * @param {string} key
 * @returns {LocalDraft | null}
 */
function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null; // not ours, or half written
  }
}

/**
 * The local drafts that no open form holds, the latest first: those of `post` ("" for new ones), or without one of any.
 * @param {string | null} [post]
 * @param {string} [own] the name of the form that asks
 */
export async function findDrafts(post = null, own = "") {
  const drafts = Object.keys(localStorage ?? {})
    .filter((key) => key.startsWith(PREFIX))
    .map(read)
    .filter((draft) => draft !== null)
    .filter((draft) => draft.fields && (post === null || draft.post === post) && draft.form !== own)
    .sort((a, b) => b.at - a.at);
  const held = new Set((await navigator.locks?.query())?.held?.map((lock) => lock.name));
  return drafts.filter((draft) => !held.has(keyOf(draft.form)));
}

let release = () => {};

/**
 * This tab's form is `name`, until it is closed or holds another one.
 * @param {string} name
 */
export function hold(name) {
  release();
  navigator.locks?.request(
    keyOf(name),
    () =>
      new Promise((resolve) => {
        release = () => resolve(undefined);
      }),
  );
}
