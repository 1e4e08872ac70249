// Back, reload and a reopened tab bring the reader to the same place, also when the browser kept nothing of the page.
//
// For each entry of the tab's history it remembers how far the listing was loaded and which card stood where. If a
// page is then made anew with fewer cards, one request (`upto`) brings the others, and the card goes where it stood.
// The browser is told to leave the scrolling to this file, also where its back/forward cache kept the page: WebKit then
// shows the page from the top.

import { data, find } from "./dom.js";

/** @typedef {{ upto: string, batches?: string, card: string | null, top: number, y: number }} Place */
/** @typedef {{ place: Place | null, fresh: boolean }} Job */

const listing = () => find("#listing", HTMLElement);

/** @type {() => HTMLElement[]} */
const cards = () => Array.from(listing().querySelectorAll("#posts > article"));

/** How many cards the server brings at once. */
const mostRestored = () => Number(data(listing(), "mostRestored"));

// Each entry of the history has a key that survives a reload and a reopened tab. A browser that does not tell it
// (WebKit before Safari 26.2) keeps one of ours in the entry's state.
/** @type {string | null} that of the entry whose listing is shown, only where the browser does not tell it */
let ours = null;

function ourKey() {
  if (!history.state?.place) {
    const random = crypto.getRandomValues(new Uint32Array(4)); // randomUUID is missing without HTTPS
    history.replaceState({ ...history.state, place: random.join("-") }, "");
  }
  return history.state.place;
}

const entry = () => `place:${window.navigation?.currentEntry?.key ?? ours}`;

/** @type {Job | null} what is still to be brought back: until then there is nothing new to remember */
let pending = null;
/** @type {Place | null} where the reader was when the page was left; until it is back there, what it shows counts nothing */
let left = null;

/**
 * The card begins in view, or fills it; one of which only the end is seen says little about the place.
 * @param {Element} card
 */
function isRead(card) {
  const { top, bottom } = card.getBoundingClientRect();
  return top >= 0 || bottom > window.innerHeight;
}

/**
 * Where the reader is; null while there is no listing.
 * @returns {Place | null}
 */
function here() {
  const all = cards();
  const found = all.findIndex(isRead);
  const inView = found < 0 ? all.length - 1 : found;
  // The server brings the last 300 cards, or, for a reader who went far up again, 300 around the card in view.
  const most = mostRestored();
  const farUp = inView < all.length - most;
  const card = all[inView];
  const last = all[(farUp ? Math.max(inView + most / 2, most) : all.length) - 1];
  if (!card || !last) return null;
  return {
    upto: data(last, "cursor"),
    batches: listing().dataset.batches,
    // At the very top the reader is at the top, whatever is published there meanwhile.
    card: window.scrollY > 0 ? card.id : null,
    top: card.getBoundingClientRect().top,
    y: window.scrollY,
  };
}

/** Write down where the reader is, and return it. */
function remember() {
  const place = pending || left ? null : here();
  if (!place) return null;
  try {
    sessionStorage.setItem(entry(), JSON.stringify(place));
  } catch {
    // Storage is full or switched off: then Back goes to the top, as it does everywhere else.
  }
  return place;
}

/** @returns {Place | null} */
function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(entry()) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Fetch the listing of this address down to `place`; whether it came.
 * @param {Place | null} place
 */
async function bring(place) {
  const old = listing();
  const address = new URL(location.href);
  if (place) address.searchParams.set("upto", place.upto);
  const how = { source: "#listing", target: "#listing", select: "#listing", swap: "outerHTML" };
  await htmx.ajax("GET", address.pathname + address.search, how).catch(() => {}); // listing.js says that it failed
  return listing() !== old;
}

/**
 * Bring the page to `place`: its cards with one request if they are not here, and its card where it stood.
 * @param {Place | null} place
 */
async function restore(place, { fresh = false } = {}) {
  const job = { place, fresh };
  pending = job;
  if (fresh || !cards().some((card) => card.dataset.cursor === place?.upto)) {
    const came = await bring(place);
    if (pending !== job) return; // the reader has gone on
    if (!came) {
      if (fresh) location.reload(); // what is shown belongs to another address
      return;
    }
    listing().dataset.batches = place?.batches ?? "0";
    document.dispatchEvent(new Event("listing:restored"));
  }
  goTo(place);
  pending = null;
  remember();
}

/**
 * Scroll so that the card of `place` stands where it stood.
 * @param {Place | null} place
 */
function goTo(place) {
  const card = place?.card ? document.getElementById(place.card) : null;
  const by = place && card ? card.getBoundingClientRect().top - place.top : (place?.y ?? 0) - window.scrollY;
  window.scrollBy({ top: by, behavior: "instant" });
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
  const [visit] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  const place = visit?.type === "reload" || visit?.type === "back_forward" ? remembered() : null;
  if (place) restore(place);
});

// --- the page as the browser's back/forward cache kept it: it is whole, and the reader's place was noted in it

window.addEventListener("pageshow", ({ persisted }) => {
  const place = left;
  left = null;
  if (!persisted) return;
  if (pending)
    restore(pending.place, pending); // what was under way when the page was left did not come
  else if (place) restore(place);
});

// --- Back from one filter to another within the page: htmx asks what to show

document.addEventListener("htmx:historyCacheMiss", (event) => {
  event.preventDefault();
  restore(remembered(), { fresh: true });
});

// --- remembering

/** What the event `navigate` does, for a browser that has none. */
function rememberWithoutNavigation() {
  // htmx replaces the state of an entry with one of its own: what else the entry holds stays.
  const replace = history.replaceState.bind(history);
  history.replaceState = (state, ...rest) => replace({ ...history.state, ...state }, ...rest);
  document.addEventListener("htmx:beforeHistoryUpdate", remember);
  // At once: were the key first asked for after a quick Back, it would be that of the entry arrived at.
  const arrive = () => {
    ours = ourKey();
  };
  arrive();
  document.addEventListener("htmx:pushedIntoHistory", arrive);
  // Before htmx hears of it: the listing of the entry that was left still stands here.
  const leave = () => {
    remember();
    arrive();
  };
  window.addEventListener("popstate", leave, { capture: true });
}

let timer = 0;
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
if (!window.navigation) rememberWithoutNavigation();
window.addEventListener("pagehide", () => {
  clearTimeout(timer);
  left = remember();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") remember();
});
