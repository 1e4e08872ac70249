// j and k go to the next and the previous post, / goes to the search box. They can be switched off (WCAG 2.1.4, Character
// Key Shortcuts).

import { data, find } from "./dom.js";
import { storageName } from "./storage.js";

const SETTING = storageName("keys");
const hint = find(".keys", HTMLElement);
const button = find("button", HTMLButtonElement, hint);
let on = true;

/** As the reader last chose, here or in another tab; if the browser remembers nothing, as chosen on this page. */
function look() {
  try {
    on = localStorage.getItem(SETTING) !== "off";
  } catch {
    // Storage is switched off.
  }
  button.textContent = data(button, on ? "off" : "on");
  hint.classList.toggle("keys-off", !on);
}

button.addEventListener("click", () => {
  on = !on;
  try {
    localStorage.setItem(SETTING, on ? "on" : "off");
  } catch {
    // As above.
  }
  look();
});

window.addEventListener("storage", look);
window.addEventListener("pageshow", look); // also when the browser kept the page for Back

/** @type {Record<string, number>} */
const STEPS = { j: 1, k: -1 };

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return; // of an input method
  if (!on || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]"))
    return;
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("q")?.focus();
    return;
  }
  const step = STEPS[event.key];
  if (!step) return;
  /** @type {NodeListOf<HTMLElement>} */
  const found = document.querySelectorAll("#posts > article .card-title a");
  const links = [...found];
  const current = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  // From nowhere, the first step goes to the first post that is in view.
  const next =
    current < 0 ? links.findIndex((link) => link.getBoundingClientRect().top >= 0) : current + step;
  links[next]?.focus();
});

hint.hidden = false;
look();
