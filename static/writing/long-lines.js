// Very long lines are marked before the browser lays them out; writing.css says why.

import { data, find } from "../dom.js";
import { hasLineLongerThan } from "../text.js";
import { body, form } from "./form-fields.js";

const LONG = Number(data(form, "longLine")); // characters
const preview = find("#preview", HTMLElement);

const mark = () => body.classList.toggle("long-line", hasLineLongerThan(body.value, LONG));

/** @param {string | null | undefined} text that is about to be put in */
function markBefore(text) {
  if (text && hasLineLongerThan(text, LONG)) body.classList.add("long-line");
}

body.addEventListener("beforeinput", ({ data: typed }) => markBefore(typed));
body.addEventListener("input", mark);
document.addEventListener("writing:fill", ({ detail }) => markBefore(detail.entry.fields.body));
document.addEventListener("writing:filled", mark);

// What htmx has put into the preview is not laid out yet.
preview.addEventListener("htmx:afterSwap", () => {
  for (const block of preview.querySelectorAll(".prose *")) {
    if (block.textContent.length > LONG) block.classList.add("long-line");
  }
});
mark();
