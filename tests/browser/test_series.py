"""Series in a browser: create, reorder, and read part by part with the keyboard."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from blog import clock
from blog.store.db import db
from blog.writing import editing
from tests.browser.accessibility import expect_accessible
from tests.browser.serving import Site
from tests.browser.windows import Console, window
from tests.browser.writing import open_form

SETTINGS = "Address, date, series, excerpt, cover image"
SERIES = "Bookcases"


def write_parts(site: Site) -> None:
    with site.app.app_context():
        for title, language in (("Measuring", ""), ("قطع الخشب", "ar"), ("Finishing", "")):
            text = editing.Text("Words to read.", title, series=SERIES, language=language)
            editing.create(text, published_at=clock.now(), slug=title if not language else "cutting")
        db.session.remove()


def test_a_post_comes_into_a_series_in_the_form_with_and_without_a_script(
    author: BrowserContext, desk: tuple[Site, int], console: Console
) -> None:
    console.expected = re.compile("Failed to load resource: .* status of 422 ")
    site, post_id = desk
    write_parts(site)
    page = open_form(author, site, post_id)
    page.get_by_text(SETTINGS).click()
    expect(page.locator("#series-titles option")).to_have_attribute("value", SERIES)
    page.get_by_label("Series").fill("bookcases")
    page.get_by_label("Part number").fill("first")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_label("Part number")).to_have_accessible_description(
        re.compile("“first” is not a part number")
    )
    expect(page.get_by_label("Series")).to_have_value("bookcases")
    page.get_by_label("Part number").fill("")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_text("Updated. The changes are public.")).to_be_visible()
    page.goto(f"{site.url}/posts/the-post")
    expect(page.get_by_role("region", name="Series")).to_contain_text("Part 4 of 4 in Bookcases")


def test_the_author_puts_parts_in_order_without_a_script(
    plain: BrowserContext, desk: tuple[Site, int]
) -> None:
    site, _ = desk
    write_parts(site)
    page = plain.new_page()
    page.goto(f"{site.url}/author/")
    page.get_by_role("link", name="Series", exact=True).click()
    page.get_by_role("link", name=SERIES).click()
    page.get_by_label("Number of Measuring").fill("9")
    page.get_by_role("button", name="Save order").click()
    expect(page.get_by_text("The order was saved.")).to_be_visible()
    page.get_by_label("Name").fill("Shelves")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("link", name="View published posts").click()
    expect(page).to_have_url(f"{site.url}/series/bookcases")
    expect(page.locator("h1")).to_have_text("Shelves")
    expect(page.locator(".part-title")).to_have_text(["قطع الخشب", "Finishing", "Measuring"])


def test_a_series_is_read_by_keyboard(page: Page, desk: tuple[Site, int]) -> None:
    site, _ = desk
    write_parts(site)
    page.goto(f"{site.url}/posts/measuring")
    page.get_by_role("region", name="Series").get_by_role("link").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    last = page.get_by_role("link", name="Finishing")
    expect(last.first).to_be_visible()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(last.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/posts/finishing")
    page.get_by_role("navigation", name="Parts of the series").get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/posts/cutting")
    expect(page.locator("article")).to_have_css("direction", "rtl")
    expect(page.locator(".post-title")).to_have_css("letter-spacing", "normal")


@pytest.mark.long
def test_axe_finds_nothing_on_the_pages_of_series(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    console.expected = re.compile("Failed to load resource: .* status of 422 ")
    site, _ = desk
    write_parts(site)
    context = window(browser, site, console)
    page = context.new_page()
    for path in ("/series/", "/series/bookcases", "/posts/cutting", "/tags/", "/author/series/"):
        page.goto(site.url + path)
        for summary in page.locator(".series-place summary").all():
            summary.click()
        expect_accessible(page, path)
    page.get_by_role("link", name=SERIES).click()
    expect_accessible(page, "a series")
    page.get_by_label("Number of Finishing").fill("last")
    page.get_by_role("button", name="Save order").click()
    expect(page.get_by_label("Number of Finishing")).to_have_accessible_description(re.compile("no number"))
    expect_accessible(page, "a series with a wrong number")
    context.close()


@pytest.mark.parametrize("width", [320, 390])
def test_the_authors_page_of_a_series_fits_a_narrow_screen(
    browser: Browser, desk: tuple[Site, int], console: Console, width: int
) -> None:
    site, _ = desk
    with site.app.app_context():
        text = editing.Text("Words.", "A title " + "x" * 90, series="Donaudampfschifffahrts" * 4)
        editing.create(text, published_at=clock.now())
        db.session.remove()
    context = window(browser, site, console, viewport={"width": width, "height": 900})
    page = context.new_page()
    for path in ("/author/series/", "/author/series/1"):
        page.goto(site.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
