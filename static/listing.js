// The listing while one scrolls and filters: loads older posts ahead of the reader, says what came, mends what failed.
// Without this file every link in it still works.

import { data, find } from "./dom.js";
import { fill, formatNumber, pluralForm } from "./i18n.js";

const AUTOMATIC_BATCHES = 3; // then a button, so that the footer can be reached
const AHEAD = "100%"; // of the viewport's height
const FRAMES_TO_LAY_OUT = 2; // frames until a card has been laid out and its size is remembered

/**
 * Do `what` when everything that is in the page now has been laid out.
 * @param {() => void} what
 */
function onceLaidOut(what, frames = FRAMES_TO_LAY_OUT) {
  if (frames === 0) what();
  else requestAnimationFrame(() => onceLaidOut(what, frames - 1));
}

const status = find("#status", HTMLElement);
const listing = () => find("#listing", HTMLElement);
const cards = () => listing().querySelectorAll("#posts > article");
/** @returns {HTMLElement | null} */
const pager = () => document.querySelector("#older");
/** @returns {HTMLElement | null | undefined} */
const failure = () => pager()?.querySelector(".failed");
const filterFailure = () => find(".filter-failed", HTMLElement, listing());
/** @param {Element | undefined} element */
const isOlder = (element) => Boolean(element?.matches("#older a[rel=next]"));
/** @param {Element | undefined} element */
const isFilter = (element) => Boolean(element?.matches(".chip, .search-box"));
const box = find("#search", HTMLFormElement);
const query = find("[name=q]", HTMLInputElement, box);
/** @returns {HTMLElement | null} what comes behind the last card */
const end = () => document.querySelector("#older, #end");

// How many batches came since the listing was first shown. It stands in the page, where scroll-restore.js finds it, and goes
// with the listing when a filter brings another one.
const batches = () => Number(listing().dataset.batches ?? 0);

/** @param {string} sentence */
const announce = (sentence) => {
  status.textContent = sentence;
};

/**
 * The sentence `name` for `count` things. The page has one for each kind of number that the language of its words tells
 * apart: data-more-one, data-more-other and so on.
 * @param {string} name
 * @param {number} count
 * @param {Record<string, string>} values
 */
function counted(name, count, values) {
  const mine = Object.entries(listing().dataset).filter(([key]) => key.startsWith(name));
  const forms = Object.fromEntries(mine.map(([key, form]) => [key.slice(name.length).toLowerCase(), form]));
  return fill(pluralForm(forms, count, status.lang), values);
}

const shown = () => formatNumber(cards().length);

/** How many posts there are, by the page that came last: others may have been published since the first. */
const total = () => end()?.dataset.total ?? shown();

// --- loading ahead

const observer = new IntersectionObserver(
  (entries) => {
    if (entries.some((entry) => entry.isIntersecting)) load();
  },
  { rootMargin: `0px 0px ${AHEAD} 0px` },
);

function load() {
  const nav = pager();
  if (!nav) return;
  observer.unobserve(nav); // once: what fails waits for the reader, or for the network
  htmx.trigger(find("a[rel=next]", HTMLElement, nav), "near");
}

/** Watch the link to older posts, or show the button in its place when enough came by itself. */
function watch() {
  observer.disconnect();
  const nav = pager();
  if (!nav) return;
  const enough = batches() >= AUTOMATIC_BATCHES;
  find("a[rel=next]", HTMLElement, nav).hidden = enough;
  find("[data-show-more]", HTMLElement, nav).hidden = !enough;
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
  if (!(offer instanceof HTMLAnchorElement) || listing().querySelector(".pager a[rel=prev]")) return;
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
  if (isOlder(detail.requestConfig?.elt)) appended();
  else if (isFilter(detail.requestConfig?.elt)) filtered();
});

function appended() {
  dropRepeated();
  listing().dataset.batches = String(batches() + 1);
  const fresh = cards().length - before;
  if (pagerHadFocus) cards()[before]?.querySelector("a")?.focus({ preventScroll: true });
  announce(counted("more", fresh, { new: formatNumber(fresh), shown: shown(), total: total() }));
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
  query.value = data(listing(), "q");
}

function filtered() {
  if (document.activeElement !== query) showQuery();
  announce(data(listing(), "announce"));
  if (listing().getBoundingClientRect().top < 0) listing().scrollIntoView({ behavior: "instant" });
  keepFocus();
  arrived();
}

/** htmx hands the focus on to the new chip with the old one's id; if there is none, the first chip takes it. */
function keepFocus() {
  if (!listingHadFocus) return;
  if (!listing().contains(document.activeElement)) {
    const [chip] = /** @type {NodeListOf<HTMLElement>} */ (listing().querySelectorAll(".chip"));
    chip?.focus({ preventScroll: true });
  }
  // The chip has another place now, and where tags scroll in a box of their own, that is back at its beginning.
  document.activeElement?.scrollIntoView({ behavior: "instant", block: "nearest", inline: "nearest" });
}

// scroll-restore.js brings cards back after a reload or Back.
document.addEventListener("listing:restored", () => {
  showQuery();
  announce(
    counted("restored", Number(end()?.dataset.count ?? cards().length), { shown: shown(), total: total() }),
  );
  arrived();
});

function arrived() {
  // What a phone shares is the canonical address.
  find("link[rel=canonical]", HTMLLinkElement).href = data(listing(), "canonical");
  nameFeeds();
  settle();
  watch();
  document.dispatchEvent(new Event("listing:changed"));
}

/** The feeds of the tags that are chosen stand before the site's, as they do when the page is opened by its address. */
function nameFeeds() {
  for (const link of document.querySelectorAll("link[data-tagged]")) link.remove();
  const names = data(listing(), "names");
  if (!names) return;
  const [address] = data(listing(), "canonical").split("?");
  /** @type {NodeListOf<HTMLLinkElement>} */
  const feeds = document.querySelectorAll('link[rel=alternate][href*="/feed."]');
  const tagged = Array.from(feeds, (link) => {
    const copy = /** @type {HTMLLinkElement} */ (link.cloneNode());
    copy.dataset.tagged = "";
    copy.title = `${names} · ${link.title}`;
    copy.href = address + (/\/[^/]*$/.exec(new URL(link.href).pathname)?.[0] ?? "");
    return copy;
  });
  feeds[0]?.before(...tagged);
}

// --- failures

for (const kind of /** @type {const} */ (["htmx:responseError", "htmx:sendError", "htmx:timeout"])) {
  document.addEventListener(kind, ({ detail }) => failed(detail.requestConfig?.elt ?? detail.elt));
}

/** @param {Element} source what the request came from */
function failed(source) {
  announce(data(listing(), "failed"));
  if (isFilter(source)) {
    filterFailure().hidden = false;
    watch(); // its request may have taken the place of one for older posts
    return;
  }
  const wrong = failure();
  if (!wrong) return;
  wrong.hidden = false;
  // After a return without the cards the reader is sent to where they are missing, and no others come in their place.
  if (source === listing()) {
    observer.disconnect();
    pager()?.scrollIntoView({ behavior: "instant", block: "end" });
  }
}

function tryAgain() {
  // If it was scroll-restore.js that failed, that is what is tried again.
  const mine = document.dispatchEvent(new Event("listing:again", { cancelable: true }));
  if (mine) load();
}

window.addEventListener("online", () => {
  if (failure()?.hidden === false) tryAgain();
});

document.addEventListener("click", ({ target }) => {
  if (!(target instanceof Element)) return;
  if (target.closest("[data-show-more]")) load();
  else if (target.closest("[data-try-again]")) tryAgain();
});

// A click with a key held down opens a new tab or window: that is the browser's.
document.addEventListener(
  "click",
  (event) => {
    const isOurs = event.target instanceof Element && event.target.closest("a[hx-get]");
    if (isOurs && (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey))
      event.stopImmediatePropagation();
  },
  { capture: true },
);

// After htmx, which begins with the same event.
document.addEventListener("DOMContentLoaded", () => {
  settle();
  watch();
});
