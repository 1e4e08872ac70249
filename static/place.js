// Back, reload and a reopened tab bring the reader to the same place, also when the browser kept nothing of the page.
//
// For each entry of the tab's history it remembers how far the listing was loaded and which card stood where. If a
// page is then made anew with fewer cards, one request (`upto`) brings the others, and the card goes where it stood.
(() => {
  "use strict";

  const listing = () => document.getElementById("listing");
  const cards = () => [...listing().querySelectorAll("#posts > article")];

  // Each entry of the history has a key that survives a reload and a reopened tab. Where the browser does not tell it,
  // the address stands for it, and only a reload or Back may then be taken for a return.
  const entry = () => `place:${window.navigation?.currentEntry?.key ?? location.href}`;
  const isReturn = () =>
    Boolean(window.navigation?.currentEntry) ||
    ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type);

  let restoring = false;

  function remember() {
    if (restoring) return;
    const all = cards();
    const anchor = all.find((card) => card.getBoundingClientRect().bottom > 0);
    if (!anchor) return;
    const place = {
      upto: all.at(-1).dataset.cursor,
      loaded: all.length,
      card: anchor.id,
      top: anchor.getBoundingClientRect().top,
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

  async function bring(address) {
    await htmx.ajax("GET", address, { source: "#listing", target: "#listing", select: "#listing", swap: "outerHTML" });
  }

  /** Bring the page to `place`: its cards with one request if they are not here, and its card where it stood. */
  async function restore(place, { fresh }) {
    restoring = true;
    const address = new URL(location.href);
    if (place && (fresh || place.loaded > cards().length)) {
      address.searchParams.set("upto", place.upto);
      await bring(address.pathname + address.search);
      document.dispatchEvent(new CustomEvent("listing:restored"));
    } else if (fresh) {
      await bring(address.pathname + address.search);
      document.dispatchEvent(new CustomEvent("listing:restored"));
    }
    const card = place && document.getElementById(place.card);
    if (card) window.scrollBy({ top: card.getBoundingClientRect().top - place.top, behavior: "instant" });
    restoring = false;
    remember();
  }

  // --- a page made anew: after a reload, after Back without the browser's own cache, in a reopened tab

  const place = isReturn() ? remembered() : null;
  if (place) {
    history.scrollRestoration = "manual";
    restore(place, { fresh: false });
  }

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
  // Before a filter changes the address, while the entry is still the one that is being left.
  document.addEventListener("htmx:beforeHistoryUpdate", remember);
  window.addEventListener("pagehide", remember);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") remember();
  });
})();
