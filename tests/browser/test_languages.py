"""Sites in other languages than English: messages of scripts, and right-to-left layout."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from blog import clock
from blog.store.db import db
from blog.store.models import Site as Row
from blog.writing import editing
from tests.browser.reader import cards, chip, load_batches, to_the_bottom
from tests.browser.serving import Site
from tests.browser.windows import CALM, Console
from tests.conftest import NOON

HEBREW = """מילים בעברית עם English באמצע.

An English paragraph.

```python
def code(): ...
```

> ציטוט של מישהו

| עמודה | עוד |
|---|---|
| א | ב |
"""


def speak(site: Site, tag: str) -> None:
    with site.app.app_context():
        db.session.execute(sa.update(Row).values(language=tag))
        db.session.commit()


def publish(site: Site, body: str, title: str, *tags: str) -> str:
    with site.app.app_context():
        editing.create(editing.Text(body, title, tags=tags), published_at=clock.now() - timedelta(seconds=1))
        db.session.remove()
    return site.url


def test_what_comes_while_scrolling_and_filtering_is_told_in_german(
    page: Page, site: Site, console: Console
) -> None:
    console.expected = re.compile("Failed to load|htmx:sendError")
    speak(site, "de")
    page.goto(site.url)
    status = page.get_by_role("status")
    load_batches(page, 1)
    expect(status).to_have_text("12 weitere Beiträge, 24 von 142")
    load_batches(page, 2)
    to_the_bottom(page)
    expect(page.get_by_role("button", name="Mehr anzeigen")).to_be_visible()
    page.reload()
    expect(status).to_have_text("48 von 142 Beiträgen")
    chip(page, "security").click()
    expect(status).to_have_text("30 Beiträge zu security")
    expect(chip(page, "security")).to_have_accessible_name("Filter entfernen: security")
    page.route("**/tags/**", lambda route: route.abort())
    chip(page, "ai").click()
    expect(status).to_have_text("Laden fehlgeschlagen. Noch einmal versuchen")
    expect(
        page.get_by_text("Die Beiträge konnten nicht geladen werden. Versuchen Sie es noch einmal.")
    ).to_be_visible()


def test_one_more_post_is_one_in_german_too(page: Page, site: Site) -> None:
    speak(site, "de")
    with site.app.app_context():
        for number in range(13):
            text = editing.Text("Text.", f"Titel {number}", tags=["einzeln"])
            editing.create(text, published_at=NOON - timedelta(days=number))
        db.session.remove()
    page.goto(f"{site.url}/tags/einzeln")
    to_the_bottom(page)
    expect(page.get_by_role("status")).to_have_text("1 weiterer Beitrag, 13 von 13")


def test_the_buttons_of_the_page_are_called_by_german_names(
    browser: Browser, site: Site, console: Console
) -> None:
    speak(site, "de")
    publish(site, "Ein Text.\n\n```\nCode\n```", "Ein Beitrag")
    context = browser.new_context(**CALM, permissions=["clipboard-read", "clipboard-write"])
    console.listen(context)
    page = context.new_page()
    page.goto(site.url)
    page.get_by_role("button", name="Tastenkürzel ausschalten").click()
    expect(page.get_by_role("button", name="Tastenkürzel einschalten")).to_be_visible()
    page.goto(f"{site.url}/posts/ein-beitrag")
    page.locator(".prose pre").hover()
    page.get_by_role("button", name="Kopieren").click()
    expect(page.get_by_role("button", name=re.compile("^Kopiert$"))).to_be_visible()
    context.close()


@pytest.mark.long
@pytest.mark.parametrize("width", [390, 820, 1440])
@pytest.mark.parametrize("tag", ["ar", "he"])
def test_nothing_is_wider_than_the_window_where_one_reads_from_the_right(
    page: Page, site: Site, console: Console, tag: str, width: int
) -> None:
    console.expected = re.compile("Failed to load.* 404 ")
    speak(site, tag)
    long = "התאמהלמערכותמידע" * 8
    publish(site, f"{HEBREW}\n\n{long}\n\n`{'x' * 300}`", f"כותרת {long}", "תגית", "C++")
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/", "/tags/", "/tags/ai", "/archive/", "/search?q=English", "/nowhere"):
        page.goto(site.url + path)
        wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], path
    page.goto(site.url)
    cards(page).first.get_by_role("link").click()
    expect(page.locator("article.post")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_page_that_is_read_from_the_right_is_turned_round_and_its_code_is_not(
    page: Page, site: Site
) -> None:
    speak(site, "he")
    publish(site, HEBREW, "כותרת", "תגית")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(site.url)
    places = page.evaluate(
        """() => Object.fromEntries(
            [".site-title", ".sections", ".stream", ".filter", "#q", ".search-box button"]
              .map((name) => [name, document.querySelector(name).getBoundingClientRect().x]))"""
    )
    assert places[".sections"] < places[".site-title"]
    assert places[".filter"] < places[".stream"]
    assert places[".search-box button"] < places["#q"]
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="כותרת")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("כותרת")
    gaps = page.evaluate(
        """() => {
          const prose = document.querySelector(".prose").getBoundingClientRect();
          return [...document.querySelectorAll(".prose > p, .prose pre code, .prose blockquote p")].map((block) => {
            const range = document.createRange();
            range.selectNodeContents(block);
            const { left, right } = range.getBoundingClientRect();
            return [Math.round(left - prose.left), Math.round(prose.right - right)];
          });
        }"""
    )
    hebrew, english, code, quoted = gaps
    assert hebrew[1] == 0 < hebrew[0]
    assert english[0] == 0 < english[1]
    assert code[0] < 40 < code[1]
    assert 0 < quoted[1] < 40 < quoted[0], "its bar is at the right"


def test_names_in_another_direction_turn_nothing_around_them(page: Page, site: Site) -> None:
    """In a right-to-left line, `C++` would be displayed as `++C` without isolation."""
    speak(site, "he")
    publish(site, "C++ words.", "C++ (and more)", "C++")
    page.goto(f"{site.url}/search?q=C%2B%2B")
    order = page.evaluate(
        """() => [...document.querySelectorAll("h1 bdi, .card-title a, .card-tags .p-category")].map((element) => {
            const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
            const places = [];
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
              for (let at = 0; at < node.length; at++) {
                const range = document.createRange();
                range.setStart(node, at);
                range.setEnd(node, at + 1);
                places.push(range.getBoundingClientRect().x);
              }
            }
            return places.every((x, index) => index === 0 || x >= places[index - 1]);
          })"""
    )
    assert order
    assert all(order)
