// Very long lines are marked before the browser lays them out; writing.css says why.
(() => {
  "use strict";

  const form = document.getElementById("form");
  const body = form.elements.body;
  const LONG = Number(form.dataset.longLine); // characters
  const preview = document.getElementById("preview");

  function hasLongLine(text) {
    for (let start = 0, end; start + LONG < text.length; start = end + 1) {
      end = text.indexOf("\n", start);
      if (end < 0) return true;
      if (end - start > LONG) return true;
    }
    return false;
  }

  const mark = () => body.classList.toggle("long-line", hasLongLine(body.value));

  body.addEventListener("beforeinput", ({ data }) => data && hasLongLine(data) && body.classList.add("long-line"));
  body.addEventListener("input", mark);
  document.addEventListener("writing:fill", ({ detail }) => hasLongLine(detail.entry.fields.body ?? "") && body.classList.add("long-line"));
  document.addEventListener("writing:filled", mark);

  // What htmx has put into the preview is not laid out yet.
  preview.addEventListener("htmx:afterSwap", () => {
    for (const block of preview.querySelectorAll(".prose *")) {
      if (block.textContent.length > LONG) block.classList.add("long-line");
    }
  });
  mark();
})();
