// What is wrong beside each field, as the page shows it that comes without a script (templates/author/fields.html).

import { form } from "./form-fields.js";

/**
 * @param {Element} field
 * @param {(ids: string[]) => string[]} change
 */
function describe(field, change) {
  const ids = change((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (ids.length) field.setAttribute("aria-describedby", ids.join(" "));
  else field.removeAttribute("aria-describedby");
}

function clear() {
  for (const old of form.querySelectorAll(".wrong")) old.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.closest(".field, .covers")?.classList.remove("field-wrong");
    describe(field, (ids) => ids.filter((id) => !id.endsWith("-wrong")));
  }
}

/**
 * The first control named `name`.
 * @param {string} name
 * @returns {HTMLElement | null}
 */
const control = (name) => document.getElementById(name) ?? form.querySelector(`[name="${name}"]`);

/**
 * Show `errors`, sentences by the names of fields, and nothing else; the first of them gets the focus.
 * @param {Record<string, string>} errors
 */
export function showErrors(errors) {
  clear();
  const names = new Set(Array.from(form.elements, (element) => element.getAttribute("name") ?? ""));
  const wrong = [...names].filter((name) => name in errors);
  for (const name of wrong) {
    const field = document.getElementById(name) ?? control(name)?.closest("fieldset");
    if (!field) continue;
    const says = document.createElement("p");
    Object.assign(says, { className: "wrong", id: `${name}-wrong`, textContent: errors[name] });
    field.closest(".field, .covers")?.classList.add("field-wrong");
    field.insertAdjacentElement("afterend", says);
    field.setAttribute("aria-invalid", "true");
    describe(field, (ids) => [says.id, ...ids]);
    field.closest("details")?.setAttribute("open", "");
  }
  const [first] = wrong;
  if (first) control(first)?.focus();
}
