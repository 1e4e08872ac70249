// Back, reload and a reopened tab bring the reader to the same place, also when the browser kept nothing of the page.
//
// For each entry of the tab's history it remembers how far the listing was loaded and which card stood where. If a
// page is then made anew with fewer cards, one request (`upto`) brings the others, and the card goes where it stood.
(() => {
  "use strict";

  const MOST_RESTORED = 300; // cards that the server brings at once

  const listing = () => document.getElementById("listing");
  const cards = () => [...listing().querySelectorAll("#posts > article")];

  // Each entry of the history has a key that survives a reload and a reopened tab. Where the browser does not tell it,
  // the address stands for it.
  const entry = () => `place:${window.navigation?.currentEntry?.key ?? location.href}`;

  let pending = null; // what is still to be brought back: until then there is nothing new to remember

  function remember() {
    const all = cards();
    const inView = all.findIndex((card) => card.getBoundingClientRect().bottom > 0);
    const anchor = all.at(inView);
    if (pending || !anchor) return;
    // The server brings the last 300 cards, or, for a reader who went far up again, 300 around the card in view.
    const last = inView < all.length - MOST_RESTORED ? Math.max(inView + MOST_RESTORED / 2, MOST_RESTORED) : 0;
    const place = {
      upto: all.at(last - 1).dataset.cursor,
      batches: listing().dataset.batches,
      // At the very top the reader is at the top, whatever is published there meanwhile.
      card: window.scrollY > 0 ? anchor.id : null,
      top: anchor.getBoundingClientRect().top,
      y: window.scrollY,
    };
    try {
      sessionStorage.setItem(entry(), JSON.stringify(place));
    } catch {
      // Storage is full or switched off: then Back goes to the top, as it does everywhere else.
    }
  }

  function remembered() {
    try {
      return JSON.parse(sessionStorage.getItem(entry()));
    } catch {
      return null;
    }
  }

  /** Fetch the listing of this address down to `place`; whether it came. */
  async function bring(place) {
    const old = listing();
    const address = new URL(location.href);
    if (place) address.searchParams.set("upto", place.upto);
    const how = { source: "#listing", target: "#listing", select: "#listing", swap: "outerHTML" };
    await htmx.ajax("GET", address.pathname + address.search, how).catch(() => {}); // listing.js says that it failed
    return listing() !== old;
  }

  /** Bring the page to `place`: its cards with one request if they are not here, and its card where it stood. */
  async function restore(place, { fresh = false } = {}) {
    const job = (pending = { place, fresh });
    if (fresh || !cards().some((card) => card.dataset.cursor === place.upto)) {
      const came = await bring(place);
      if (pending !== job) return; // the reader has gone on
      if (!came) {
        if (fresh) location.reload(); // what is shown belongs to another address
        return;
      }
      listing().dataset.batches = place?.batches ?? 0;
      document.dispatchEvent(new Event("listing:restored"));
    }
    const card = place?.card && document.getElementById(place.card);
    const by = card ? card.getBoundingClientRect().top - place.top : (place?.y ?? 0) - window.scrollY;
    window.scrollBy({ top: by, behavior: "instant" });
    pending = null;
    remember();
  }

  document.addEventListener("listing:again", (event) => {
    if (!pending) return;
    event.preventDefault();
    restore(pending.place, pending);
  });

  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.elt !== listing()) pending = null;
  });

  // --- a page made anew: after a reload, after Back without the browser's own cache, in a reopened tab

  history.scrollRestoration = "manual";
  document.addEventListener("DOMContentLoaded", () => {
    // A link to this very address keeps the entry's key, but the reader who follows it wants the top.
    const { type } = performance.getEntriesByType("navigation")[0];
    const place = ["reload", "back_forward"].includes(type) ? remembered() : null;
    if (place) restore(place);
  });

  // --- Back from one filter to another within the page: htmx asks what to show

  document.addEventListener("htmx:historyCacheMiss", (event) => {
    event.preventDefault();
    restore(remembered(), { fresh: true });
  });

  // --- remembering

  let timer;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(remember, 150);
  };
  window.addEventListener("scroll", soon, { passive: true });
  document.addEventListener("listing:changed", soon);
  // While the entry that is being left is still the current one: before a filter changes the address, and before Back.
  // Not when htmx only marks an entry as its own (replace), which it also does after Back and before the page changes.
  window.navigation?.addEventListener("navigate", ({ navigationType }) => {
    if (navigationType !== "replace") remember();
  });
  window.addEventListener("pagehide", remember);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") remember();
  });
})();
