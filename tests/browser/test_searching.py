"""Searching in the list while typing, and on the search page."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.accessibility import expect_accessible
from tests.browser.serving import Site
from tests.browser.waiting import until
from tests.browser.windows import CALM, Console

TITLES = "#posts .card-title"


def path(page: Page) -> str:
    parts = urlsplit(page.url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def test_typing_filters_the_listing_in_place_and_back_undoes_it(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    everything = page.locator(TITLES).count()
    page.keyboard.press("/")
    box = page.get_by_role("searchbox", name="Search the posts")
    expect(box).to_be_focused()
    box.press_sequentially("databa", delay=30)
    expect(page.locator("h1.listing-title")).to_have_text("4 posts with “databa”")
    expect(page.locator("#status")).to_have_text("4 posts with “databa”")
    expect(page.locator(TITLES)).to_have_count(4)
    expect(box).to_be_focused()
    assert path(page) == "/search?q=databa"
    box.press_sequentially("se", delay=30)
    expect(page.locator("h1.listing-title")).to_have_text("4 posts with “database”")
    assert path(page) == "/search?q=database"
    expect(page.locator("mark").first).to_have_text("database")
    page.evaluate("history.back()")
    expect(page.locator(TITLES)).to_have_count(everything)
    assert path(page) == "/"
    expect(box).to_have_value("")


def test_it_combines_with_tags_and_emptying_the_box_ends_it(page: Page, reading_site: Site) -> None:
    page.goto(f"{reading_site.url}/tags/data")
    box = page.get_by_role("searchbox")
    box.fill("database")
    expect(page.locator("h1.listing-title")).to_have_text("4 posts with “database” tagged data")
    page.locator("#tag-engineering").click()
    expect(page.locator("h1.listing-title")).to_have_text(
        "2 posts with “database” tagged engineering and data"
    )
    expect(box).to_have_value("database")
    page.locator("#tag-data").click()
    expect(page.locator("h1.listing-title")).to_have_text("2 posts with “database” tagged engineering")
    box.fill("")
    expect(page.locator("h1.listing-title")).to_contain_text("posts tagged engineering")
    assert path(page) == "/tags/engineering"


def test_the_answer_to_what_was_typed_last_stands_whatever_comes_when(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    asked: list[Route] = []

    def hold_first(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    page.route(re.compile(r"/search\?q="), hold_first)
    box = page.get_by_role("searchbox")
    box.fill("security")
    until(page, "() => document.querySelector('.search-box.htmx-request')")
    box.fill("database")
    expect(page.locator("h1.listing-title")).to_have_text("4 posts with “database”")
    assert len(asked) == 2


def test_results_go_on_while_one_scrolls_and_come_back_with_back(page: Page, reading_site: Site) -> None:
    page.goto(f"{reading_site.url}/search?q=the")
    total = int(page.locator("h1.listing-title").inner_text().split()[0])
    assert total > 24
    page.keyboard.press("End")
    until(page, "() => document.querySelectorAll('#posts .card-title').length > 12")
    last = page.locator(TITLES).last
    title = last.text_content() or ""
    last.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text(title)
    page.evaluate("history.back()")
    expect(page.locator(TITLES)).not_to_have_count(12)
    expect(page.get_by_role("link", name=title)).to_be_in_viewport()


def test_the_key_can_be_switched_off(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url)
    # With the keyboard: when using the mouse, older posts load before the footer is reached.
    page.get_by_role("button", name="Turn shortcuts off").press("Enter")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    page.get_by_role("button", name="Turn shortcuts on").press("Enter")
    expect(page.get_by_role("button", name="Turn shortcuts off")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_without_a_script_it_is_a_form_and_a_page(
    browser: Browser, reading_site: Site, console: Console
) -> None:
    context = browser.new_context(**CALM, java_script_enabled=False)
    console.listen(context)
    page = context.new_page()
    page.goto(f"{reading_site.url}/tags/data")
    page.get_by_role("searchbox").fill("databsae")
    page.get_by_role("button", name="Search").click()
    assert path(page) == "/search?q=databsae&tags=data"
    page.get_by_role("link", name="database", exact=True).click()
    expect(page.locator("h1.listing-title")).to_have_text("4 posts with “database” tagged data")
    page.get_by_role("link", name="Search", exact=True).click()
    expect(page.get_by_role("searchbox")).to_be_focused()
    context.close()


def test_axe_finds_nothing_on_the_page_of_search(page: Page, reading_site: Site) -> None:
    for address in ("/search", "/search?q=database", "/search?q=databsae"):
        page.goto(f"{reading_site.url}{address}")
        expect_accessible(page)
