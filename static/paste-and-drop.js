// What is pasted or dropped: words go where they were meant to go, and only where there are none, pictures are uploaded
// (uploads.js). Spreadsheets and word processors put a picture of the words beside them.
(() => {
  "use strict";

  const uploader = document.querySelector("[data-uploader]");
  if (!uploader) return;
  const text = uploader.dataset.into ? document.getElementById(uploader.dataset.into) : null;
  const place = text ?? document;

  const PICTURE = /<img\b[^>]*?\ssrc\s*=\s*["']?([^"'\s>]+)/gi;
  const UNSEEN = /<!--[^]*?-->|<(style|script|title)\b[^]*?<\/\1\s*>/gi;

  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const mark = (on) => (text ?? document.body).classList.toggle("over", on);
  const fieldOf = ({ target }) => target.closest?.("textarea, input:not([type=file], [type=radio], [type=checkbox])");
  const take = (files) => document.dispatchEvent(new CustomEvent("uploads:take", { detail: [...files] }));

  /** The words of `data` (a DataTransfer), or nothing: names and addresses of what it holds are no words. */
  function wordsOf(data) {
    const html = data.getData("text/html");
    const known = new Set(Array.from(html.matchAll(PICTURE), ([, address]) => decoded(address)));
    for (const address of lines(data.getData("text/uri-list"))) known.add(address);
    const files = [...data.files].map((file) => file.name);
    const isKnown = (line) =>
      known.has(line) || files.some((name) => line === name || (/^(\/|file:|[A-Z]:\\)/i.test(line) && named(line, name)));
    const plain = data.getData("text/plain");
    if (lines(plain).some((line) => !isKnown(line))) return plain;
    const written = lines(decoded(html.replace(UNSEEN, " ").replace(/<[^>]*>/g, " ")));
    return written.some((line) => !isKnown(line)) ? written.join("\n") : "";
  }

  /** The characters for which `text` has references such as `&amp;`. A parser of HTML would ask the site's policy about
      each style in it, and complain. */
  function decoded(text) {
    const field = document.createElement("textarea");
    field.innerHTML = text;
    return field.value;
  }

  const lines = (words) => words.split(/[\r\n]+/).map((line) => line.trim()).filter(Boolean);

  /** Whether the path or address `line` ends in the file's `name`. */
  const named = (line, name) => [name, encodeURIComponent(name)].some((end) => line.endsWith(`/${end}`) || line.endsWith(`\\${end}`));

  /** Put `words` into `field` as if they were typed there; execCommand keeps Ctrl+Z working. */
  function insert(field, words) {
    field.focus();
    if (document.execCommand("insertText", false, words)) return;
    field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Put the cursor of `field` where something is dropped, in browsers that tell where that is. */
  function pointAt(field, { clientX, clientY }) {
    const at = document.caretPositionFromPoint?.(clientX, clientY);
    if (at?.offsetNode === field) field.setSelectionRange(at.offset, at.offset);
  }

  place.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    if (!data?.files.length || event.defaultPrevented) return;
    const field = fieldOf(event);
    const words = field && wordsOf(data);
    if (words && words === data.getData("text/plain")) return; // the browser pastes them
    event.preventDefault();
    if (words) insert(field, words);
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
  window.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  window.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    const field = fieldOf(event);
    const words = field && wordsOf(event.dataTransfer);
    if (words) {
      pointAt(field, event);
      insert(field, words);
    } else if (!text || text === event.target) {
      take(event.dataTransfer.files);
    }
  });
})();
