// The listing while one scrolls and filters: loads older posts ahead of the reader, says what came, mends what failed.
// Without this file every link in it still works.
(() => {
  "use strict";

  const AUTOMATIC_BATCHES = 3; // then a button, so that the footer can be reached
  const AHEAD = "100%"; // of the viewport's height
  const FRAMES_TO_LAY_OUT = 2; // frames until a card has been laid out and its size is remembered

  const status = document.getElementById("status");
  const listing = () => document.getElementById("listing");
  const cards = () => listing().querySelectorAll("#posts > article");
  const pager = () => document.getElementById("older");
  const isOlder = (element) => element?.matches?.("#older a[rel=next]");

  let batches = 0;
  let pagerHadFocus = false;

  const announce = (sentence) => {
    status.textContent = sentence;
  };

  const sentence = (name, values = {}) =>
    listing().dataset[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

  // --- loading ahead

  const observer = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) loadAhead();
    },
    { rootMargin: `0px 0px ${AHEAD} 0px` },
  );

  function loadAhead() {
    const nav = pager();
    if (!nav || nav.dataset.state) return;
    nav.dataset.state = "loading";
    htmx.trigger(nav.querySelector("a[rel=next]"), "near");
  }

  /** Watch the link to older posts, or show the button in its place when enough came by itself. */
  function watch() {
    observer.disconnect();
    const nav = pager();
    if (!nav) return;
    if (batches < AUTOMATIC_BATCHES) {
      observer.observe(nav);
    } else {
      nav.dataset.state = "button";
      nav.querySelector("a[rel=next]").hidden = true;
      nav.querySelector("[data-show-more]").hidden = false;
    }
  }

  /** From now on the browser may skip drawing cards that are off the screen; it has seen how tall each one is. */
  function settle() {
    let frames = FRAMES_TO_LAY_OUT;
    const next = () => {
      if (frames-- > 0) return requestAnimationFrame(next);
      for (const card of cards()) card.classList.add("settled");
    };
    next();
  }

  /** A post whose date was changed meanwhile may come a second time: the reader keeps the first. */
  function dropRepeated() {
    const seen = new Set();
    for (const card of cards()) {
      if (seen.has(card.id)) card.remove();
      else seen.add(card.id);
    }
  }

  /** At the end, say so if posts were published above the first card since it was loaded. */
  function offerNewer() {
    const total = Number(document.getElementById("end")?.dataset.total);
    const fromTop = !listing().querySelector(".pager a[rel=prev]");
    if (fromTop && total > cards().length) listing().querySelector("[data-newer]").hidden = false;
  }

  // --- what htmx tells

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    // Anything else than a page with a listing, such as a hotel's sign-in page, is a failure whatever its status says.
    if (detail.xhr.status === 200 && !detail.xhr.response.includes('id="posts"')) {
      detail.shouldSwap = false;
      failed(detail.requestConfig.elt);
    }
    pagerHadFocus = pager()?.contains(document.activeElement) ?? false;
  });

  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const source = detail.requestConfig?.elt;
    if (isOlder(source)) appended(detail.requestConfig);
    else if (source?.matches?.(".chip")) filtered();
  });

  let before = 0;
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    before = cards().length;
    if (isOlder(detail.elt)) pager().querySelector(".failed").hidden = true;
  });

  function appended() {
    dropRepeated();
    batches += 1;
    const shown = cards().length;
    const fresh = shown - before;
    if (pagerHadFocus) cards()[before]?.querySelector("a").focus({ preventScroll: true });
    announce(sentence(fresh === 1 ? "moreOne" : "more", { new: fresh, shown }));
    offerNewer();
    arrived();
  }

  function filtered() {
    batches = 0;
    announce(listing().dataset.announce);
    if (listing().getBoundingClientRect().top < 0) listing().scrollIntoView({ behavior: "instant" });
    arrived();
  }

  function arrived() {
    settle();
    watch();
    document.dispatchEvent(new CustomEvent("listing:changed"));
  }

  // place.js brings cards back after a reload or Back.
  document.addEventListener("listing:restored", () => {
    batches = AUTOMATIC_BATCHES;
    announce(sentence("restored", { shown: cards().length }));
    offerNewer();
    arrived();
  });

  // --- failures

  function failed(source) {
    if (isOlder(source)) {
      const nav = pager();
      nav.dataset.state = "failed";
      nav.querySelector(".failed").hidden = false;
    }
    announce(sentence("failed"));
  }

  for (const kind of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, ({ detail }) => failed(detail.requestConfig?.elt ?? detail.elt));
  }

  function tryAgain() {
    const nav = pager();
    if (nav) htmx.trigger(nav.querySelector("a[rel=next]"), "near");
  }

  window.addEventListener("online", () => {
    if (pager()?.dataset.state === "failed") tryAgain();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-show-more], [data-try-again]")) tryAgain();
  });

  // A click with a key held down, or with another button, opens a new tab or window: that is the browser's.
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a[hx-get]");
      if (link && (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) event.stopImmediatePropagation();
    },
    { capture: true },
  );

  settle();
  watch();
})();
