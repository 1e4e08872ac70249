"""A feed opened in a browser is a readable page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.serving import Site

TROUBLE = re.compile(r".*/favicon\.ico")
"""Chromium requests an icon there, because XML does not name one."""


@pytest.mark.parametrize("form", ["atom", "rss"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_a_feed_opened_in_a_browser_shows_titles_dates_and_ways_to_the_posts(
    page: Page, reading_site: Site, form: str, scheme: str, width: int
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{reading_site.url}/feed.{form}")
    seen = page.evaluate("""() => {
        const all = [...document.querySelectorAll("*")];
        const shown = all.filter((each) => each.checkVisibility() && each.textContent.trim());
        return {
            names: [...new Set(shown.map((each) => each.localName))].sort(),
            height: shown.find((each) => each.localName === "title").getBoundingClientRect().height,
            wide: document.documentElement.scrollWidth,
            paper: getComputedStyle(document.documentElement).backgroundColor,
            ink: getComputedStyle(document.documentElement).color,
            links: all.filter((each) => (each.namespaceURI ?? "").endsWith("xhtml") && each.localName === "a").length,
        };
    }""")
    entry = {
        "atom": ["a", "entry", "feed", "p", "published", "subtitle", "summary", "title"],
        "rss": ["a", "channel", "description", "item", "p", "pubDate", "rss", "title"],
    }[form]
    assert seen["names"] == entry
    assert seen["links"] == 21
    assert seen["height"] > 30
    assert seen["wide"] <= width
    assert len({seen["paper"], seen["ink"], "rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"}) == 4, (
        "our style sheet is at work"
    )
    page.evaluate("document.getElementsByTagNameNS('http://www.w3.org/1999/xhtml', 'a')[1].click()")
    expect(page.locator("article.post h1")).to_be_visible()
