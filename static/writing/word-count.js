// Words and reading time while one types: counted as the server counts (blog/text/word_count.py), by the patterns that the page
// has from there. Its answers say how many words of the Markdown are none for readers; until the next one the same number
// is taken off.
(() => {
  "use strict";

  const PAUSE = 250; // milliseconds; only long texts wait, since counting them takes time
  const SHARE = 10; // at most one part in so many of the time is spent on counting

  const form = document.getElementById("form");
  const body = form.elements.body;
  const LONG = Number(form.dataset.long); // characters
  const preview = document.getElementById("preview");
  const length = document.getElementById("length");
  const word = new RegExp(form.dataset.word, "gu");
  const letters = Object.entries(JSON.parse(form.dataset.letters))
    .map(([lettersAWord, pattern]) => [Number(lettersAWord), new RegExp(pattern, "gu")]);
  let unread = Number(form.dataset.unread);
  let timer = 0;
  let took = 0; // milliseconds

  function wordsOf(text) {
    let many = 0;
    for (const _ of text.matchAll(word)) many += 1;
    for (const [lettersAWord, run] of letters) {
      let found = 0;
      for (const [each] of text.matchAll(run)) found += [...each].length; // a letter may be two units of UTF-16
      many += Math.ceil(found / lettersAWord);
    }
    return many;
  }

  function count() {
    timer = 0;
    const began = performance.now();
    body.classList.toggle("long", body.value.length > LONG); // see writing.css
    const many = Math.max(0, wordsOf(body.value) - unread);
    const minutes = Math.max(1, Math.round(many / Number(form.dataset.wordsAMinute)));
    const says = words.filled(words.counted(length.dataset.words, many), { number: words.number(many) });
    length.textContent = `${says} · ${words.filled(length.dataset.time, { minutes: words.number(minutes) })}`;
    took = performance.now() - began;
  }

  function later() {
    if (body.value.length < LONG) count();
    else timer ||= setTimeout(count, Math.max(PAUSE, SHARE * took));
  }

  function takeOff(number) {
    if (number === unread) return;
    unread = number;
    later();
  }

  body.addEventListener("input", later);
  // Before a long text is pasted.
  body.addEventListener("beforeinput", ({ data }) => (data?.length ?? 0) > LONG && body.classList.add("long"));
  document.addEventListener("writing:filled", later);
  document.addEventListener("writing:counted", ({ detail }) => takeOff(detail));
  preview.addEventListener("htmx:afterSwap", () => {
    const shown = preview.querySelector("[data-unread]");
    if (shown) takeOff(Number(shown.dataset.unread));
  });
  later();
})();
