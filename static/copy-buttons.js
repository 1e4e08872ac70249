// A button on each block of code that copies it; where the browser lets no page do that, there is none.
(() => {
  "use strict";

  const SAID_FOR = 2_000; // milliseconds

  if (!navigator.clipboard) return; // without https

  for (const code of document.querySelectorAll(".prose pre")) {
    const words = code.closest("[data-copying]").dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.copying;
    button.setAttribute("aria-live", "polite");
    const block = document.createElement("div");
    block.className = "code";
    code.before(block);
    block.append(code, button);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent.replace(/\n$/, ""));
        button.textContent = words.copied;
      } catch {
        button.textContent = words.notCopied;
      }
      setTimeout(() => (button.textContent = words.copying), SAID_FOR);
    });
  }
})();
