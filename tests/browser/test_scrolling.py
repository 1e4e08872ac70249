"""Infinite scrolling of the list."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from blog import clock
from blog.store.db import db
from blog.store.models import Post
from blog.writing import editing
from tests.browser.reader import cards, pages_asked_for, to_the_bottom
from tests.browser.serving import Site, running
from tests.browser.waiting import settle, until
from tests.browser.windows import Console

OLDER = "**/?after=*"
AT_ONCE = "el => el.click()"  # a click that does not scroll first


def ids(page: Page) -> list[str]:
    """The cards of the list from top to bottom."""
    found: list[str] = cards(page).evaluate_all("cards => cards.map(card => card.id)")
    return found


def older(page: Page) -> Locator:
    return page.get_by_role("link", name="Older posts", exact=True)


def show_more(page: Page) -> Locator:
    return page.get_by_role("button", name="Show more")


def status(page: Page) -> Locator:
    return page.get_by_role("status")


def scroll_all(page: Page, *, number: int) -> None:
    """Scroll, and press the button where it is shown, until there are `number` cards."""
    while (shown := cards(page).count()) < number:
        to_the_bottom(page)
        if show_more(page).is_visible():
            show_more(page).evaluate(AT_ONCE)
        expect(cards(page).nth(shown)).to_be_attached()
    expect(cards(page)).to_have_count(number)


# --- without a script


def test_complete_without_javascript(
    new_context: Callable[..., BrowserContext], reading_site: Site, console: Console
) -> None:
    context = new_context(java_script_enabled=False)
    console.listen(context)
    page = context.new_page()
    page.goto(reading_site.url)
    assert len(ids(page)) == 12
    expect(page.get_by_role("link", name="Newer posts")).to_have_count(0)
    downwards = [ids(page)]
    while older(page).count():
        older(page).click()
        page.wait_for_selector("#older, #end", state="attached")  # behind the cards
        downwards.append(ids(page))
    assert [len(shown) for shown in downwards] == [12] * 11 + [10]
    assert len({card for shown in downwards for card in shown}) == 142
    expect(page.locator("#end")).to_have_text("That is all 142 posts.", use_inner_text=True)

    upwards = [ids(page)]
    while page.get_by_role("link", name="Newer posts").count():
        page.get_by_role("link", name="Newer posts").click()
        page.wait_for_selector("#older, #end", state="attached")
        upwards.append(ids(page))
    assert upwards == downwards[::-1]
    assert page.url == reading_site.url + "/"


# --- the link to older posts


def test_the_link_is_followed_one_viewport_early_and_replaces_itself(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    asked = pages_asked_for(page)
    title = page.title()
    below = (
        "el => scrollBy({top: el.getBoundingClientRect().top - 2 * innerHeight - (%d), behavior: 'instant'})"
    )
    page.locator("#older").evaluate(below % 20)
    settle(page)
    assert asked == []
    page.locator("#older").evaluate(below % -20)
    expect(cards(page)).to_have_count(24)
    expect(page.locator("#older")).to_have_count(1)
    # The second link works like the first, for htmx too.
    page.locator("#older").evaluate(below % -20)
    expect(cards(page)).to_have_count(36)
    assert len(asked) == 2
    assert page.title() == title, "of the pages that are fetched only the cards are taken"


def test_at_most_one_request_is_in_flight(page: Page, reading_site: Site) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/?*", hold)
    page.goto(reading_site.url)

    def press_everything() -> None:
        for _ in range(2):
            to_the_bottom(page)
            settle(page)
            page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
            settle(page)
            for control in page.locator("#older :is(a, button)").all():
                control.evaluate(AT_ONCE)

    for batch in range(1, 5):
        press_everything()
        assert len(held) == 1, f"while batch {batch} is under way"
        held.pop().continue_()
        expect(cards(page)).to_have_count(12 + 12 * batch)
    assert len(set(ids(page))) == 60


@pytest.mark.parametrize("link", ["#older a", "#tag-ai"])
def test_a_click_with_ctrl_opens_a_new_tab(
    page: Page, reading_site: Site, context: BrowserContext, link: str, console: Console
) -> None:
    console.expected = re.compile("Failed to load resource|htmx:")
    page.route("**/*after*", lambda route: route.abort())  # so that the link to older posts stays
    page.goto(reading_site.url)
    to_the_bottom(page)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    with context.expect_page() as opened:
        page.locator(link).click(modifiers=["Control"])
    opened.value.wait_for_url(f"**{page.locator(link).get_attribute('href')}")
    expect(cards(opened.value).first).to_be_visible()
    assert page.url == reading_site.url + "/"
    assert len(ids(page)) == 12


# --- posts that come and go meanwhile


def test_no_card_twice_and_none_missing_while_posts_come_go_and_move(page: Page, site: Site) -> None:
    with site.app.app_context():
        order = list(db.session.scalars(sa.select(Post.id).order_by(Post.published_at.desc())))
        noon = db.session.get_one(Post, order[20]).published_at
        assert noon is not None
        for post in order[20:60]:  # forty posts with the same time, across several pages
            editing.publish(post, at=noon)
    page.goto(site.url)
    order[20:60] = sorted(order[20:60], reverse=True)
    moved = {order[23], order[5], order[30], order[70], order[80], order[90], order[100], order[2], order[59]}
    day = timedelta(days=1)

    scroll_all(page, number=24)
    with site.app.app_context():
        editing.publish(order[23], at=noon - 90 * day)  # the last card, which the next begin behind, far down
        editing.publish(order[5], at=noon - 20 * day)  # a card that is on the page, to below the reader
        editing.publish(order[70], at=clock.now())  # one that is not, to the top
        editing.withdraw(order[80])
        editing.trash(order[30])  # among posts with the same time
        editing.create(editing.Text("Words.", "New in the tie"), published_at=noon)
    scroll_all(page, number=36)
    with site.app.app_context():
        editing.publish(order[2], at=noon)  # into the tie
        editing.publish(order[59], at=noon - day / 2)  # out of the tie, its last
        editing.trash(order[90])
        editing.delete([order[100]])
        newest = editing.create(editing.Text("Words.", "New at the top"), published_at=clock.now())
        editing.create(editing.Text("Words.", "Not yet"), published_at=clock.now() + day)
    while page.locator("#end").count() == 0:
        before = cards(page).count()
        to_the_bottom(page)
        if show_more(page).is_visible():
            show_more(page).evaluate(AT_ONCE)
        until(page, "before => document.querySelectorAll('#posts > article').length > before", before)

    shown = ids(page)
    assert len(shown) == len(set(shown))
    assert [card for card in shown if int(card.removeprefix("post-")) in set(order) - moved] == [
        f"post-{post}" for post in order if post not in moved
    ]
    expect(page.locator("#end")).to_contain_text("That is all 140 posts.")
    page.get_by_role("link", name="New posts have been published").click()
    expect(cards(page).first).to_have_id(f"post-{newest}")
    assert page.evaluate("scrollY") == 0


# --- the button


def test_after_three_batches_a_button_takes_over_and_the_footer_can_be_reached(
    page: Page, reading_site: Site
) -> None:
    page.goto(reading_site.url)
    for number in (24, 36, 48):
        expect(show_more(page)).to_be_hidden()
        to_the_bottom(page)
        expect(cards(page)).to_have_count(number)
    expect(show_more(page)).to_be_visible()
    expect(older(page)).to_be_hidden()
    asked = pages_asked_for(page)

    # with the mouse
    page.mouse.move(400, 400)
    page.mouse.wheel(0, 100_000)
    expect(page.locator("footer")).to_be_in_viewport(ratio=0.99)
    settle(page)
    # with Tab
    cards(page).last.get_by_role("link").focus()
    page.keyboard.press("Tab")
    expect(show_more(page)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("footer :focus")).to_have_count(1)
    settle(page)
    assert asked == []

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(cards(page)).to_have_count(60)
    expect(cards(page).nth(48).get_by_role("link")).to_be_focused()
    to_the_bottom(page)
    settle(page)
    expect(show_more(page)).to_be_visible()
    assert len(asked) == 1

    cards(page).nth(50).get_by_role("link").focus()
    show_more(page).evaluate(AT_ONCE)
    expect(cards(page)).to_have_count(72)
    # The button did not have the focus, so it stays where it is.
    expect(cards(page).nth(50).get_by_role("link")).to_be_focused()
    show_more(page).click()
    expect(cards(page)).to_have_count(84)
    expect(cards(page).nth(72).get_by_role("link")).to_be_focused()


# --- failures


def hotel(route: Route) -> None:
    route.fulfill(content_type="text/html", body="<title>Hotel</title><h1>Sign in</h1>")


def broken(route: Route) -> None:
    route.fulfill(status=500, content_type="text/html", body='<div id="posts"><h1>Sign in</h1></div>')


def unavailable(route: Route) -> None:
    route.fulfill(status=503, content_type="text/html", body='<div id="posts"><h1>Sign in</h1></div>')


def lost(route: Route) -> None:
    route.abort()


def silent(_route: Route) -> None:
    """A response that never arrives."""


FAILED_TO_LOAD = re.compile(r"Failed to load resource|htmx:|Response Status Error")


@pytest.mark.parametrize("answer", [hotel, broken, unavailable, lost, silent])
def test_a_failed_load_leaves_the_link_and_can_be_tried_again(
    page: Page, reading_site: Site, console: Console, answer: Callable[[Route], None]
) -> None:
    console.expected = FAILED_TO_LOAD
    page.route(OLDER, answer)
    page.goto(reading_site.url)
    if answer is silent:
        assert page.evaluate("htmx.config.timeout") == 15_000
        page.evaluate("htmx.config.timeout = 100")
    to_the_bottom(page)
    pager, again = page.locator("#older"), page.get_by_role("button", name="Try again")
    expect(pager).to_contain_text("Could not load. Try again")
    expect(older(page)).to_be_visible()
    expect(status(page)).to_have_text("Could not load. Try again")
    settle(page)
    expect(page.get_by_text("Sign in")).to_have_count(0)
    assert len(ids(page)) == 12

    # A second failure is announced again, and the focus stays where it is.
    page.evaluate(
        """() => {
          window.said = [];
          const status = document.getElementById("status");
          new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true });
        }"""
    )
    again.press("Enter")
    until(page, "() => said.length > 1")
    assert page.evaluate("said") == ["", "Could not load. Try again"]
    expect(again).to_be_focused()

    page.unroute(OLDER)
    again.press("Enter")
    expect(cards(page)).to_have_count(24)
    expect(page.locator("#older .failed")).to_be_hidden()
    expect(cards(page).nth(12).get_by_role("link")).to_be_focused()
    expect(status(page)).to_have_text("12 more posts, 24 of 142")


def test_a_server_that_was_killed_and_is_back_is_asked_again(
    page: Page, site: Site, console: Console
) -> None:
    console.expected = FAILED_TO_LOAD
    page.goto(site.url)
    site.process.kill()
    site.process.join()
    to_the_bottom(page)
    expect(page.locator("#older")).to_contain_text("Could not load. Try again")
    port = int(site.url.rpartition(":")[2])
    with running(site.instance, port=port):
        page.get_by_role("button", name="Try again").click()
        expect(cards(page)).to_have_count(24)
        expect(page.locator("#older .failed")).to_be_hidden()
        to_the_bottom(page)
        expect(cards(page)).to_have_count(36)


def test_coming_back_online_is_enough(
    page: Page, reading_site: Site, context: BrowserContext, console: Console
) -> None:
    console.expected = FAILED_TO_LOAD
    page.goto(reading_site.url)
    context.set_offline(True)
    to_the_bottom(page)
    expect(page.locator("#older")).to_contain_text("Could not load. Try again")
    context.set_offline(False)
    expect(cards(page)).to_have_count(24)
    expect(status(page)).to_have_text("12 more posts, 24 of 142")


# --- the end


def test_the_end_says_so(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    scroll_all(page, number=132)
    expect(show_more(page)).to_be_visible()
    scroll_all(page, number=142)
    to_the_bottom(page)
    expect(page.locator("#end")).to_be_in_viewport()
    expect(page.locator("#end")).to_have_text("That is all 142 posts.", use_inner_text=True)
    expect(page.locator("#older")).to_have_count(0)
    assert len(set(ids(page))) == 142
