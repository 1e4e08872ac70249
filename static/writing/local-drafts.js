// What the browser keeps of a text that the server may not have yet: one entry in localStorage for each open form.
// An entry goes when the server has the text. While a form is open it holds a lock, so that another tab leaves it alone.
globalThis.shelf = (() => {
  "use strict";

  // All blogs on a host share one storage: below a base path the name has it before it.
  const base = /^(.*)[/]static[/]/.exec(new URL(document.currentScript.src).pathname)[1];
  const PREFIX = base ? `${base} writing:` : "writing:";

  /** What `form` holds, by the names of its fields. The names are the server's (blog/writing/fields.py). A field that the form
      would not send is missing here: what is missing counts as unchanged, and what is empty as emptied. */
  function fieldsOf(form) {
    const sent = new FormData(form);
    const names = form.dataset.fields.split(",").filter((name) => sent.has(name));
    return Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
  }

  /** Put `fields` into `form`; what they do not name stays. */
  function fill(form, fields) {
    for (const [name, value] of Object.entries(fields)) {
      const found = form.elements[name];
      for (const field of found instanceof RadioNodeList ? found : [found]) {
        // Chromium finds no radio button whose value is empty when the value of the list is set.
        if (field?.type === "radio") field.checked = field.value === value;
        else if (field) field.value = value;
      }
    }
  }

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

  return { fieldsOf, fill, put, done, left, hold };
})();
