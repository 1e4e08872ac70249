// The form keeps what is typed: in the browser at once, on the server soon after typing stops and when the page is
// left. It always says where the text is. Saving stays on the page; without this file it is a plain form.
// restore-drafts.js brings back what the browser kept earlier; local-drafts.js is where it keeps it.
(() => {
  "use strict";

  const LONGEST_WAIT = 15_000; // milliseconds of typing without a pause until it is sent all the same
  const SHELF_PAUSE = 250; // milliseconds; only long texts wait, since writing them takes time
  const KEEPALIVE = 60_000; // bytes; a browser sends no more than 64 KiB after its page is gone
  const RETRY = 5_000; // milliseconds until what could not be sent is tried again

  const form = document.getElementById("form");
  const PAUSE = 1_000 * Number(form.dataset.autosavePause); // milliseconds without a key until the text is sent
  const LONG = Number(form.dataset.long); // characters
  const MOST = Number(form.dataset.most); // characters of Unicode: the server refuses more, and the browser has no room
  const kept = document.getElementById("kept");
  const aloud = document.getElementById("aloud");
  const signIn = document.getElementById("sign-in");
  const hidden = (name) => form.elements[name];

  let count = Number(hidden("sent").value); // of changes: the server keeps the highest it has seen
  const opened = count;
  let safe = count; // the count that the server has
  let address = ""; // of the page that shows what the server has
  let onShelf = true; // the browser has what the server has not
  let inFlight = false;
  let saving = false;
  let pressed = null; // a button, while another's work was under way
  let standing = ""; // offline, signed-out … or "" when all is well
  let firstUnsent = 0;
  let adopted = null; // an entry of the shelf that this form went on with

  // --- saying where the text is

  function say(kind, at = "", why = kept.dataset.why) {
    kept.textContent = words.filled(kept.dataset[kind], { at, why });
    kept.dataset.kind = kind;
    signIn.hidden = kind !== "signedOut";
    const trouble = ["saved", "kept", "saving"].includes(kind) ? "" : kind;
    // Said aloud when it changes for worse or better, and not every two seconds.
    if (trouble !== standing) aloud.textContent = kept.textContent;
    standing = trouble;
  }

  const tooLong = () => words.longerThan(form.elements.body.value, MOST);

  // --- keeping it in the browser

  let shelfTimer = 0;
  function keepHere() {
    clearTimeout(shelfTimer);
    shelfTimer = 0;
    if (count <= safe) return;
    if (tooLong()) return void (onShelf = false);
    onShelf = shelf.put({
      form: hidden("form").value,
      post: hidden("post").value,
      base: Number(hidden("base_version").value),
      sent: count,
      at: Date.now(),
      zone: hidden("zone").value,
      fields: shelf.fieldsOf(form),
    });
  }

  // --- sending it

  let timer = 0;
  function later(wait = PAUSE) {
    clearTimeout(timer);
    timer = setTimeout(keep, wait);
  }

  function changed() {
    count += 1;
    hidden("sent").value = count;
    firstUnsent ||= Date.now();
    if (form.elements.body.value.length < LONG) keepHere();
    else shelfTimer ||= setTimeout(keepHere, SHELF_PAUSE);
    if (standing === "" || standing === "elsewhere") say("saving");
    later(Math.max(0, Math.min(PAUSE, firstUnsent + LONGEST_WAIT - Date.now())));
  }

  function data() {
    const sent = new FormData(form);
    sent.set("sent", count);
    sent.set("state", form.dataset.state);
    return sent;
  }

  /** Keep the text on the server, without saving it. */
  async function keep() {
    clearTimeout(timer);
    keepHere();
    if (count <= safe || inFlight || saving) return;
    if (tooLong()) return say("tooLong");
    inFlight = true;
    const sent = count;
    const name = hidden("form").value;
    if (!standing) say("saving"); // a trouble that lasts is not said again with each try
    try {
      const { status, said } = await sending.send(form.dataset.autosave, data());
      if (status === 200 && said) arrived(name, sent, said);
      else failed(status, said);
    } catch {
      failed(0);
    } finally {
      inFlight = false;
    }
    if (count > safe) later(standing ? RETRY : PAUSE);
  }

  /** The server has what was typed up to `sent`, and what was taken over from a closed form; false if another text
      stands here meanwhile. */
  function has(name, sent) {
    shelf.done(name, sent);
    if (name !== hidden("form").value) return false;
    safe = Math.max(safe, sent);
    if (adopted) shelf.done(adopted.form, adopted.sent);
    adopted = null;
    return true;
  }

  function arrived(name, sent, said) {
    address = said.address;
    if (!has(name, sent)) return;
    hidden("continues").value = ""; // its place is taken
    hidden("continues_sent").value = 0;
    firstUnsent = 0;
    say(said.version > Number(hidden("base_version").value) ? "elsewhere" : "kept", said.at);
    // Reloading comes back to the text of which there is no post yet.
    if (!hidden("post").value && said.address) history.replaceState(history.state, "", said.address);
    for (const giveUp of document.querySelectorAll("[data-give-up]")) {
      if (!said.give_up) continue;
      giveUp.formAction = said.give_up;
      giveUp.hidden = false;
    }
  }

  function failed(status, said) {
    keepHere();
    if (status === 413) say("tooLong");
    else if (!onShelf) say("nowhere");
    else if (status === 0) say("offline");
    else if (status === 403 || status === 400) say("signedOut");
    else say("failed", "", said?.sentence);
    signIn.href = `${form.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`;
  }

  // --- saving it

  async function save(button) {
    if (saving) return void (pressed = button); // it is its turn afterwards
    saving = true;
    clearTimeout(timer);
    keepHere();
    const sent = count;
    const name = hidden("form").value;
    const body = data();
    body.set("action", button.value);
    say("saving");
    try {
      const { status, said } = await sending.send(form.getAttribute("action"), body);
      if (status === 409) return leave(button);
      if (said?.errors) return refused(said);
      if (status !== 200 || !said) return failed(status, said);
      if (!has(name, sent)) return;
      const { correction } = form.elements;
      if (correction?.value === body.get("correction")) correction.value = ""; // it is said now
      saved(said);
      if (!said.go) return;
      // What was typed meanwhile is kept on top of what was saved; the page that comes shows it.
      saving = false;
      await keep();
      return location.assign(said.go);
    } catch {
      failed(0);
    } finally {
      saving = false;
      const next = pressed;
      pressed = null;
      if (next) save(next);
      if (count > safe) later(standing ? RETRY : PAUSE);
    }
  }

  function saved(said) {
    hidden("base_version").value = said.version;
    hidden("continues").value = "";
    hidden("post").value = said.post;
    form.setAttribute("action", `${said.address}?save=`); // form.action would be the buttons of that name
    firstUnsent = 0;
    if (said.go) return;
    showErrors(form, {});
    for (const notice of document.querySelectorAll("#unsaved, #restored")) notice.hidden = true;
    if (location.pathname !== said.address) history.replaceState(history.state, "", said.address);
    say("saved", said.at);
    aloud.textContent = said.sentence;
  }

  /** Let the browser send the form itself: the answer is a page. */
  function leave(button) {
    keepHere();
    const action = document.createElement("input");
    Object.assign(action, { type: "hidden", name: "action", value: button.value });
    form.append(action);
    form.submit();
  }

  /** The fields have what is wrong beside them; what was typed is kept. */
  function refused({ errors, sentence }) {
    showErrors(form, errors);
    say("kept");
    kept.textContent = sentence;
  }

  // --- going on with another text

  /** Go on with what the browser kept for a form that is closed. What was typed here keeps a draft of its own. */
  async function goOnWith({ entry, known }) {
    if (count > opened) await standAside();
    shelf.fill(form, entry.fields);
    hidden("base_version").value = entry.base;
    meanIn(entry.zone);
    hidden("continues").value = entry.form;
    hidden("continues_sent").value = known;
    adopted = entry;
    changed();
    keep();
    document.dispatchEvent(new Event("writing:filled"));
  }

  /** The date is meant in `zone`, which may not be the site's any more. */
  function meanIn(zone) {
    if (!zone) return;
    const help = document.getElementById("time-help");
    help.textContent = help.textContent.replace(hidden("zone").value, zone);
    hidden("zone").value = zone;
  }

  async function standAside() {
    address = "";
    await keep();
    const aside = document.getElementById("stands-aside");
    aside.querySelector("a").href = address;
    aside.hidden = !address; // otherwise it is on the shelf, and offered when the form is opened again
    const random = crypto.getRandomValues(new Uint8Array(8));
    hidden("form").value = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
    count = safe = 0;
    shelf.hold(hidden("form").value);
  }

  // --- when

  document.addEventListener("writing:fill", ({ detail }) => goOnWith(detail));
  form.autocomplete = "off"; // without this script the browser's own memory is a help
  form.addEventListener("input", changed);
  form.addEventListener("change", (event) => event.target.type === "radio" && changed());
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name !== "action" || button.value === "trash") return keepHere();
    event.preventDefault();
    if (button.value === "keep") keep();
    else save(button);
  });
  function goodbye() {
    keepHere();
    if (count <= safe) return;
    const body = data();
    const size = Array.from(body.values()).reduce((sum, value) => sum + new Blob([value]).size, 4_000);
    if (size > KEEPALIVE) return keep(); // the browser has it; the server gets it if there is time
    const sent = count;
    const name = hidden("form").value;
    sending.post(form.dataset.autosave, body, { keepalive: true })
      .then(({ status, said }) => status === 200 && said && arrived(name, sent, said))
      .catch(() => {}); // it is on the shelf
  }
  window.addEventListener("pagehide", goodbye);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") goodbye();
    else if (count > safe) keep();
  });
  window.addEventListener("online", keep);
  window.addEventListener("offline", () => count > safe && failed(0));
  window.addEventListener("beforeunload", (event) => {
    if (count > safe && !onShelf) event.preventDefault();
  });
  // Back, and everything typed is safe: the page may be of before that.
  window.addEventListener("pageshow", (event) => {
    const [visit] = performance.getEntriesByType("navigation");
    if ((event.persisted || visit?.type === "back_forward") && count <= safe) location.reload();
  });

  shelf.hold(hidden("form").value);
})();
