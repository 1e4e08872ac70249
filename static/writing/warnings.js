// What of the text does not show as it was typed: brought by the preview and by each time the text is kept; the link of a
// line leads to it in the text. How many there are is said aloud when the number changes.

import { find } from "../dom.js";
import { rangeOfLine } from "../text.js";
import { body, form } from "./form-fields.js";
import { announce } from "./save-status.js";

const section = () => find("#warnings", HTMLElement); // htmx puts another one in its place
const head = () => section().querySelector(".warnings-head")?.textContent ?? "";
let before = head();

function say() {
  const said = head();
  if (said !== before) announce(said);
  before = said;
}

/**
 * Select line `number` of the text, counted from 1, and bring it into view.
 * @param {number} number
 */
function goTo(number) {
  find(".tabs [data-show=text]", HTMLElement, form).click();
  body.setSelectionRange(...rangeOfLine(body.value, number));
  body.blur();
  body.focus(); // browsers scroll to what is selected when it gets the focus
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-line]") : null;
  if (!(link instanceof HTMLElement)) return;
  event.preventDefault();
  goTo(Number(link.dataset.line));
});

document.addEventListener("writing:warned", ({ detail }) => {
  if (section().innerHTML.trim() === detail.trim()) return;
  section().innerHTML = detail;
  section().hidden = !detail.trim();
  say();
});

document.addEventListener("htmx:oobAfterSwap", say);
