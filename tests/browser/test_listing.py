"""The fifteen points of the listing, in a real browser."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site


def test_point_10_the_end_says_so(page: Page, reading_site: Site) -> None:
    page.goto(reading_site.url + "/tags/compliance")
    expect(page.locator(".end")).to_contain_text("That is all 7 posts.")
