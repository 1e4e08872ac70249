// Pictures: chosen, dropped or pasted (paste-and-drop.js), uploaded one after the other with a bar, described, and put
// into the text. What did not arrive stays where it is, described as it was, and can be sent again.
// Everything it says stands in templates/author/uploader.html.

import { data, find } from "./dom.js";
import { fill, formatPercent } from "./i18n.js";
import { insertText } from "./insert-text.js";
import { isSignedOut, sendFiles } from "./requests.js";

/** @typedef {{ hash: string, alt: string, markdown: string, describe: string, card: string }} Image what the server says */

const form = find("[data-uploader]", HTMLFormElement);
const chooser = find("[type=file]", HTMLInputElement, form);
const list = find("[data-uploads]", HTMLElement);
const pattern = find("template[data-upload]", HTMLTemplateElement);
const announcer = find("[data-upload-status]", HTMLElement);
const text = form.dataset.into ? find(`#${form.dataset.into}`, HTMLTextAreaElement) : null;
let queue = Promise.resolve();

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @param {boolean} hidden
 */
function setHidden(root, selector, hidden) {
  for (const element of root.querySelectorAll(selector)) /** @type {HTMLElement} */ (element).hidden = hidden;
}

document.addEventListener("click", async ({ target }) => {
  if (!(target instanceof HTMLElement) || !target.dataset.copy) return;
  const field = document.getElementById(target.dataset.copy);
  if (!(field instanceof HTMLInputElement)) return;
  field.select();
  await navigator.clipboard?.writeText(field.value).catch(() => document.execCommand("copy"));
  target.textContent = data(target, "copied");
});
setHidden(document, "[data-copy]", false);
setHidden(form, "[data-plain]", true);
setHidden(form, "[data-scripted]", false);

/** @param {string} sentence */
const say = (sentence, name = "") => {
  announcer.textContent = fill(sentence, { name });
};

/** Why an image was not taken, as the page says it. */
class Refusal extends Error {
  /**
   * @param {string} name of the sentence in the page
   * @param {{ again?: boolean, signedOut?: boolean, sentence?: string }} [options] whether it may be tried again
   */
  constructor(name, { again = false, signedOut = false, sentence = data(form, name) } = {}) {
    super(sentence);
    this.again = again;
    this.signedOut = signedOut;
  }
}

/**
 * Send `body` and give back what the server says of the image. Rejects with a Refusal.
 * @param {string} address
 * @param {FormData} body
 * @param {{ signal: AbortSignal, onProgress?: (share: number) => void }} options
 * @returns {Promise<Image>}
 */
async function send(address, body, options) {
  const answer = await sendFiles(address, body, options).catch(() => {
    throw new Refusal("failed", { again: !options.signal.aborted });
  });
  const { status, said } = answer;
  if (status === 200 && said) return said;
  if (said?.error) throw new Refusal("failed", { sentence: said.error });
  if (isSignedOut(answer)) throw new Refusal("signedOut", { again: true, signedOut: true });
  if (status === 413) throw new Refusal("tooLarge");
  throw new Refusal("failed", { again: true });
}

/**
 * Upload `file`, and ask what it shows; the field for that.
 * @param {File} file
 */
function take(file) {
  const item = find("li", HTMLLIElement, /** @type {DocumentFragment} */ (pattern.content.cloneNode(true)));
  const own = find("form", HTMLFormElement, item);
  const alt = find("[name=alt]", HTMLInputElement, own);
  const bar = find("progress", HTMLProgressElement, item);
  const progress = find("[data-progress]", HTMLElement, item);
  const wrong = find("[data-wrong]", HTMLElement, item);
  const again = find("[data-again]", HTMLElement, item);
  const signIn = find("[data-sign-in]", HTMLElement, item);
  const remove = find("[data-remove]", HTMLElement, item);
  const removed = new AbortController();
  /** @type {Image | null} */
  let image = null;
  let wanted = false;
  let describing = false;

  /** @param {string} kind */
  function tell(kind, share = 0) {
    progress.textContent = fill(data(progress, kind), { share: formatPercent(share) });
    for (const element of [wrong, again, signIn]) element.hidden = true;
    bar.hidden = kind === "done";
    progress.hidden = false;
  }

  /** @param {unknown} reason */
  function refuse(reason) {
    if (!(reason instanceof Refusal)) throw reason;
    const focused = own.contains(document.activeElement);
    const isLost = !reason.again && !image;
    wrong.textContent = reason.message;
    wrong.hidden = false;
    bar.hidden = true;
    progress.hidden = true;
    again.hidden = !reason.again || Boolean(image);
    signIn.hidden = !reason.signedOut;
    // Of a file that will never be taken there is nothing to say.
    setHidden(item, "[data-described]", isLost);
    if (focused && isLost) remove.focus();
    wanted = false;
  }

  async function upload() {
    if (removed.signal.aborted) return;
    if (file.size > Number(form.dataset.largest)) return refuse(new Refusal("tooLarge"));
    const body = new FormData();
    body.append("files", file, file.name || "picture");
    // At the end the server still makes the sizes: the bar runs without an end meanwhile.
    /** @param {number} share */
    const onProgress = (share) => {
      if (share < 1) bar.value = share;
      else bar.removeAttribute("value");
      tell(share < 1 ? "sending" : "making", share);
    };
    onProgress(0);
    say(data(form, "sending"), file.name);
    try {
      image = await send(form.action, body, { signal: removed.signal, onProgress });
      tell("done");
      alt.value ||= image.alt;
      say(data(form, "done"), file.name);
      if (wanted) await finish();
    } catch (reason) {
      refuse(reason);
    }
  }

  async function finish() {
    wanted = true;
    if (!image || describing) return;
    describing = true;
    tell("done");
    const body = new FormData();
    body.append("alt", alt.value);
    try {
      const said = await send(image.describe, body, { signal: removed.signal });
      if (removed.signal.aborted) return;
      item.remove();
      if (text) insert(text, said.markdown);
      else show(said);
    } catch (reason) {
      refuse(reason);
    } finally {
      describing = false;
    }
  }

  find("[data-name]", HTMLElement, item).textContent = file.name;
  bar.setAttribute("aria-label", fill(bar.getAttribute("aria-label") ?? "", { name: file.name }));
  remove.addEventListener("click", () => {
    removed.abort();
    item.remove();
    (text ?? chooser).focus();
  });
  own.addEventListener("submit", (event) => {
    event.preventDefault();
    finish();
  });
  again.addEventListener("click", () => {
    tell("waiting");
    alt.focus(); // the button goes
    queue = queue.then(upload);
  });
  list.append(item);
  tell("waiting");
  queue = queue.then(upload);
  return alt;
}

/**
 * Put the image into the text at the cursor, as a paragraph of its own, so that it becomes a figure.
 * @param {HTMLTextAreaElement} field
 * @param {string} markdown
 */
function insert(field, markdown) {
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const above = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const below = after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  insertText(field, above + markdown + below);
  say(data(form, "inserted"));
}

/** @param {Image} said */
function show(said) {
  document.getElementById(`image-${said.hash}`)?.remove();
  document.querySelector("[data-none]")?.remove();
  find("#images", HTMLElement).insertAdjacentHTML("afterbegin", said.card);
  setHidden(document, "[data-copy]", false);
  (list.querySelector("input") ?? chooser).focus();
}

/** @param {Iterable<File>} files */
function takeAll(files) {
  form.closest("details")?.setAttribute("open", "");
  const fields = Array.from(files, take);
  fields[0]?.focus();
}

chooser.addEventListener("change", () => {
  takeAll(chooser.files ?? []);
  chooser.value = "";
});
// paste-and-drop.js tells what was pasted or dropped.
document.addEventListener("uploads:take", ({ detail }) => takeAll(detail));
