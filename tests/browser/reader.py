"""Actions of a reader in the list, and what the reader sees."""

from typing import NamedTuple

from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.waiting import until

CARDS = "#posts > article"
A_PAGE = 12
AUTOMATIC_BATCHES = 3


class View(NamedTuple):
    """The visible state of a list page."""

    path: str
    title: str
    heading: str
    chips: list[str]
    cards: list[str]


def view(page: Page) -> View:
    """The current state of `page`, read at once."""
    seen = page.evaluate(
        """() => [
          location.pathname + location.search,
          document.title,
          document.querySelector("h1").textContent,
          [...document.querySelectorAll(".filter .chip")].map((chip) => chip.textContent),
          [...document.querySelectorAll("#posts > article")].map((card) => card.id),
        ]"""
    )
    return View(*seen)


def cards(page: Page) -> Locator:
    return page.locator(CARDS)


def chip(page: Page, tag: str) -> Locator:
    return page.locator(f"#tag-{tag}")


def filter_by(page: Page, tag: str, *, heading: str) -> None:
    """Click the chip of a tag and wait for the list with its `heading`."""
    chip(page, tag).click()
    expect(page.locator("h1")).to_have_text(heading)


def to_the_bottom(page: Page) -> None:
    page.evaluate("scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })")


def load_batches(page: Page, number: int) -> None:
    """Scroll until `number` more pages have been loaded."""
    for _ in range(number):
        before = cards(page).count()
        to_the_bottom(page)
        expect(cards(page)).to_have_count(before + A_PAGE)


def top_of(page: Page, card: str) -> float:
    """Distance of the card `card` from the top of the window, in pixels."""
    return float(page.evaluate("(id) => document.getElementById(id).getBoundingClientRect().top", card))


def scroll_to(page: Page, card: str, *, top: int) -> None:
    """Scroll until the card is `top` pixels below the top of the window."""
    page.evaluate(
        """([id, top]) => scrollBy({
          top: document.getElementById(id).getBoundingClientRect().top - top, behavior: "instant"
        })""",
        [card, top],
    )


def expect_at(page: Page, card: str, *, top: float) -> None:
    """Wait until the card is at its previous position, to within 2 pixels."""
    until(
        page,
        """([id, top]) => Math.abs((document.getElementById(id)?.getBoundingClientRect().top ?? 1e9) - top) <= 2""",
        [card, top],
    )


def focused(page: Page) -> str:
    """The id of the focused element or of its card, or else its name."""
    return str(
        page.evaluate(
            """() => {
              const it = document.activeElement;
              return it.id || it.closest("#posts > article")?.id || it.localName;
            }"""
        )
    )


def pages_asked_for(page: Page) -> list[str]:
    """The addresses of all pages requested from now on, by navigation or htmx: a growing list."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type in {"document", "xhr", "fetch"}:
            asked.append(request.url)

    page.on("request", note)
    return asked
