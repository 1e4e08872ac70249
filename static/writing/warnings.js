// What of the text does not show as it was typed: brought by the preview and by each time the text is kept; the link of a
// line leads to it in the text. How many there are is said aloud when the number changes.
(() => {
  "use strict";

  const form = document.getElementById("form");
  const body = form.elements.body;
  const aloud = document.getElementById("aloud");
  const section = () => document.getElementById("warnings"); // htmx puts another one in its place
  let before = head();

  function head() {
    return section().querySelector(".warnings-head")?.textContent ?? "";
  }

  function say() {
    if (head() !== before) aloud.textContent = before = head();
  }

  /** Select line `number` of the text, counted from 1, and bring it into view. */
  function goTo(number) {
    const lines = body.value.split("\n");
    const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
    form.querySelector(".tabs [data-show=text]").click();
    body.setSelectionRange(start, start + (lines[number - 1] ?? "").length);
    body.blur();
    body.focus(); // browsers scroll to what is selected when it gets the focus
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    goTo(Number(link.dataset.line));
  });

  document.addEventListener("writing:warned", ({ detail }) => {
    if (section().innerHTML.trim() === detail.trim()) return;
    section().innerHTML = detail;
    section().hidden = !detail.trim();
    say();
  });

  document.addEventListener("htmx:oobAfterSwap", say);
})();
