// Keys of the form: Ctrl+S saves, Ctrl+Enter publishes, Ctrl+K makes a link; so does pasting an address onto words.
// Enter alone sends nothing.
// execCommand keeps Ctrl+Z working, which setting the value would break.
(() => {
  "use strict";

  const form = document.getElementById("form");
  const body = form.elements.body;
  const ADDRESS = /^(https?:\/\/|mailto:)\S+$/;

  function insert(text, from, to) {
    if (!document.execCommand("insertText", false, text)) {
      body.setRangeText(text, body.selectionStart, body.selectionEnd, "end");
      body.dispatchEvent(new Event("input", { bubbles: true }));
    }
    body.setSelectionRange(from, to);
  }

  const selected = () => body.value.slice(body.selectionStart, body.selectionEnd);

  /** Around the words that are selected; then the cursor stands where something is still missing. */
  function link() {
    const words = selected();
    const start = body.selectionStart;
    if (ADDRESS.test(words)) insert(`[](${words})`, start + 1, start + 1);
    else if (words) insert(`[${words}](https://)`, start + words.length + 3, start + words.length + 11);
    else insert("[](https://)", start + 1, start + 1);
  }

  /** Whether a key belongs to an input method. Safari sends the Enter that confirms a conversion after the composition
      ended, with the code 229, which stands for a key that the method has handled. */
  const isConverting = (event) => event.isComposing || event.keyCode === 229;

  document.addEventListener("keydown", (event) => {
    if (isConverting(event)) return;
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const key = event.key.toLowerCase();
    const button = { s: "[data-main]", enter: "[data-publish]" }[key];
    if (button) {
      event.preventDefault();
      form.requestSubmit(form.querySelector(button) ?? form.querySelector("[data-main]"));
    } else if (key === "k" && document.activeElement === body) {
      event.preventDefault();
      link();
    }
  });

  // Enter in a field must not publish a correction by accident; in the title it goes on to the text.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    const { title } = form.elements;
    if (event.target.matches("input")) event.preventDefault();
    if (event.target !== title || isConverting(event)) return;
    event.preventDefault();
    body.focus();
  });

  body.addEventListener("paste", (event) => {
    const address = event.clipboardData?.getData("text/plain").trim() ?? "";
    const words = selected();
    if (!words || /\n/.test(words) || !ADDRESS.test(address) || ADDRESS.test(words)) return;
    event.preventDefault();
    const text = `[${words}](${address})`;
    const end = body.selectionStart + text.length;
    insert(text, end, end);
  });
})();
