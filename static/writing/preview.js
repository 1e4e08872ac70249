// The preview beside the text, or behind a tab where there is no room for both; made by the server, as the site does it,
// whenever typing pauses, and scrolled to where the author writes.

import { data, find } from "../dom.js";
import { isLongerThan } from "../text.js";
import { body, fieldValue, form } from "./form-fields.js";

const PAUSE = 120; // milliseconds without a key; the server needs about as long for 5,000 words
const LONG_PAUSE = 1_000;
const LONG = 100_000; // characters: then it is sent less often
const WIDE = matchMedia("(min-width: 64rem)");

const MOST = Number(data(form, "most")); // characters of Unicode: the server refuses more
const beside = find("#beside", HTMLElement);
const preview = find("#preview", HTMLElement);
const tabs = find(".tabs", HTMLElement, form);
const settings = find(".settings", HTMLDetailsElement, form); // where the address and the excerpt are proposed

// htmx begins to listen with DOMContentLoaded.
let isReady = false;
const isVisible = () => isReady && (WIDE.matches || form.dataset.shows === "preview" || settings.open);

let timer = 0;
let asked = ""; // what the preview is of
const content = () => ["title", "slug", "language", "body"].map(fieldValue).join("\n");

function ask() {
  clearTimeout(timer);
  if (!isVisible() || isLongerThan(body.value, MOST) || content() === asked) return;
  asked = content();
  htmx.trigger(preview, "preview");
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, body.value.length > LONG ? LONG_PAUSE : PAUSE);
}

/** Put the block that the cursor stands in at the height at which the cursor stands. */
function follow() {
  const prose = preview.querySelector("[data-lines]");
  if (!(prose instanceof HTMLElement) || !isVisible()) return;
  const line = body.value.slice(0, body.selectionEnd).split("\n").length - 1;
  const lines = data(prose, "lines").split(" ").map(Number);
  const number = lines.findLastIndex((start) => start <= line);
  const block = prose.children[Math.max(0, Math.min(number, prose.children.length - 1))];
  if (!block) return;
  if (line === 0) preview.scrollTop = 0;
  else
    preview.scrollTop +=
      block.getBoundingClientRect().top - preview.getBoundingClientRect().top - preview.clientHeight / 3;
}

/** @param {string} kind text or preview */
function show(kind) {
  form.dataset.shows = kind;
  for (const tab of tabs.querySelectorAll("button"))
    tab.setAttribute("aria-pressed", String(tab.dataset.show === kind));
  ask();
  if (kind === "preview") follow();
}

tabs.addEventListener("click", ({ target }) => {
  if (target instanceof HTMLElement && target.dataset.show) show(target.dataset.show);
});
form.addEventListener("input", later);
document.addEventListener("writing:filled", later);
body.addEventListener("keyup", (event) => {
  if (event.key.startsWith("Arrow")) follow();
});
body.addEventListener("click", follow);
WIDE.addEventListener("change", ask);
settings.addEventListener("toggle", ask);
preview.addEventListener("htmx:afterSwap", follow);
for (const kind of /** @type {const} */ (["htmx:sendError", "htmx:responseError", "htmx:timeout"])) {
  preview.addEventListener(kind, () => {
    asked = ""; // the next key tries again
  });
}
// A page that is no preview, such as the one to sign in at, has no place in it.
preview.addEventListener("htmx:beforeSwap", ({ detail }) => {
  detail.shouldSwap = detail.xhr.status === 200 && detail.xhr.response.includes("data-lines");
});

find(".plain-preview", HTMLElement, form).hidden = true;
for (const element of [beside, tabs]) element.classList.remove("for-scripts"); // writing.css shows them earlier
show("text");
document.addEventListener("DOMContentLoaded", () => {
  isReady = true;
  ask();
});
