// What is wrong beside each field, as the page shows it that comes without a script (templates/author/fields.html).
globalThis.showErrors = (() => {
  "use strict";

  function describe(field, change) {
    const ids = change((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    if (ids.length) field.setAttribute("aria-describedby", ids.join(" "));
    else field.removeAttribute("aria-describedby");
  }

  function clear(form) {
    for (const old of form.querySelectorAll(".wrong")) old.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      field.closest(".field, .covers")?.classList.remove("field-wrong");
      describe(field, (ids) => ids.filter((id) => !id.endsWith("-wrong")));
    }
  }

  /** Show `errors`, sentences by the names of fields, in `form`, and nothing else; the first of them gets the focus. */
  return (form, errors) => {
    clear(form);
    const names = new Set(Array.from(form.elements, ({ name }) => name).filter((name) => name in errors));
    for (const name of names) {
      const field = document.getElementById(name) ?? form.querySelector(`[name="${name}"]`).closest("fieldset");
      const says = document.createElement("p");
      Object.assign(says, { className: "wrong", id: `${name}-wrong`, textContent: errors[name] });
      field.closest(".field, .covers").classList.add("field-wrong");
      field.insertAdjacentElement("afterend", says);
      field.setAttribute("aria-invalid", "true");
      describe(field, (ids) => [says.id, ...ids]);
      field.closest("details")?.setAttribute("open", "");
    }
    const [first] = names;
    if (first) (document.getElementById(first) ?? form.querySelector(`[name="${first}"]`)).focus();
  };
})();
