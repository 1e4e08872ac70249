// Lets a card's title become the post's title, and back, where the browser has cross-document view transitions and the
// reader has nothing against motion (site.css asks). A name may be given to one element of a page only, so it is given
// when it is known which card is meant.

const NAME = "post-title";

/**
 * The title of the card that leads to `url`.
 * @param {string | null | undefined} url
 */
const cardTitle = (url) =>
  [...document.querySelectorAll(".card-title a")].find(
    (link) => link instanceof HTMLAnchorElement && link.href === url,
  )?.parentElement;

/**
 * @param {ViewTransition | null} transition
 * @param {HTMLElement | null | undefined} element
 */
function nameWhile(transition, element) {
  if (!transition || !element) return;
  element.style.viewTransitionName = NAME;
  transition.finished.finally(() => {
    element.style.viewTransitionName = "";
  });
}

window.addEventListener("pageswap", (event) => {
  nameWhile(event.viewTransition, cardTitle(event.activation?.entry?.url));
});

window.addEventListener("pagereveal", (event) => {
  nameWhile(event.viewTransition, cardTitle(window.navigation?.activation?.from?.url));
});
