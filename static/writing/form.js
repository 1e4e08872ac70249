// The form: when it keeps and saves its text. It always says where the text is. Without this file it is a plain form.

import { find } from "../dom.js";
import * as autosave from "./autosave.js";
import { fillFields, form, input } from "./form-fields.js";
import { hold } from "./local-drafts.js";
import { save } from "./saving.js";

/**
 * Go on with what the browser kept for a form that is closed. What was typed here keeps a draft of its own.
 * @param {{ entry: LocalDraft, known: number }} local
 */
async function goOnWith({ entry, known }) {
  if (autosave.isTouched()) await standAside();
  fillFields(entry.fields);
  input("base_version").value = String(entry.base);
  meanIn(entry.zone);
  input("continues").value = entry.form;
  input("continues_sent").value = String(known);
  autosave.adopt(entry);
  document.dispatchEvent(new Event("writing:filled"));
}

/**
 * The date is meant in `zone`, which may not be the site's any more.
 * @param {string | undefined} zone
 */
function meanIn(zone) {
  if (!zone) return;
  const help = find("#time-help", HTMLElement);
  help.textContent = help.textContent.replace(input("zone").value, zone);
  input("zone").value = zone;
}

/** Keep what was typed here as a draft of its own, and show where it is. */
async function standAside() {
  autosave.forgetAddress();
  await autosave.keep();
  const aside = find("#stands-aside", HTMLElement);
  find("a", HTMLAnchorElement, aside).href = autosave.keptAddress();
  aside.hidden = !autosave.keptAddress(); // otherwise the browser has it, and offers it when the form is opened again
  autosave.startAnew();
}

document.addEventListener("writing:fill", ({ detail }) => goOnWith(detail));
form.autocomplete = "off"; // without this script the browser's own memory is a help
form.addEventListener("input", autosave.changed);
form.addEventListener("change", ({ target }) => {
  if (target instanceof HTMLInputElement && target.type === "radio") autosave.changed();
});
form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!(button instanceof HTMLButtonElement) || button.name !== "action" || button.value === "trash") {
    autosave.keepLocally();
    return;
  }
  event.preventDefault();
  if (button.value === "keep") autosave.keep();
  else save(button);
});
window.addEventListener("pagehide", autosave.keepOnLeaving);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") autosave.keepOnLeaving();
  else if (autosave.isUnsent()) autosave.keep();
});
window.addEventListener("online", autosave.keep);
window.addEventListener("offline", () => {
  if (autosave.isUnsent()) autosave.failed();
});
window.addEventListener("beforeunload", (event) => {
  if (autosave.isNowhere()) event.preventDefault();
});
// Back, and everything typed is safe: the page may be of before that.
window.addEventListener("pageshow", (event) => {
  const [visit] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  if ((event.persisted || visit?.type === "back_forward") && !autosave.isUnsent()) location.reload();
});

hold(input("form").value);
