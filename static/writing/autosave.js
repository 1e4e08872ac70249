// What is typed is kept: in the browser at once, on the server soon after typing stops and when the page is left.

import { data } from "../dom.js";
import { isSignedOut, post, send } from "../requests.js";
import { isLongerThan } from "../text.js";
import { body, fieldsOf, form, input } from "./form-fields.js";
import { dropDraft, hold, keepDraft } from "./local-drafts.js";
import { say, trouble } from "./save-status.js";

const PAUSE = 1_000 * Number(data(form, "autosavePause")); // milliseconds without a key until the text is sent
const LONGEST_WAIT = 15_000; // milliseconds of typing without a pause until it is sent all the same
const LOCAL_PAUSE = 250; // milliseconds; only long texts wait, since writing them takes time
const KEEPALIVE = 60_000; // bytes; a browser sends no more than 64 KiB after its page is gone
const OVERHEAD = 4_000; // bytes of a request beside the values of the fields
const RETRY = 5_000; // milliseconds until what could not be sent is tried again
const LONG = Number(data(form, "long")); // characters
const MOST = Number(data(form, "most")); // characters of Unicode: the server refuses more, and the browser has no room

let count = Number(input("sent").value); // of changes: the server keeps the highest it has seen
const opened = count;
let safe = count; // the count that the server has
let address = ""; // of the page that shows what the server has
let isLocal = true; // the browser has what the server has not
let inFlight = false;
let isSaving = false;
let firstUnsent = 0;
/** @type {LocalDraft | null} a local draft that this form went on with */
let adopted = null;

/** Whether something was typed since the page came. */
export const isTouched = () => count > opened;

/** Whether the server does not have all of the text. */
export const isUnsent = () => count > safe;

/** Whether some of the text would be lost with this page. */
export const isNowhere = () => isUnsent() && !isLocal;

/** The address of the page that shows what the server has kept, "" while it has nothing. */
export const keptAddress = () => address;

const tooLong = () => isLongerThan(body.value, MOST);

// --- in the browser

let localTimer = 0;

export function keepLocally() {
  clearTimeout(localTimer);
  localTimer = 0;
  if (!isUnsent()) return;
  isLocal =
    !tooLong() &&
    keepDraft({
      form: input("form").value,
      post: input("post").value,
      base: Number(input("base_version").value),
      sent: count,
      at: Date.now(),
      zone: input("zone").value,
      fields: fieldsOf(),
    });
}

// --- on the server

let timer = 0;

function later(wait = PAUSE) {
  clearTimeout(timer);
  timer = setTimeout(keep, wait);
}

/** The text was changed. */
export function changed() {
  count += 1;
  input("sent").value = String(count);
  firstUnsent ||= Date.now();
  if (body.value.length < LONG) keepLocally();
  else localTimer ||= setTimeout(keepLocally, LOCAL_PAUSE);
  if (trouble() === "" || trouble() === "elsewhere") say("saving");
  later(Math.max(0, Math.min(PAUSE, firstUnsent + LONGEST_WAIT - Date.now())));
}

/** What the form sends. */
export function formData() {
  const sent = new FormData(form);
  sent.set("sent", String(count));
  sent.set("state", data(form, "state"));
  return sent;
}

/** What the form sends when it saves. Until `endSaving` nothing else is sent. */
export function beginSaving() {
  isSaving = true;
  clearTimeout(timer);
  keepLocally();
  return { name: input("form").value, sent: count, content: formData() };
}

export function endSaving() {
  isSaving = false;
  tryAgainLater();
}

function tryAgainLater() {
  if (isUnsent()) later(trouble() ? RETRY : PAUSE);
}

/** Keep the text on the server, without saving it. */
export async function keep() {
  clearTimeout(timer);
  keepLocally();
  if (!isUnsent() || inFlight || isSaving) return;
  if (tooLong()) return say("tooLong");
  inFlight = true;
  const sent = count;
  const name = input("form").value;
  if (!trouble()) say("saving"); // a trouble that lasts is not said again with each try
  try {
    const answer = await send(data(form, "autosave"), formData());
    if (answer.status === 200 && answer.said) kept(name, sent, answer.said);
    else failed(answer);
  } catch {
    failed();
  } finally {
    inFlight = false;
  }
  tryAgainLater();
}

/** The page is left: it may never come back. */
export function keepOnLeaving() {
  keepLocally();
  if (!isUnsent()) return;
  const content = formData();
  const size = Array.from(content.values()).reduce((sum, value) => sum + new Blob([value]).size, OVERHEAD);
  if (size > KEEPALIVE) {
    keep(); // the browser has it; the server gets it if there is time
    return;
  }
  const sent = count;
  const name = input("form").value;
  post(data(form, "autosave"), content, { keepalive: true })
    .then(({ status, said }) => {
      if (status === 200 && said) kept(name, sent, said);
    })
    .catch(() => {}); // the browser has it
}

/**
 * The server has kept the text of the form `name` up to `sent`.
 * @param {string} name
 * @param {number} sent
 * @param {any} said
 */
function kept(name, sent, said) {
  address = said.address;
  tell(said);
  if (!acknowledge(name, sent)) return;
  input("continues").value = ""; // its place is taken
  input("continues_sent").value = "0";
  firstUnsent = 0;
  say(said.version > Number(input("base_version").value) ? "elsewhere" : "kept", { at: said.at });
  // Reloading comes back to the text of which there is no post yet.
  if (!input("post").value && said.address) history.replaceState(history.state, "", said.address);
  if (!said.give_up) return;
  for (const giveUp of document.querySelectorAll("[data-give-up]")) {
    Object.assign(giveUp, { formAction: said.give_up, hidden: false });
  }
}

/**
 * Tell the other scripts what an answer says of the text.
 * @param {any} said
 */
export function tell(said) {
  if (said.unread !== undefined)
    document.dispatchEvent(new CustomEvent("writing:counted", { detail: said.unread }));
  if (said.warnings !== undefined)
    document.dispatchEvent(new CustomEvent("writing:warned", { detail: said.warnings }));
}

/**
 * The server has what was typed up to `sent`, and what was taken over from a closed form; false if another text is in the
 * form meanwhile.
 * @param {string} name
 * @param {number} sent
 */
export function acknowledge(name, sent) {
  dropDraft(name, sent);
  if (name !== input("form").value) return false;
  safe = Math.max(safe, sent);
  if (adopted) dropDraft(adopted.form, adopted.sent);
  adopted = null;
  return true;
}

/** What was typed up to `sent` is saved. */
export function saved() {
  firstUnsent = 0;
}

/**
 * Say why the text is not on the server. Without an answer it could not be reached.
 * @param {import("../requests.js").Answer} [answer]
 */
export function failed(answer) {
  keepLocally();
  if (answer?.status === 413) say("tooLong");
  else if (!isLocal) say("nowhere");
  else if (!answer) say("offline");
  else if (isSignedOut(answer)) say("signedOut");
  else say("failed", { why: answer.said?.sentence });
}

// --- another text

/** @param {LocalDraft} draft */
export function adopt(draft) {
  adopted = draft;
  changed();
  keep();
}

/** What is typed from now on is another text, which the server has nothing of. */
export function startAnew() {
  const random = crypto.getRandomValues(new Uint8Array(8));
  input("form").value = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  count = 0;
  safe = 0;
  hold(input("form").value);
}

export function forgetAddress() {
  address = "";
}
