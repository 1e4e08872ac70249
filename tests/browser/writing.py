"""What the tests of the form share: a small site, windows of its author, and counting what was typed and kept."""

import re
from contextlib import suppress

import sqlalchemy as sa
from playwright.sync_api import Error, Page, expect

from blog.store.db import db
from blog.store.models import Draft, Post, Revision
from tests.browser.serving import Site

FIRST = "It begins with a sentence."
LAST = "And the last sentence, “typed” & kept: ü, 漢字, 🖋."


def crash(page: Page) -> None:
    """The tab dies: unlike one that is closed it can send nothing any more."""
    with suppress(Error):
        page.goto("chrome://crash")
    page.close()


def state(page: Page, pattern: str) -> None:
    """Wait until the form says so about its text."""
    expect(page.locator("#kept")).to_have_text(re.compile(pattern), timeout=15_000)


def kept_texts(site: Site) -> list[str]:
    """Every text that the server has, wherever."""
    with site.app.app_context():
        session = db.session()
        session.rollback()
        found = [fields.get("body", "") for fields in session.scalars(sa.select(Draft.fields))]
        found += session.scalars(sa.select(Post.body))
        found += [fields.get("body", "") for fields in session.scalars(sa.select(Revision.fields))]
        db.session.remove()
    return found


def count_kept(what: str, typed: str, kept: str) -> None:
    """Print how much was typed and how much is there, and insist that it is all of it."""
    same = sum(one == other for one, other in zip(typed, kept, strict=False))
    print(f"{what}: {len(typed)} characters typed, {same} kept")  # noqa: T201 -- shown with -rP
    assert kept == typed


def write(page: Page, text: str) -> str:
    """Type `text` at the end of the body, key by key; all that stands there now."""
    page.locator("#body").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)
    return page.locator("#body").input_value()


def leave_behind(page: Page, text: str) -> str:
    """Write without a connection, and lose the tab: the browser alone has it. All that stood there."""
    page.context.set_offline(True)
    typed = write(page, text)
    state(page, "^Offline: kept in this browser$")
    crash(page)
    page.context.set_offline(False)
    return typed
