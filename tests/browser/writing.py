"""Helpers for tests of the form: a small site, windows of its author, and counting entered and stored text."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Error, Page, expect

from blog.store.db import db
from blog.store.models import Draft, Post, Revision
from tests.browser.serving import Site

FIRST = "It begins with a sentence."
LAST = "And the last sentence, “typed” & kept: ü, 漢字, 🖋."


def crash(page: Page) -> None:
    """Crash the tab: unlike a closed one, it can send nothing."""
    with suppress(Error):
        page.goto("chrome://crash")
    page.close()


def state(page: Page, pattern: str) -> None:
    """Wait for this status of the form's text."""
    expect(page.locator("#kept")).to_have_text(re.compile(pattern), timeout=15_000)


def kept_texts(site: Site) -> list[str]:
    """Every text that the server has, wherever it is stored."""
    with site.app.app_context():
        session = db.session()
        session.rollback()
        found = [fields.get("body", "") for fields in session.scalars(sa.select(Draft.fields))]
        found += session.scalars(sa.select(Post.body))
        found += [fields.get("body", "") for fields in session.scalars(sa.select(Revision.fields))]
        db.session.remove()
    return found


def count_kept(what: str, typed: str, kept: str) -> None:
    """Print how much was entered and how much is stored, and require all of it."""
    same = sum(one == other for one, other in zip(typed, kept, strict=False))
    print(f"{what}: {len(typed)} characters typed, {same} kept")  # noqa: T201 -- shown with -rP
    assert kept == typed


def write(page: Page, text: str) -> str:
    """Type `text` at the end of the body, key by key. Returns the complete text."""
    page.locator("#body").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)
    return page.locator("#body").input_value()


OFFLINE = "^Offline: stored in this browser$"


def open_form(context: BrowserContext, site: Site, post_id: int | None = None) -> Page:
    """A new tab with the form of a post, or of a new one."""
    page = context.new_page()
    page.goto(f"{site.url}/author/posts/{post_id or 'new'}")
    return page


def write_offline(page: Page, text: str, says: str = OFFLINE) -> str:
    """Cut the connection and write, until the form says that this browser keeps it; all that stands there now."""
    page.context.set_offline(True)
    typed = write(page, text)
    state(page, says)
    return typed


@contextmanager
def left_behind(page: Page, says: str = OFFLINE) -> Iterator[None]:
    """What is typed in this block has no connection, and then the tab is lost: this browser alone has it."""
    context = page.context
    context.set_offline(True)
    yield
    state(page, says)
    crash(page)
    context.set_offline(False)


def leave_behind(page: Page, text: str, says: str = OFFLINE) -> str:
    """Write without a connection, and lose the tab. All that stood there."""
    with left_behind(page, says):
        return write(page, text)
