// What is pasted or dropped: words go where they were meant to go, and only where there are none, pictures are uploaded
// (uploads.js). Spreadsheets and word processors put a picture of the words beside them.

import { find } from "./dom.js";
import { insertText } from "./insert-text.js";

const uploader = find("[data-uploader]", HTMLFormElement);
const text = uploader.dataset.into ? find(`#${uploader.dataset.into}`, HTMLTextAreaElement) : null;
const place = /** @type {HTMLElement} */ (text ?? document);

const PICTURE = /<img\b[^>]*?\ssrc\s*=\s*["']?([^"'\s>]+)/gi;
const UNSEEN = /<!--[\s\S]*?-->|<(style|script|title)\b[\s\S]*?<\/\1\s*>/gi;

/** @param {DragEvent} event */
const holdsFiles = (event) => Boolean(event.dataTransfer?.types.includes("Files"));
/** @param {boolean} on */
const mark = (on) => (text ?? document.body).classList.toggle("over", on);
/** @param {FileList} files */
const take = (files) => document.dispatchEvent(new CustomEvent("uploads:take", { detail: [...files] }));

/**
 * The field that `event` happened in.
 * @param {Event} event
 * @returns {HTMLTextAreaElement | HTMLInputElement | null}
 */
const fieldOf = ({ target }) =>
  target instanceof Element
    ? target.closest("textarea, input:not([type=file], [type=radio], [type=checkbox])")
    : null;

/**
 * The words of `data`, or nothing: names and addresses of what it holds are no words.
 * @param {DataTransfer} data
 */
function wordsOf(data) {
  const html = data.getData("text/html");
  const known = new Set(Array.from(html.matchAll(PICTURE), ([, address]) => decoded(address ?? "")));
  for (const address of lines(data.getData("text/uri-list"))) known.add(address);
  const files = [...data.files].map((file) => file.name);
  /** @param {string} line */
  const isKnown = (line) =>
    known.has(line) ||
    files.some((name) => line === name || (/^(\/|file:|[A-Z]:\\)/i.test(line) && named(line, name)));
  const plain = data.getData("text/plain");
  if (lines(plain).some((line) => !isKnown(line))) return plain;
  const written = lines(decoded(html.replace(UNSEEN, " ").replace(/<[^>]*>/g, " ")));
  return written.some((line) => !isKnown(line)) ? written.join("\n") : "";
}

/**
 * The characters for which `html` has references such as `&amp;`. A parser of HTML would ask the site's policy about each
 * style in it, and complain.
 * @param {string} html
 */
function decoded(html) {
  const field = document.createElement("textarea");
  field.innerHTML = html;
  return field.value;
}

/** @param {string} words */
const lines = (words) =>
  words
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter(Boolean);

/**
 * Whether the path or address `line` ends in the file's `name`.
 * @param {string} line
 * @param {string} name
 */
const named = (line, name) =>
  [name, encodeURIComponent(name)].some((end) => line.endsWith(`/${end}`) || line.endsWith(`\\${end}`));

/**
 * Put the cursor of `field` where something is dropped, in browsers that tell where that is.
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 * @param {DragEvent} event
 */
function pointAt(field, { clientX, clientY }) {
  const at = document.caretPositionFromPoint?.(clientX, clientY);
  if (at?.offsetNode === field) field.setSelectionRange(at.offset, at.offset);
}

place.addEventListener("paste", (event) => {
  const data = event.clipboardData;
  if (!data?.files.length || event.defaultPrevented) return;
  const field = fieldOf(event);
  const words = field ? wordsOf(data) : "";
  if (words && words === data.getData("text/plain")) return; // the browser pastes them
  event.preventDefault();
  if (field && words) insertText(field, words);
  else take(data.files);
});
place.addEventListener("dragover", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  mark(true);
});
place.addEventListener("dragleave", () => mark(false));
place.addEventListener("drop", () => mark(false));
// Beside the text a dropped file would replace the page, and the text with it.
window.addEventListener("dragover", (event) => {
  if (holdsFiles(event)) event.preventDefault();
});
window.addEventListener("drop", (event) => {
  const data = event.dataTransfer;
  if (!data || !holdsFiles(event)) return;
  event.preventDefault();
  const field = fieldOf(event);
  const words = field ? wordsOf(data) : "";
  if (field && words) {
    pointAt(field, event);
    insertText(field, words);
  } else if (!text || text === event.target) {
    take(data.files);
  }
});
