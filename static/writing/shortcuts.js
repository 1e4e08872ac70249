// Keys of the form: Ctrl+S saves, Ctrl+Enter publishes, Ctrl+K makes a link; so does pasting an address onto words.
// Enter alone sends nothing.

import { find } from "../dom.js";
import { insertText } from "../insert-text.js";
import { body, form } from "./form-fields.js";
import { isAddress, linkFor } from "./links.js";

const title = find("#title", HTMLTextAreaElement, form);

const selected = () => body.value.slice(body.selectionStart, body.selectionEnd);

/**
 * Put `text` in the place of what is selected, and select the part of it from `from` to `to`.
 * @param {{ text: string, from: number, to: number }} link
 */
function insert({ text, from, to }) {
  const start = body.selectionStart;
  insertText(body, text);
  body.setSelectionRange(start + from, start + to);
}

/**
 * Whether a key belongs to an input method. Safari sends the Enter that confirms a conversion after the composition ended,
 * with the code 229, which stands for a key that the method has handled.
 * @param {KeyboardEvent} event
 */
const isConverting = (event) => event.isComposing || event.keyCode === 229;

document.addEventListener("keydown", (event) => {
  if (isConverting(event)) return;
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  const key = event.key.toLowerCase();
  if (key === "s" || key === "enter") {
    event.preventDefault();
    const main = find("[data-main]", HTMLButtonElement, form);
    const publish = form.querySelector("[data-publish]");
    form.requestSubmit(key === "enter" && publish instanceof HTMLButtonElement ? publish : main);
  } else if (key === "k" && document.activeElement === body) {
    event.preventDefault();
    insert(linkFor(selected()));
  }
});

// Enter in a field must not publish a correction by accident; in the title it goes on to the text.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
  if (event.target instanceof HTMLInputElement) event.preventDefault();
  if (event.target !== title || isConverting(event)) return;
  event.preventDefault();
  body.focus();
});

body.addEventListener("paste", (event) => {
  const address = event.clipboardData?.getData("text/plain").trim() ?? "";
  const words = selected();
  if (!words || words.includes("\n") || !isAddress(address) || isAddress(words)) return;
  event.preventDefault();
  const text = `[${words}](${address})`;
  insert({ text, from: text.length, to: text.length });
});
