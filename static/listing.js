// The listing while one scrolls and filters: loads older posts ahead of the reader, says what came, mends what failed.
// Without this file every link in it still works.
(() => {
  "use strict";

  const AUTOMATIC_BATCHES = 3; // then a button, so that the footer can be reached
  const AHEAD = "100%"; // of the viewport's height
  const FRAMES_TO_LAY_OUT = 2; // frames until a card has been laid out and its size is remembered

  /** Do `what` when everything that is in the page now has been laid out. */
  function onceLaidOut(what, frames = FRAMES_TO_LAY_OUT) {
    if (frames === 0) what();
    else requestAnimationFrame(() => onceLaidOut(what, frames - 1));
  }

  const status = document.getElementById("status");
  const listing = () => document.getElementById("listing");
  const cards = () => listing().querySelectorAll("#posts > article");
  const pager = () => document.getElementById("older");
  const failure = () => pager()?.querySelector(".failed");
  const filterFailure = () => listing().querySelector(".filter-failed");
  const isOlder = (element) => element?.matches?.("#older a[rel=next]");
  const isFilter = (element) => element?.matches?.(".chip, .search-box");
  const box = document.getElementById("search");

  // How many batches came since the listing was first shown. It stands in the page, where scroll-restore.js finds it, and goes
  // with the listing when a filter brings another one.
  const batches = () => Number(listing().dataset.batches ?? 0);

  const announce = (sentence) => {
    status.textContent = sentence;
  };

  // The page has the sentences: one for each kind of number that the language of its words tells apart.
  const { lang } = status;
  const kinds = new Intl.PluralRules(lang);
  // As the server writes them, in the language of the site.
  const { digits: numberingSystem = "latn" } = document.body.dataset;
  const numbers = new Intl.NumberFormat(document.documentElement.lang, { numberingSystem });

  const capital = (word) => word[0].toUpperCase() + word.slice(1);

  /** The sentence `name` for `count` things. */
  function counted(name, count, values) {
    const { dataset } = listing();
    const said = dataset[name + capital(kinds.select(count))] ?? dataset[`${name}Other`];
    return said.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }

  const shown = () => numbers.format(cards().length);

  /** How many posts there are, by the page that came last: others may have been published since the first. */
  const total = () => document.querySelector("#older, #end")?.dataset.total ?? shown();

  // --- loading ahead

  const observer = new IntersectionObserver(
    (entries) => {
      const near = entries.find((entry) => entry.isIntersecting)?.target;
      if (near) load(near);
    },
    { rootMargin: `0px 0px ${AHEAD} 0px` },
  );

  function load(nav) {
    observer.unobserve(nav); // once: what fails waits for the reader, or for the network
    htmx.trigger(nav.querySelector("a[rel=next]"), "near");
  }

  /** Watch the link to older posts, or show the button in its place when enough came by itself. */
  function watch() {
    observer.disconnect();
    const nav = pager();
    if (!nav) return;
    const enough = batches() >= AUTOMATIC_BATCHES;
    nav.querySelector("a[rel=next]").hidden = enough;
    nav.querySelector("[data-show-more]").hidden = !enough;
    if (!enough) observer.observe(nav);
  }

  /**
   * From now on the browser may skip drawing cards that are off the screen; it has seen how tall each one is.
   * One that is on the screen follows when others have come: Chromium would count the change as a layout shift.
   */
  function settle() {
    const seen = [...cards()]; // not those that come meanwhile: they have no size yet
    onceLaidOut(() => {
      const away = seen.filter((card) => {
        const { top, bottom } = card.getBoundingClientRect();
        return bottom < 0 || top > window.innerHeight;
      });
      for (const card of away) card.classList.add("settled");
    });
  }

  /** A post whose date was changed meanwhile may come a second time: the reader keeps the first. */
  function dropRepeated() {
    const seen = new Set();
    for (const card of cards()) {
      if (seen.has(card.id)) card.remove();
      else seen.add(card.id);
    }
  }

  /** At the end, offer what was published at the top meanwhile: whether something was, the first page tells. */
  async function offerNewer() {
    const offer = listing().querySelector("[data-newer]");
    if (!offer || listing().querySelector(".pager a[rel=prev]")) return;
    const top = await (await fetch(offer.href)).text();
    const newest = new DOMParser().parseFromString(top, "text/html").querySelector("#posts > article");
    if (newest && !document.getElementById(newest.id)) offer.hidden = false;
  }

  // --- what htmx tells

  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    announce(""); // the same sentence twice would not be heard
    filterFailure().hidden = true;
    document.body.classList.toggle("awaiting", isOlder(detail.elt)); // site.css: the footer gives way unseen
  });

  document.addEventListener("htmx:afterRequest", () => {
    const awaited = () => Boolean(pager()?.querySelector(".htmx-request"));
    onceLaidOut(() => document.body.classList.toggle("awaiting", awaited()));
  });

  let before = 0;
  let pagerHadFocus = false;
  let listingHadFocus = false;
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    // Anything else than a page with a listing, such as a hotel's sign-in page, is a failure whatever its status says.
    detail.shouldSwap = detail.xhr.status === 200 && detail.xhr.response.includes('id="posts"');
    detail.isError = !detail.shouldSwap;
    before = cards().length;
    pagerHadFocus = pager()?.contains(document.activeElement) ?? false;
    listingHadFocus = listing().contains(document.activeElement);
  });

  // Not afterSwap, which comes once for each element that was swapped in.
  document.addEventListener("htmx:afterOnLoad", ({ detail }) => {
    if (!detail.successful) return;
    if (isOlder(detail.requestConfig.elt)) appended();
    else if (isFilter(detail.requestConfig.elt)) filtered();
  });

  function appended() {
    dropRepeated();
    listing().dataset.batches = batches() + 1;
    const fresh = cards().length - before;
    if (pagerHadFocus) cards()[before]?.querySelector("a").focus({ preventScroll: true });
    announce(counted("more", fresh, { new: numbers.format(fresh), shown: shown(), total: total() }));
    arrived();
    offerNewer().catch(() => {}); // without the network there is nothing to offer
  }

  // The first result is an entry of the history, so that Back undoes it; those of further letters take its place.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt !== box) return;
    const again = location.pathname === new URL(box.action).pathname;
    box.setAttribute("hx-push-url", String(!again));
    box.setAttribute("hx-replace-url", String(again));
  });

  /** The box shows what the listing was searched for. */
  function showQuery() {
    box.elements.q.value = listing().dataset.q;
  }

  function filtered() {
    if (document.activeElement !== box.elements.q) showQuery();
    announce(listing().dataset.announce);
    if (listing().getBoundingClientRect().top < 0) listing().scrollIntoView({ behavior: "instant" });
    keepFocus();
    arrived();
  }

  /** htmx hands the focus on to the new chip with the old one's id; if there is none, the first chip takes it. */
  function keepFocus() {
    if (!listingHadFocus) return;
    if (!listing().contains(document.activeElement)) listing().querySelector(".chip")?.focus({ preventScroll: true });
    // The chip has another place now, and where tags scroll in a box of their own, that is back at its beginning.
    document.activeElement.scrollIntoView({ behavior: "instant", block: "nearest", inline: "nearest" });
  }

  // scroll-restore.js brings cards back after a reload or Back.
  document.addEventListener("listing:restored", () => {
    showQuery();
    const { count } = document.querySelector("#older, #end")?.dataset ?? {};
    announce(counted("restored", Number(count ?? cards().length), { shown: shown(), total: total() }));
    arrived();
  });

  function arrived() {
    // What a phone shares is the canonical address.
    document.querySelector("link[rel=canonical]").href = listing().dataset.canonical;
    nameFeeds();
    settle();
    watch();
    document.dispatchEvent(new Event("listing:changed"));
  }

  /** The feeds of the tags that are chosen stand before the site's, as they do when the page is opened by its address. */
  function nameFeeds() {
    for (const link of document.querySelectorAll("link[data-tagged]")) link.remove();
    const { names, canonical } = listing().dataset;
    if (!names) return;
    const feeds = [...document.querySelectorAll('link[rel=alternate][href*="/feed."]')];
    const tagged = feeds.map((link) => {
      const copy = link.cloneNode();
      copy.dataset.tagged = "";
      copy.title = `${names} · ${link.title}`;
      copy.href = canonical.split("?")[0] + /[/][^/]*$/.exec(new URL(link.href).pathname)[0];
      return copy;
    });
    feeds[0].before(...tagged);
  }

  // --- failures

  for (const kind of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, ({ detail }) => failed(detail.requestConfig?.elt ?? detail.elt));
  }

  function failed(source) {
    announce(listing().dataset.failed);
    if (isFilter(source)) {
      filterFailure().hidden = false;
      watch(); // its request may have taken the place of one for older posts
      return;
    }
    if (!pager()) return;
    failure().hidden = false;
    // After a return without the cards the reader is sent to where they are missing, and no others come in their place.
    if (source === listing()) {
      observer.disconnect();
      pager().scrollIntoView({ behavior: "instant", block: "end" });
    }
  }

  function tryAgain() {
    // If it was scroll-restore.js that failed, that is what is tried again.
    const mine = document.dispatchEvent(new Event("listing:again", { cancelable: true }));
    if (mine && pager()) load(pager());
  }

  window.addEventListener("online", () => {
    if (failure()?.hidden === false) tryAgain();
  });

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-show-more]")) load(pager());
    else if (target.closest("[data-try-again]")) tryAgain();
  });

  // A click with a key held down opens a new tab or window: that is the browser's.
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a[hx-get]");
      if (link && (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) event.stopImmediatePropagation();
    },
    { capture: true },
  );

  // After htmx, which begins with the same event.
  document.addEventListener("DOMContentLoaded", () => {
    settle();
    watch();
  });
})();
