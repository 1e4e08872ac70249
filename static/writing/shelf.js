// What the browser keeps of a text that the server may not have yet: one entry in localStorage for each open form.
// An entry goes when the server has the text. While a form is open it holds a lock, so that another tab leaves it alone.
globalThis.shelf = (() => {
  "use strict";

  const PREFIX = "writing:";
  const FIELDS = ["title", "body", "excerpt", "tags", "slug", "date", "time", "cover", "cover_alt", "canonical_url", "correction"];

  /** What `form` holds, by the names of its fields. */
  const fieldsOf = (form) => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name]?.value ?? ""]));

  /** Keep `entry` (form, post, base, sent, at, zone, fields); false if the browser has no room or does not want to. */
  function put(entry) {
    try {
      localStorage.setItem(PREFIX + entry.form, JSON.stringify(entry));
      return true;
    } catch {
      return false;
    }
  }

  /** The server has what `form` held when it had counted to `sent`. */
  function done(form, sent) {
    const entry = read(PREFIX + form);
    if (entry && entry.sent <= sent) localStorage.removeItem(PREFIX + form);
  }

  function read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null; // not ours, or half written
    }
  }

  /** The texts that no open form holds, the latest first: those of `post` ("" for new ones), or without one of any. */
  async function left(post = null, own = "") {
    const entries = Object.keys(localStorage ?? {})
      .filter((key) => key.startsWith(PREFIX))
      .map(read)
      .filter((entry) => entry?.fields && [entry.post, null].includes(post) && entry.form !== own)
      .sort((a, b) => b.at - a.at);
    const held = new Set((await navigator.locks?.query())?.held.map((lock) => lock.name));
    return entries.filter((entry) => !held.has(PREFIX + entry.form));
  }

  /** This tab's form is `form`, until it is closed or holds another one. */
  let release = () => {};
  function hold(form) {
    release();
    navigator.locks?.request(PREFIX + form, () => new Promise((resolve) => (release = resolve)));
  }

  return { FIELDS, fieldsOf, put, done, left, hold };
})();
