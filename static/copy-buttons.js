// A button on each block of code that copies it. Where the browser lets no page do that, there is none.

import { data } from "./dom.js";

const SHOWN_FOR = 2_000; // milliseconds

/** @param {Element} code */
function addButton(code) {
  const words = /** @type {HTMLElement} */ (code.closest("[data-copying]"));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = data(words, "copying");
  button.setAttribute("aria-live", "polite");
  const block = document.createElement("div");
  block.className = "code";
  code.before(block);
  block.append(code, button);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent.replace(/\n$/, ""));
      button.textContent = data(words, "copied");
    } catch {
      button.textContent = data(words, "notCopied");
    }
    setTimeout(() => {
      button.textContent = data(words, "copying");
    }, SHOWN_FOR);
  });
}

// Without https there is no clipboard.
if (navigator.clipboard) document.querySelectorAll(".prose pre").forEach(addButton);
