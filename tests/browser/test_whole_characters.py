"""Scripts cut text between characters, in browsers with and without Intl.Segmenter."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.serving import Site
from tests.browser.writing import leave_behind, open_form
from tests.clusters import CLUSTERS, FAMILY, FLAG, cut_inside

TROUBLE = re.compile("Failed to load resource: net::ERR_INTERNET_DISCONNECTED|htmx:sendError")
# Without a segmenter, prepended marks, conjunct syllables and single Hangul letters are not recognised.
KNOWN_TO_THE_PATTERN = [
    each for each in CLUSTERS if each not in {"\u0600\u0661", "क्षि", "กำ", "\u1100\u1161\u11a8"}
]


def called(page: Page, site: Site, function: str, texts: list[str], most: int) -> Any:
    """The result of `function` of text.js for each of `texts`."""
    return page.evaluate(
        """async ([address, name, texts, most]) => {
          const { [name]: called } = await import(address);
          return texts.map((text) => called(text, most));
        }""",
        [site.app.extensions["assets"]["text.js"], function, texts, most],
    )


def test_a_text_that_only_the_browser_has_is_shown_with_whole_characters(
    scripted: BrowserContext, desk: tuple[Site, int]
) -> None:
    site, _ = desk
    page = open_form(scripted, site)
    typed = leave_behind(page, f"a{FLAG * 70}{FAMILY * 20}")
    page = scripted.new_page()
    page.goto(f"{site.url}/author/")
    text = page.get_by_role("region", name="Stored only in this browser").locator(".row-text")
    expect(text).to_contain_text("…")
    shown = text.inner_text().strip()
    assert shown.endswith("…")
    assert not cut_inside(shown[:-1], typed)


@pytest.mark.parametrize("segmenter", [True, False], ids=["with a segmenter", "without one"])
def test_a_script_cuts_between_characters(
    scripted: BrowserContext, desk: tuple[Site, int], segmenter: bool
) -> None:
    if not segmenter:
        scripted.add_init_script("delete Intl.Segmenter")
    page = scripted.new_page()
    page.goto(f"{desk[0].url}/author/")
    known = CLUSTERS if segmenter else KNOWN_TO_THE_PATTERN
    texts = [f"{'x' * number}{each * 20}" for each in known for number in range(5)]
    cuts = called(page, desk[0], "truncate", texts, 20)
    for text, cut in zip(texts, cuts, strict=True):
        assert cut == text or (cut.endswith("…") and not cut_inside(cut[:-1], text)), ascii(text)


def test_the_form_finds_a_text_too_long_where_the_server_does(
    scripted: BrowserContext, desk: tuple[Site, int]
) -> None:
    page = open_form(scripted, desk[0])
    texts = ["x" * 10, "x" * 11, "😀" * 10, "😀" * 11, "𠮷x" * 5, "𠮷x" * 5 + "x", "e\u0301" * 5]
    found = called(page, desk[0], "isLongerThan", texts, 10)
    assert found == [len(text) > 10 for text in texts]
