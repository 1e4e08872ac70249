"""What the tests of the form share: a small site, windows of its author, and counting what was typed and kept."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from blog import clock, editing
from blog.db import db
from blog.models import Draft, Post, Revision
from tests.browser.conftest import CALM, Console, Site, running
from tests.signing_in import make_account, sign_in_browser

FIRST = "It begins with a sentence."
LAST = "And the last sentence, “typed” & kept: ü, 漢字, 🖋."


@contextmanager
def site_with_a_post(instance: Path) -> Iterator[tuple[Site, int]]:
    """A served site whose author has an account, with one live post."""
    with running(instance) as site:
        make_account(site.app)
        with site.app.app_context():
            text = editing.Text(FIRST, "The post", tags=["writing", "rust"])
            post_id = editing.create(text, published_at=clock.now())
            db.session.remove()
        yield site, post_id


def window(browser: Browser, site: Site, console: Console, **options: Any) -> BrowserContext:
    """A browser in which the author is signed in."""
    context = browser.new_context(**CALM, **options)
    console.listen(context)
    context.set_default_timeout(15_000)
    sign_in_browser(context, site.app, site.url)
    return context


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
