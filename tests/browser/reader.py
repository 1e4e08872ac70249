"""What a reader of the listing does in a browser, and what they then see."""

from typing import NamedTuple

from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.waiting import until

CARDS = "#posts > article"
A_PAGE = 12
AUTOMATIC_BATCHES = 3


class View(NamedTuple):
    """What a page of the listing shows."""

    path: str
    title: str
    heading: str
    chips: list[str]
    cards: list[str]


def view(page: Page) -> View:
    """What `page` shows now, all read at once."""
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
    """Click the tag's chip, and wait for the listing under its `heading`."""
    chip(page, tag).click()
    expect(page.locator("h1")).to_have_text(heading)


def to_the_bottom(page: Page) -> None:
    page.evaluate("scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })")


def load_batches(page: Page, number: int) -> None:
    """Scroll until `number` more batches of a whole page each have come."""
    for _ in range(number):
        before = cards(page).count()
        to_the_bottom(page)
        expect(cards(page)).to_have_count(before + A_PAGE)


def top_of(page: Page, card: str) -> float:
    """How far below the upper edge of the window the card with the id `card` stands, in pixels."""
    return float(page.evaluate("(id) => document.getElementById(id).getBoundingClientRect().top", card))


def scroll_to(page: Page, card: str, *, top: int) -> None:
    """Scroll so that the card stands `top` pixels below the upper edge of the window."""
    page.evaluate(
        """([id, top]) => scrollBy({
          top: document.getElementById(id).getBoundingClientRect().top - top, behavior: "instant"
        })""",
        [card, top],
    )


def expect_at(page: Page, card: str, *, top: float) -> None:
    """Wait until the card stands where it stood, to within 2 pixels."""
    until(
        page,
        """([id, top]) => Math.abs((document.getElementById(id)?.getBoundingClientRect().top ?? 1e9) - top) <= 2""",
        [card, top],
    )


def focused(page: Page) -> str:
    """The id of the focused element, or of the card that it belongs to; its name if it has neither."""
    return str(
        page.evaluate(
            """() => {
              const it = document.activeElement;
              return it.id || it.closest("#posts > article")?.id || it.localName;
            }"""
        )
    )


def pages_asked_for(page: Page) -> list[str]:
    """The addresses of all pages, whole or for htmx, that are asked for from now on: a list that grows."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type in {"document", "xhr", "fetch"}:
            asked.append(request.url)

    page.on("request", note)
    return asked
