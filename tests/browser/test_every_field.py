"""No field of the form is lost in any situation, tested with all fields at once."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from blog.media import images
from blog.store.db import db
from blog.writing import post_form
from blog.writing.fields import NAMES
from blog.writing.saving import save
from tests.browser.serving import Site
from tests.browser.test_lost_answers import lose_answers
from tests.browser.test_no_text_lost import end_sessions, sign_in
from tests.browser.writing import LAST, OFFLINE, leave_behind, left_behind, open_form, state
from tests.every_field import every_field, saved_fields
from tests.pictures import picture

# Console messages of Chromium when a test disconnects, signs out or causes a conflict.
TROUBLE = re.compile(r"Failed to load resource: |.*net::ERR_|htmx:|Response Status Error Code 403")

KNOWN_TO_THE_FIRST_SHELF = (
    *("title", "body", "excerpt", "tags", "slug", "date", "time", "cover", "cover_alt", "canonical_url"),
    "correction",
)

# As the author does: set each field and dispatch its events.
FILL = """fields => {
  document.querySelector("details.settings").open = true;
  const form = document.getElementById("form");
  for (const [name, value] of Object.entries(fields)) {
    const fields = form.querySelectorAll(`[name="${name}"]`);
    for (const field of fields) {
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
    }
    fields[0].dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""
SHOWN = """names => {
  const { elements } = document.getElementById("form");
  return Object.fromEntries(names.map((name) => [name, elements[name].value]));
}"""


@pytest.fixture
def typed(desk: tuple[Site, int]) -> dict[str, str]:
    """The value entered in each field."""
    site, _ = desk
    with site.app.app_context():
        cover = images.store(site.app.config["INSTANCE"] / "media", picture(8, 8)).hash
        db.session.remove()
    return every_field(cover)


@pytest.fixture
def whole(desk: tuple[Site, int], typed: dict[str, str]) -> dict[str, str]:
    """The form of the published post, with every field filled in."""
    site, post_id = desk
    with site.app.app_context():
        version = post_form.opened(post_id).version
        save(post_id, typed, base_version=version)
        db.session.remove()
    return saved_fields(typed)


def fill(page: Page, fields: dict[str, str]) -> None:
    page.evaluate(FILL, fields)


def shown(page: Page) -> dict[str, str]:
    expect(page.locator("#form")).to_be_visible()
    found: dict[str, str] = page.evaluate(SHOWN, list(NAMES))
    return found


def saved(site: Site, post_id: int) -> dict[str, str]:
    with site.app.app_context():
        fields = post_form.form_data(post_form.opened(post_id))
        db.session.remove()
    return fields


def newest(site: Site) -> int:
    with site.app.app_context():
        found: Any = db.session.scalar(db.text("SELECT max(id) FROM post"))
        db.session.remove()
    return int(found)


def test_a_new_post_typed_offline_and_closed_comes_back_with_every_field(
    scripted: BrowserContext, desk: tuple[Site, int], typed: dict[str, str]
) -> None:
    site, _ = desk
    page = open_form(scripted, site)
    with left_behind(page):
        fill(page, typed)
    page = open_form(scripted, site)
    expect(page.locator("#restored")).to_be_visible()
    assert shown(page) == typed
    state(page, r"^Saved [\d:]+\s[AP]M$")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#state")).to_have_text("Published")
    assert saved(site, newest(site)) == saved_fields(typed)


@pytest.mark.parametrize(
    ("where", "kept_by"),
    [("the form", "this version"), ("the form", "the first one"), ("the desk", "the first one")],
)
def test_a_live_post_written_offline_keeps_its_series_its_language_and_every_other_field(
    scripted: BrowserContext, desk: tuple[Site, int], whole: dict[str, str], where: str, kept_by: str
) -> None:
    site, post_id = desk
    page = open_form(scripted, site, post_id)
    body = leave_behind(page, f"\n\n{LAST}")
    page = scripted.new_page()
    if kept_by == "the first one":
        page.goto(f"{site.url}/author/sessions")
        page.evaluate(
            """names => {
              for (const [key, text] of Object.entries(localStorage)) {
                if (!key.startsWith("writing:")) continue;
                const entry = JSON.parse(text);
                entry.fields = Object.fromEntries(names.map((name) => [name, entry.fields[name]]));
                localStorage.setItem(key, JSON.stringify(entry));
              }
            }""",
            list(KNOWN_TO_THE_FIRST_SHELF),
        )
    if where == "the desk":
        page.goto(f"{site.url}/author/")
        page.get_by_role("button", name="Continue editing").click()
    else:
        page.goto(f"{site.url}/author/posts/{post_id}")
    expect(page.locator("#body")).to_have_value(body)
    assert shown(page) == {**whole, "body": body}
    page.get_by_role("button", name="Update").click()
    state(page, r"^Saved [\d:]+\s[AP]M$")
    assert saved(site, post_id) == {**whole, "body": body}


def test_what_is_emptied_offline_is_empty_and_nothing_else_is(
    scripted: BrowserContext, desk: tuple[Site, int], whole: dict[str, str]
) -> None:
    site, post_id = desk
    emptied = {"series": "", "series_part": "", "language": "", "cover": "", "excerpt": ""}
    page = open_form(scripted, site, post_id)
    with left_behind(page):
        fill(page, emptied)
    page = open_form(scripted, site, post_id)
    expect(page.locator("#restored")).to_be_visible()
    assert shown(page) == {**whole, **emptied}


def test_two_windows_lose_no_field_of_either(
    scripted: BrowserContext, desk: tuple[Site, int], whole: dict[str, str]
) -> None:
    site, post_id = desk
    mine, theirs = scripted.new_page(), scripted.new_page()
    for page in (mine, theirs):
        page.goto(f"{site.url}/author/posts/{post_id}")
    theirs.bring_to_front()
    others = {"body": "Another text.", "language": "ar"}
    fill(theirs, others)
    theirs.get_by_role("button", name="Update").click()
    state(theirs, r"^Saved [\d:]+\s[AP]M$")
    mine.bring_to_front()
    own = {
        name: {"time": "09:45", "date": "2026-02-04", "series_part": "8", "cover": ""}.get(
            name, f"{text}-own"
        )
        for name, text in whole.items()
        if name not in others
    }
    fill(mine, own)
    mine.get_by_role("button", name="Update").click()
    expect(
        mine.get_by_role("heading", name="This post was saved elsewhere while you were editing it")
    ).to_be_visible()
    mine.get_by_role("button", name="Edit merged text").click()
    expect(mine.get_by_text("Both texts are merged here for editing.")).to_be_visible()
    together = {**own, **others}
    assert shown(mine) == together | {"tags": shown(mine)["tags"]}
    assert {name.strip() for name in shown(mine)["tags"].split(",")} == {"rust", "typing-own"}


def test_a_lost_answer_loses_no_field_and_doubles_no_post(
    scripted: BrowserContext, desk: tuple[Site, int], typed: dict[str, str]
) -> None:
    site, post_id = desk
    page = scripted.new_page()
    lost = lose_answers(page)
    page.goto(f"{site.url}/author/posts/new")
    fill(page, {**typed, "correction": ""})
    page.keyboard.press("Control+s")
    state(page, OFFLINE)
    assert lost == [200]
    page.unroute("**/author/posts/*")
    page.keyboard.press("Control+s")
    state(page, r"^Saved [\d:]+\s[AP]M$")
    assert newest(site) == post_id + 1
    expected = {**saved_fields(typed), "date": "", "time": ""}  # A draft has no correction.
    assert {**saved(site, post_id + 1), "date": "", "time": ""} == expected
    assert shown(page) == {**typed, "correction": ""}


def test_after_the_session_ended_every_field_is_there_again(
    scripted: BrowserContext, desk: tuple[Site, int], whole: dict[str, str], typed: dict[str, str]
) -> None:
    site, post_id = desk
    own = {**typed, "series": "Another series", "language": "ar", "body": LAST}
    page = open_form(scripted, site, post_id)
    end_sessions(site)
    fill(page, own)
    state(page, "^Signed out: stored in this browser$")
    page.locator("#sign-in").click()
    sign_in(page)
    page.wait_for_url(f"**/author/posts/{post_id}")
    expect(page.locator("#restored")).to_be_visible()
    assert shown(page) == own


def test_the_trash_gives_every_field_back(
    scripted: BrowserContext, desk: tuple[Site, int], typed: dict[str, str]
) -> None:
    site, _ = desk
    page = open_form(scripted, site)
    fill(page, typed)
    page.get_by_role("button", name="Move to trash").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Restored from the trash.")).to_be_visible()
    assert shown(page) == typed
