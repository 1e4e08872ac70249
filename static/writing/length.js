// Words and reading time while one types.
(() => {
  "use strict";

  const PAUSE = 250; // milliseconds; only long texts wait, since counting them takes time
  const LONG = 50_000; // characters

  const form = document.getElementById("form");
  const body = form.elements.body;
  const length = document.getElementById("length");
  let timer = 0;

  function count() {
    timer = 0;
    body.classList.toggle("long", body.value.length > LONG); // see writing.css
    let many = 0;
    for (const _ of body.value.matchAll(/\S+/g)) many += 1;
    const minutes = Math.max(1, Math.round(many / Number(form.dataset.wordsAMinute)));
    const says = words.filled(words.counted(length.dataset.words, many), { number: words.number(many) });
    length.textContent = `${says} · ${words.filled(length.dataset.time, { minutes: words.number(minutes) })}`;
  }

  function later() {
    if (body.value.length < LONG) count();
    else timer ||= setTimeout(count, PAUSE);
  }

  body.addEventListener("input", later);
  // Before a long text is pasted.
  body.addEventListener("beforeinput", ({ data }) => (data?.length ?? 0) > LONG && body.classList.add("long"));
  document.addEventListener("writing:filled", later);
  later();
})();
