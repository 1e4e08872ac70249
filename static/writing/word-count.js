// Words and reading time while one types. The server's answers say how many words of the Markdown are none for readers;
// until the next one the same number is taken off.

import { data, find } from "../dom.js";
import { fill, formatNumber, pluralForm } from "../i18n.js";
import { body, form } from "./form-fields.js";
import { countWords, minutesToRead, ruleOf } from "./words.js";

const PAUSE = 250; // milliseconds; only long texts wait, since counting them takes time
const SHARE = 10; // at most one part in so many of the time is spent on counting

const LONG = Number(data(form, "long")); // characters
const WORDS_PER_MINUTE = Number(data(form, "wordsAMinute"));
const preview = find("#preview", HTMLElement);
const length = find("#length", HTMLElement);
const rule = ruleOf(data(form, "word"), data(form, "letters"));
let unread = Number(data(form, "unread"));
let isWaiting = false;
let took = 0; // milliseconds

function count() {
  isWaiting = false;
  const began = performance.now();
  body.classList.toggle("long", body.value.length > LONG); // see writing.css
  const many = Math.max(0, countWords(body.value, rule) - unread);
  const minutes = minutesToRead(many, WORDS_PER_MINUTE);
  const words = fill(pluralForm(JSON.parse(data(length, "words")), many), { number: formatNumber(many) });
  length.textContent = `${words} · ${fill(data(length, "time"), { minutes: formatNumber(minutes) })}`;
  took = performance.now() - began;
}

function later() {
  if (body.value.length < LONG) return count();
  if (isWaiting) return;
  isWaiting = true;
  setTimeout(count, Math.max(PAUSE, SHARE * took));
}

/** @param {number} number of words that readers do not see */
function takeOff(number) {
  if (number === unread) return;
  unread = number;
  later();
}

body.addEventListener("input", later);
// Before a long text is pasted.
body.addEventListener("beforeinput", ({ data: typed }) => {
  if ((typed?.length ?? 0) > LONG) body.classList.add("long");
});
document.addEventListener("writing:filled", later);
document.addEventListener("writing:counted", ({ detail }) => takeOff(detail));
preview.addEventListener("htmx:afterSwap", () => {
  const shown = preview.querySelector("[data-unread]");
  if (shown instanceof HTMLElement) takeOff(Number(shown.dataset.unread));
});
later();
