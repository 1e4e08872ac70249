// The fields of the form, by their names. The names are the server's (`data-fields` of the form).

import { data, find } from "../dom.js";

export const form = find("#form", HTMLFormElement);
export const body = find("#body", HTMLTextAreaElement, form);

/**
 * The input named `name`.
 * @param {string} name
 */
export const input = (name) => find(`input[name="${name}"]`, HTMLInputElement, form);

/**
 * What the form holds. A field that it would not send is missing: what is missing counts as unchanged, and what is empty
 * as emptied.
 */
export function fieldsOf() {
  const sent = new FormData(form);
  const names = data(form, "fields").split(",");
  return Object.fromEntries(names.filter((name) => sent.has(name)).map((name) => [name, fieldValue(name)]));
}

/**
 * What the field `name` has now: not as it is sent, where each end of a line is two characters.
 * @param {string} name
 */
export function fieldValue(name) {
  const found = form.elements.namedItem(name);
  return found && "value" in found ? String(found.value) : "";
}

/**
 * Put `fields` into the form; what they do not name stays.
 * @param {Record<string, string>} fields
 */
export function fillFields(fields) {
  for (const [name, value] of Object.entries(fields)) {
    const found = form.elements.namedItem(name);
    for (const field of found instanceof RadioNodeList ? found : [found]) {
      // Chromium finds no radio button whose value is empty when the value of the list is set.
      if (field instanceof HTMLInputElement && field.type === "radio") field.checked = field.value === value;
      else if (field && "value" in field) field.value = value;
    }
  }
}
