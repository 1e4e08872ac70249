"""The form counts words like the server, for the same texts, even before the server has responded."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from blog.store.db import db
from blog.store.models import Post
from blog.text import word_count
from tests.browser.serving import Site
from tests.browser.windows import Console, window
from tests.browser.writing import open_form, state
from tests.text.test_word_count import TEXTS

TROUBLE = re.compile(
    r"Failed to load resource: .* 404 .*/x\.png"
)  # an image in the texts that does not exist


COUNTED_AT_ONCE = """text => {
  document.dispatchEvent(new CustomEvent("writing:counted", { detail: 0 }));
  const { body } = document.getElementById("form").elements;
  body.value = text;
  body.dispatchEvent(new Event("input", { bubbles: true }));
  return document.getElementById("length").textContent;
}"""
"""The word count in the form before any response."""


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, int]]:
    return [(each["text"] * each.get("times", 1), each["words"]) for each in TEXTS]


@pytest.fixture(params=[1440], ids=["with the preview beside"])
def page(
    browser: Browser, desk: tuple[Site, int], console: Console, request: pytest.FixtureRequest
) -> Iterator[Page]:
    context = window(browser, desk[0], console, viewport={"width": request.param, "height": 900})
    page = open_form(context, desk[0])
    yield page
    context.close()


def said(number: int) -> str:
    """The form's text for a number of words."""
    return f"{number:,} {'word' if number == 1 else 'words'} · {word_count.minutes(number)} min read"


def test_the_form_counts_each_text_as_the_server_does(page: Page, texts: list[tuple[str, int]]) -> None:
    """First the words of the Markdown source, and after the server's response those that readers see."""
    body, length = page.get_by_label("Text", exact=True), page.locator("#length")
    wrong: dict[str, Any] = {}
    for text, _words in texts:
        at_once = page.evaluate(
            COUNTED_AT_ONCE,
            text,
        )
        if at_once != said(word_count.words(text)):
            wrong[text[:40]] = at_once
    assert wrong == {}
    for text, words in texts:
        if words != word_count.words(text):
            body.fill(text)
            expect(length).to_have_text(said(words))


@pytest.mark.long
def test_a_long_text_is_counted_as_readers_find_it_once_it_is_saved(
    page: Page, desk: tuple[Site, int]
) -> None:
    page.get_by_label("Title").fill("Long")
    page.evaluate(COUNTED_AT_ONCE, "One two. <!-- These words are not read -->\n" * 1_200)
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#length")).to_have_text(said(2_400))


@pytest.mark.parametrize("page", [1440, 390], ids=["with the preview beside", "on a phone"], indirect=True)
def test_the_form_a_saved_post_and_its_page_say_the_same_number(page: Page, desk: tuple[Site, int]) -> None:
    site, _ = desk
    text = "# 吾輩は猫である\n\n- 名前は[まだ無い](https://example.com/a-page)。\n\n![Three words here](/x.png)\n"
    page.get_by_label("Title").fill("猫")
    page.get_by_label("Text", exact=True).fill(text)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published. The post is public.")).to_be_visible()
    expect(page.locator("#length")).to_have_text(said(7))
    page.get_by_label("Text", exact=True).press_sequentially("abc ")
    expect(page.locator("#length")).to_have_text(said(8))
    page.get_by_role("button", name="Update", exact=True).click()
    state(page, "^Saved ")
    expect(page.locator("#length")).to_have_text(said(8))
    with site.app.app_context():
        post = db.session.get_one(Post, int(re.findall(r"\d+", page.url)[-1]))
        slug, words = post.slug, post.word_count
        db.session.remove()
    answer = page.request.get(f"{site.url}/posts/{slug}")
    data = [
        json.loads(each)
        for each in re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.text())
    ]
    assert words == 8
    assert [each["wordCount"] for each in data if "wordCount" in each] == [8]
