/**
 * Put `words` into `field` in the place of what is selected, as if they were typed there. execCommand keeps Ctrl+Z working,
 * which setting the value would break.
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 * @param {string} words
 */
export function insertText(field, words) {
  field.focus();
  if (document.execCommand("insertText", false, words)) return;
  field.setRangeText(words, field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
