"""Returning to the list restores all cards and the scroll position."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from blog import clock
from blog.store.db import writing
from blog.store.models import Site as SiteRow
from blog.writing import editing
from tests.browser.reader import (
    cards,
    expect_at,
    load_batches,
    pages_asked_for,
    scroll_to,
    to_the_bottom,
    view,
)
from tests.browser.serving import Site
from tests.browser.waiting import settle, until
from tests.browser.windows import Console


class Place(NamedTuple):
    """The reader's state: how much of the list is loaded, and the position of a card in the window."""

    cards: list[str]
    y: float
    card: str
    top: float


def place(page: Page, card: str) -> Place:
    seen = page.evaluate(
        """(card) => [
          [...document.querySelectorAll("#posts > article")].map((card) => card.id),
          scrollY,
          card,
          document.getElementById(card)?.getBoundingClientRect().top ?? 1e9,
        ]""",
        card,
    )
    return Place(*seen)


def go_to(page: Page, number: int, *, top: int = 123) -> Place:
    """Scroll until the card with this number is `top` pixels below the top of the window."""
    card = view(page).cards[number]
    scroll_to(page, card, top=top)
    settle(page)
    return place(page, card)


def load(page: Page, *, cards_in_all: int = 48) -> None:
    """Load at least this many cards, 48 or more: from then on, none load automatically."""
    load_batches(page, 3)
    for shown in range(48, cards_in_all, 12):
        page.get_by_role("button", name="Show more").click()
        expect(cards(page)).to_have_count(shown + 12)


def read(page: Page, there: Place) -> None:
    """Open the post that the reader has reached."""
    page.locator(f"#{there.card} a").click()
    page.wait_for_url("**/posts/*")


def expect_place(page: Page, there: Place) -> None:
    expect_in_view(page, there)
    here = place(page, there.card)
    assert here.cards == there.cards
    assert abs(here.y - there.y) <= 2


def expect_in_view(page: Page, there: Place) -> None:
    """The card is at its previous position, to within 2 pixels, and stays there when loading has finished."""
    expect_at(page, there.card, top=there.top)
    for _ in range(3):
        settle(page)
        assert abs(place(page, there.card).top - there.top) <= 2
    until(page, "() => document.querySelector('article.settled')")


@pytest.fixture
def caching_context(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], console: Console
) -> Iterator[BrowserContext]:
    """A browser with a back/forward cache, which Playwright disables by default."""
    browser = browser_type.launch(
        **browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"]
    )
    context = browser.new_context()
    console.listen(context)
    yield context
    browser.close()


def test_back_with_the_browsers_cache_needs_no_request(
    caching_context: BrowserContext, reading_site: Site
) -> None:
    page = caching_context.new_page()
    page.add_init_script("addEventListener('pageshow', ({ persisted }) => { window.persisted = persisted; })")
    page.goto(reading_site.url)
    load(page, cards_in_all=72)
    there = go_to(page, 50)
    read(page, there)
    asked = pages_asked_for(page)
    page.evaluate("history.back()")
    page.wait_for_url(reading_site.url + "/", wait_until="commit")  # no page is loaded
    until(page, "() => window.persisted === true")
    expect_place(page, there)
    assert len(there.cards) == 72
    assert asked == []
    page.get_by_role("button", name="Show more").click()  # it continues from there
    expect(cards(page)).to_have_count(84)


@pytest.mark.parametrize("how", [Page.go_back, Page.reload])
def test_without_that_cache_one_request_brings_every_card_and_the_same_pixel(
    page: Page, reading_site: Site, how: Callable[[Page], object]
) -> None:
    page.goto(reading_site.url)
    load(page, cards_in_all=72)
    there = go_to(page, 50)
    if how is Page.go_back:
        read(page, there)
    asked = pages_asked_for(page)
    how(page)
    expect_place(page, there)
    assert len(there.cards) == 72
    document, upto = asked
    assert document == reading_site.url + "/"
    assert upto.startswith(reading_site.url + "/?upto=")
    assert page.url == reading_site.url + "/"
    expect(page.get_by_role("status")).to_have_text("72 of 142 posts")
    page.get_by_role("button", name="Show more").click()
    expect(cards(page)).to_have_count(84)


def test_a_reopened_tab_is_at_the_same_place(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    reading_site: Site,
    tmp_path: Path,
    console: Console,
) -> None:
    def start(*more: str) -> BrowserContext:
        options = {**browser_type_launch_args, "args": [*browser_type_launch_args["args"], *more]}
        context = browser_type.launch_persistent_context(tmp_path / "profile", **options)
        console.listen(context)
        return context

    context = start()
    page = context.new_page()
    page.goto(reading_site.url)
    load(page)
    there = go_to(page, 30)
    # A closing browser does not notify its pages: they store their position when scrolling has ended.
    until(page, '(y) => Object.values(sessionStorage).some((place) => place.includes(`"y":${y}}`))', there.y)
    context.close()  # the whole browser

    context = start("--restore-last-session")
    (page,) = (page for page in context.pages if page.url != "about:blank")
    page.bring_to_front()  # A background tab is drawn once per second.
    expect_place(page, there)
    assert page.url == reading_site.url + "/"
    context.close()


@pytest.mark.long
def test_of_more_than_300_cards_the_last_come_back_and_a_link_to_newer_ones(page: Page, site: Site) -> None:
    with site.app.app_context(), writing() as session:
        session.get_one(SiteRow, 1).posts_per_page = 60
        long_ago = clock.now() - timedelta(days=1000)
        for number in range(170):
            text = editing.Text("Words to read.", f"Short post {number}")
            editing.create(text, published_at=long_ago - timedelta(hours=number))

    def read_and_return(number: int) -> Place:
        page.goto(site.url)
        for shown in (120, 180, 240, 300, 312):
            to_the_bottom(page)
            if shown > 240:
                page.get_by_role("button", name="Show more").click()
            expect(cards(page)).to_have_count(shown)
        there = go_to(page, number)
        read(page, there)
        page.go_back()
        expect_in_view(page, there)
        return there

    there = read_and_return(305)
    assert view(page).cards == there.cards[12:]
    newer = page.get_by_role("link", name="Newer posts")
    newer.click()
    expect(cards(page)).to_have_count(60)
    assert view(page).cards == there.cards[:60]

    # For a reader who has scrolled far up again: 300 cards around the visible position.
    there = read_and_return(5)
    assert view(page).cards == there.cards[:300]
    expect(newer).to_have_count(0)


@pytest.mark.parametrize("told", [True, False], ids=["with the Navigation API", "without it"])
def test_two_visits_to_one_address_come_back_to_a_place_each(
    page: Page, reading_site: Site, told: bool
) -> None:
    if not told:  # as in WebKit before Safari 26.2
        page.add_init_script("Object.defineProperty(window, 'navigation', { value: undefined })")
    page.goto(reading_site.url)
    load(page)
    first = go_to(page, 30)
    read(page, first)
    page.get_by_role("link", name="Posts", exact=True).click()
    expect(cards(page)).to_have_count(12)
    load(page)
    second = go_to(page, 20, top=210)
    read(page, second)

    page.go_back()
    expect_place(page, second)
    page.go_back()
    page.go_back()
    expect_place(page, first)
    page.go_forward()
    page.go_forward()
    expect_place(page, second)


def test_a_fresh_visit_starts_at_the_top(page: Page, reading_site: Site, context: BrowserContext) -> None:
    def expect_the_top(page: Page) -> None:
        settle(page)
        settle(page)
        expect(cards(page)).to_have_count(12)
        assert page.evaluate("scrollY") == 0

    page.goto(reading_site.url)
    load(page)
    there = go_to(page, 30)
    asked = pages_asked_for(page)
    with page.expect_navigation():
        page.locator(".site-title a").evaluate("link => link.click()")  # to exactly the address of the page
    expect_the_top(page)
    load(page)
    scroll_to(page, there.card, top=123)
    read(page, there)
    page.get_by_role("link", name="Posts", exact=True).click()
    page.wait_for_url(reading_site.url + "/")
    expect_the_top(page)
    assert [address for address in asked if "upto" in address] == []
    tab = context.new_page()
    tab.goto(reading_site.url)
    expect_the_top(tab)


def test_the_place_stays_though_posts_are_published_above_it(page: Page, site: Site) -> None:
    def publish(number: int) -> list[str]:
        with site.app.app_context():
            return [
                f"post-{editing.create(editing.Text('Words.', f'New {n}'), published_at=clock.now())}"
                for n in range(number)
            ][::-1]

    page.goto(site.url)
    first = go_to(page, 1)
    new = publish(12)
    page.reload()  # the twelve are no longer the newest
    expect_in_view(page, first)
    assert view(page).cards == new + first.cards

    load(page)
    deep = go_to(page, 30)
    read(page, deep)
    newer = publish(3)
    page.go_back()
    expect_in_view(page, deep)
    assert view(page).cards == newer + deep.cards

    # A reader at the top stays at the top.
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    newest = publish(1)
    page.reload()
    expect(cards(page).first).to_have_id(newest[0])
    expect(page.locator(f"#{deep.cards[-1]}")).to_be_attached()
    settle(page)
    assert page.evaluate("scrollY") == 0


def test_back_to_a_listing_that_began_further_down(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    load_batches(page, 1)
    page.goto(f"{reading_site.url}{page.locator('#older a').get_attribute('href')}")
    load(page)
    newer = page.get_by_role("link", name="Newer posts").get_attribute("href")
    there = go_to(page, 30)
    read(page, there)
    page.go_back()
    expect_place(page, there)
    assert len(there.cards) == 48
    expect(page.get_by_role("link", name="Newer posts")).to_have_attribute("href", str(newer))


def test_a_return_that_could_not_load_can_be_tried_again(
    page: Page, reading_site: Site, console: Console
) -> None:
    console.expected = re.compile("Failed to load resource|htmx:")
    page.goto(reading_site.url)
    load(page)
    there = go_to(page, 30)
    page.route("**/?upto=*", lambda route: route.abort())
    for _ in range(2):  # it is still there the second time
        page.reload()
        expect(page.locator("#older .failed")).to_be_in_viewport()
        expect(page.get_by_role("status")).to_have_text("Could not load. Try again")
        settle(page)
        expect(cards(page)).to_have_count(12)
    page.unroute("**/?upto=*")
    page.get_by_role("button", name="Try again").click()
    expect_place(page, there)
