// Saving: the buttons of the form send it and the page stays, so that one can go on typing.

import { send } from "../requests.js";
import { acknowledge, beginSaving, endSaving, failed, keep, keepLocally, saved, tell } from "./autosave.js";
import { showErrors } from "./field-errors.js";
import { form, input } from "./form-fields.js";
import { announce, say } from "./save-status.js";

let isUnderWay = false;
/** @type {HTMLButtonElement | null} a button that was pressed while another's work was under way */
let pressed = null;

/**
 * Do what `button` says with the text.
 * @param {HTMLButtonElement} button
 */
export async function save(button) {
  if (isUnderWay) {
    pressed = button; // it is its turn afterwards
    return;
  }
  isUnderWay = true;
  const { name, sent, content } = beginSaving();
  content.set("action", button.value);
  say("saving");
  try {
    const answer = await send(form.getAttribute("action") ?? "", content);
    const { status, said } = answer;
    if (status === 409) return leave(button);
    if (said?.errors) return refused(said);
    if (status !== 200 || !said) return failed(answer);
    tell(said);
    if (!acknowledge(name, sent)) return;
    const correction = form.querySelector("[name=correction]");
    // It is said now.
    if (correction instanceof HTMLInputElement && correction.value === content.get("correction"))
      correction.value = "";
    show(said);
    if (!said.go) return;
    // What was typed meanwhile is kept on top of what was saved; the page that comes shows it.
    endSaving();
    await keep();
    location.assign(said.go);
  } catch {
    failed();
  } finally {
    isUnderWay = false;
    endSaving();
    const next = pressed;
    pressed = null;
    if (next) save(next);
  }
}

/** @param {any} said */
function show(said) {
  input("base_version").value = said.version;
  input("continues").value = "";
  input("post").value = said.post;
  form.setAttribute("action", `${said.address}?save=`); // form.action would be the buttons of that name
  saved();
  if (said.go) return;
  showErrors({});
  for (const notice of document.querySelectorAll("#unsaved, #restored")) notice.setAttribute("hidden", "");
  if (location.pathname !== said.address) history.replaceState(history.state, "", said.address);
  say("saved", { at: said.at });
  announce(said.sentence);
}

/**
 * Let the browser send the form itself: the answer is a page.
 * @param {HTMLButtonElement} button
 */
function leave(button) {
  keepLocally();
  const action = document.createElement("input");
  Object.assign(action, { type: "hidden", name: "action", value: button.value });
  form.append(action);
  form.submit();
}

/**
 * The fields have what is wrong beside them; what was typed is kept.
 * @param {{ errors: Record<string, string>, sentence: string }} said
 */
function refused({ errors, sentence }) {
  showErrors(errors);
  say("kept", { sentence });
}
