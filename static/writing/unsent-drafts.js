// The desk offers every text that this browser kept and the server never got, whatever became of its post.

import { data, find } from "../dom.js";
import { formatTime } from "../i18n.js";
import { get, send } from "../requests.js";
import { truncate } from "../text.js";
import { dropDraft, findDrafts } from "./local-drafts.js";

const section = find("#left-here", HTMLElement);
const list = find("ul", HTMLElement, section);
const pattern = find("template", HTMLTemplateElement, section);
const wrong = find(".wrong", HTMLElement, section);
const EXCERPT_LENGTH = Number(data(section, "excerptLength")); // units of UTF-16

/**
 * Give the server the text, as the form that it was typed in would have done; the page that shows it then.
 * @param {LocalDraft} draft
 */
async function sendDraft({ form, post, base, sent, zone = "", fields }) {
  const body = new FormData();
  const all = { form, post, base_version: String(base), sent: String(sent), zone, ...fields };
  for (const [name, value] of Object.entries(all)) body.set(name, value);
  const { status, said } = await send(data(section, "autosave"), body);
  if (status !== 200) throw new Error(`status ${status}`);
  dropDraft(form, sent);
  location.assign(said.address ?? location.href);
}

/** @param {LocalDraft} draft */
function offer(draft) {
  const item = /** @type {DocumentFragment} */ (pattern.content.cloneNode(true));
  find(".row-title bdi", HTMLElement, item).textContent = draft.fields.title || data(section, "untitled");
  find(".row-text bdi", HTMLElement, item).textContent = truncate(draft.fields.body ?? "", EXCERPT_LENGTH);
  const time = find("time", HTMLTimeElement, item);
  time.dateTime = new Date(draft.at).toISOString();
  time.textContent = formatTime(draft.at, { day: true });
  find("button", HTMLButtonElement, item).addEventListener("click", () => {
    wrong.hidden = true;
    sendDraft(draft).catch(() => {
      wrong.hidden = false;
    });
  });
  list.append(item);
  section.hidden = false;
}

async function look() {
  for (const draft of await findDrafts()) {
    const said = await get(`${data(section, "autosave")}?form=${encodeURIComponent(draft.form)}`);
    if (!said) return;
    if (said.sent >= draft.sent) dropDraft(draft.form, draft.sent);
    else offer(draft);
  }
}

look().catch(() => {}); // without the network there is nothing to compare with
