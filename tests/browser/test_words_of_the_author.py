"""The author's pages in German in a browser: status messages, long words, and right-to-left text."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, expect

from blog import clock
from blog.store.db import db, writing
from blog.store.models import Site as SiteRow
from blog.writing import editing
from tests.browser.serving import Site
from tests.browser.windows import Console, window
from tests.browser.writing import leave_behind, open_form, state, write, write_offline
from tests.pictures import picture

TROUBLE = re.compile("Failed to load resource: (net::ERR_INTERNET_DISCONNECTED|.*422)|htmx:sendError")
LONG = "Vom Schreiben langer Wörter wie Donaudampfschifffahrtsgesellschaft"
ARABIC = "عنوان المقالة"

WIDER_OR_CLIPPED = """() => {
  const wide = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
  const seen = [...document.querySelectorAll("button, .button, label, h1, h2, summary, select, input, textarea")]
    .filter((each) => each.checkVisibility() && !each.closest(".visually-hidden"));
  const outside = seen.filter((each) => each.getBoundingClientRect().right > innerWidth + 8);
  const clipped = seen.filter((each) => each.matches("button, .button") && each.scrollWidth > each.clientWidth + 1);
  return [...wide, ...outside.concat(clipped).map((each) => each.outerHTML.slice(0, 99))];
}"""

KEPT_HERE = "^Offline: in diesem Browser gesichert$"


def speak(site: Site, language: str) -> None:
    with site.app.app_context():
        with writing() as session:
            session.execute(sa.update(SiteRow).values(language=language))
        db.session.remove()


@pytest.fixture
def german(desk: tuple[Site, int]) -> tuple[Site, int]:
    """A server with a German site with long words; the id of its published post."""
    site, post_id = desk
    speak(site, "de")
    with site.app.app_context():
        for published_at in (None, clock.now() + timedelta(days=30)):
            editing.create(editing.Text("Ein Satz.", LONG, tags=["Küche"]), published_at=published_at)
        db.session.remove()
    return site, post_id


@pytest.fixture
def page(scripted: BrowserContext, german: tuple[Site, int]) -> Page:
    """The published post in the form of a German site."""
    site, post_id = german
    return open_form(scripted, site, post_id)


def test_the_form_says_in_german_what_becomes_of_the_text_while_one_types(page: Page) -> None:
    page.locator("#body").fill("")
    expect(page.locator("#length")).to_have_text("0 Wörter · 1 Min. Lesezeit")
    write(page, "Eins")
    expect(page.locator("#length")).to_have_text("1 Wort · 1 Min. Lesezeit")
    state(page, r"^Automatisch gespeichert: \d\d:\d\d:\d\d\. Öffentlich nach „Aktualisieren“$")
    write_offline(page, " zwei", KEPT_HERE)
    expect(page.locator("#aloud")).to_have_text("Offline: in diesem Browser gesichert")
    page.context.set_offline(False)
    state(page, r"^Automatisch gespeichert: \d\d:\d\d:\d\d\. Öffentlich")
    page.get_by_role("button", name="Aktualisieren").click()
    expect(page.locator("#aloud")).to_have_text("Aktualisiert. Die Änderungen sind öffentlich.")
    state(page, r"^Gespeichert: \d\d:\d\d:\d\d$")
    page.locator("#title").fill("")
    page.get_by_role("button", name="Aktualisieren").click()
    expect(page.locator("#title-wrong")).to_have_text("Geben Sie einen Titel ein.")


def test_what_the_browser_kept_comes_back_with_german_words_and_times(
    page: Page, german: tuple[Site, int]
) -> None:
    site, post_id = german
    context = page.context
    typed = leave_behind(page, "\n\nNoch ein Satz.", KEPT_HERE)
    desk = context.new_page()
    desk.goto(f"{site.url}/author/")
    section = desk.get_by_role("region", name="Nur in diesem Browser gespeichert")
    expect(section.locator("time")).to_have_text(re.compile(r"^\d+\. \w+ \d{4}, \d\d:\d\d:\d\d$"))
    form = open_form(context, site, post_id)
    expect(form.locator("#restored p")).to_have_text(
        re.compile(r"^Aus diesem Browser wiederhergestellt: ein neuerer Text von \d\d:\d\d:\d\d\.$")
    )
    expect(form.locator("#body")).to_have_value(typed)


def test_a_picture_is_uploaded_with_german_words(page: Page) -> None:
    page.locator(".pictures summary").click()
    chosen: Any = {"name": "a.png", "mimeType": "image/png", "buffer": picture(40, 30, "PNG")}
    page.locator("#upload-files").set_input_files(chosen)
    expect(page.locator("[data-upload-status]")).to_have_text("a.png wurde hochgeladen.")
    expect(page.locator("[data-uploads] [data-progress]")).to_have_text("Hochgeladen.")
    assert page.locator("[data-uploads] progress").get_attribute("aria-label") == "Hochladen von a.png"
    page.get_by_role("button", name="Einfügen").click()
    expect(page.locator("[data-upload-status]")).to_have_text("Das Bild wurde eingefügt.")


@pytest.mark.long
@pytest.mark.parametrize("width", [390, 820, 1440])
def test_long_german_words_fit_on_every_page_of_the_authors(
    browser: Browser, german: tuple[Site, int], console: Console, width: int
) -> None:
    site, post_id = german
    context = window(browser, site, console, viewport={"width": width, "height": 900})
    page = context.new_page()
    too_wide = {}
    addresses = [f"posts/{number}" for number in (post_id, post_id + 1, post_id + 2)]
    for address in ["", "posts/new", *addresses, "tags/", "tags/1", "images/", "site", "sessions"]:
        page.goto(f"{site.url}/author/{address}")
        for summary in page.locator("main details > summary").all():
            summary.click()
        too_wide[address] = page.evaluate(WIDER_OR_CLIPPED)
    assert {address: found for address, found in too_wide.items() if found} == {}
    context.close()


# --- from the right


@pytest.fixture
def arabic(browser: Browser, desk: tuple[Site, int], console: Console) -> Iterator[Page]:
    """The form of an Arabic site, which has no catalogue."""
    site, post_id = desk
    speak(site, "ar")
    context = window(browser, site, console, viewport={"width": 390, "height": 900})
    page = open_form(context, site, post_id)
    yield page
    context.close()


def test_on_an_arabic_site_words_are_english_and_what_one_writes_runs_from_the_right(arabic: Page) -> None:
    page = arabic
    assert page.evaluate("getComputedStyle(document.documentElement).direction") == "ltr"
    expect(page.get_by_role("button", name="Update")).to_be_visible()
    page.locator(".settings > summary").click()
    for name in ("title", "tags", "body", "excerpt", "cover_alt"):
        page.locator(f"#{name}").fill(ARABIC)
        assert direction(page, f"#{name}") == "rtl", name
    page.locator("#slug").fill(ARABIC)
    assert direction(page, "#slug") == "ltr"
    assert direction(page, "#preview") == "rtl"
    assert page.evaluate(WIDER_OR_CLIPPED) == []
    beyond = page.evaluate(
        """() => {
          const edges = (each) => document.querySelector(each).getBoundingClientRect();
          const [field, around] = [edges("#title"), edges(".title-field")];
          return [around.left - field.left, field.right - around.right];
        }"""
    )
    assert abs(beyond[0] - beyond[1]) < 1, "its words begin where others end"


def test_a_title_from_the_right_begins_where_the_other_titles_of_the_desk_do(
    arabic: Page, desk: tuple[Site, int]
) -> None:
    site, _ = desk
    arabic.locator("#title").fill(ARABIC)
    arabic.get_by_role("button", name="Update").click()
    state(arabic, "^Saved")
    arabic.goto(f"{site.url}/author/")
    title = arabic.locator(".row-title a").first
    expect(title).to_have_text(ARABIC)
    assert direction(arabic, ".row-title a") == "rtl"
    text = arabic.locator(".row-text span").first
    assert abs(title.bounding_box()["x"] - text.bounding_box()["x"]) < 2  # type: ignore[index]


def direction(page: Page, selector: str) -> str:
    found: str = page.evaluate(
        "(selector) => getComputedStyle(document.querySelector(selector)).direction", selector
    )
    return found
