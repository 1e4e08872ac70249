// When the form is opened: what this browser kept of the same post and the server never got stands in it again, or, where
// something else stands there already, is offered. unsent-drafts.js offers on the desk what was kept of any post.

import { data, find } from "../dom.js";
import { fill, formatTime } from "../i18n.js";
import { get } from "../requests.js";
import { fieldsOf, form, input } from "./form-fields.js";
import { dropDraft, findDrafts } from "./local-drafts.js";

const restored = find("#restored", HTMLElement);
const pattern = find("#on-the-shelf", HTMLTemplateElement);

/**
 * Whether `shown` has all that was `kept`; earlier versions kept fewer fields, which says nothing of the others.
 * @param {Record<string, string>} kept
 * @param {Record<string, string>} shown
 */
const isSame = (kept, shown) =>
  Object.entries(kept).every(([name, value]) => value === (shown[name] ?? value));

/**
 * @param {LocalDraft} entry
 * @param {number} known
 */
function restore(entry, known) {
  restored.hidden = false;
  say(restored, formatTime(entry.at));
  document.getElementById("unsaved")?.remove();
  offerCover(entry.fields.cover);
  document.dispatchEvent(new CustomEvent("writing:fill", { detail: { entry, known } }));
}

/**
 * The form offers the newest pictures; one that was chosen and is older has to be there to stay chosen.
 * @param {string | undefined} hash
 */
function offerCover(hash) {
  const covers = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[name=cover]"));
  if (!hash || [...covers].some(({ value }) => value === hash)) return;
  const fieldset = find("fieldset.covers", HTMLFieldSetElement, form);
  const item = /** @type {HTMLElement} */ (find("li", HTMLLIElement, fieldset).cloneNode(true));
  const radio = find("input", HTMLInputElement, item);
  Object.assign(radio, { value: hash, checked: false });
  if (radio.nextSibling) radio.nextSibling.textContent = ` ${data(fieldset, "chosen")}`;
  find("ul", HTMLUListElement, fieldset).append(item);
}

/**
 * @param {LocalDraft} entry
 * @param {number} known
 */
function offer(entry, known) {
  const content = /** @type {DocumentFragment} */ (pattern.content.cloneNode(true));
  const notice = find("p", HTMLElement, content);
  say(notice, formatTime(entry.at, { day: true }));
  find("button", HTMLButtonElement, notice).addEventListener("click", () => {
    notice.remove();
    restore(entry, known);
  });
  pattern.before(notice);
}

/**
 * @param {HTMLElement} notice
 * @param {string} at
 */
function say(notice, at) {
  const says = find("[data-sentence]", HTMLElement, notice);
  says.textContent = fill(data(says, "sentence"), { at });
}

async function look() {
  const typed = input("sent").value;
  let isFilled = false;
  for (const entry of await findDrafts(input("post").value, input("form").value)) {
    const said = await get(`${data(form, "autosave")}?form=${encodeURIComponent(entry.form)}`);
    if (!said) return;
    const known = Number(said.sent);
    if (known >= entry.sent || isSame(entry.fields, fieldsOf())) {
      dropDraft(entry.form, entry.sent);
      continue;
    }
    // A text that began from what is shown here takes its place by itself, unless one types already.
    const begins = ["", entry.form].includes(input("continues").value);
    const sameBase = entry.base === Number(input("base_version").value);
    /** @type {boolean} */
    const isUndisturbed = !isFilled && begins && sameBase && typed === input("sent").value;
    isFilled ||= isUndisturbed;
    if (isUndisturbed) restore(entry, known);
    else offer(entry, known);
  }
}

look().catch(() => {}); // without the network there is nothing to compare with
