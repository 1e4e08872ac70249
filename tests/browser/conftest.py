"""Fixtures for a real Chromium with a real server."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Page, Playwright, expect

from blog import clock
from blog.transfer import files, importing, tag_rules
from blog.transfer.formats import listing
from blog.writing import editing
from tests.browser.serving import Site, running
from tests.browser.windows import CALM, Console, window
from tests.browser.writing import FIRST
from tests.conftest import LISTING, TAG_RULES, copy_instance, made, made_once
from tests.signing_in import make_account, sign_in_browser

expect.set_options(timeout=10_000)  # for a busy machine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def imported_instance(new_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with the 142 posts of the real listing, a day apart."""

    def make(instance: Path) -> None:
        copy_instance(new_instance, instance)
        with made(instance) as app, app.app_context():
            collection = listing.read(files.read_text(LISTING))
            entries = importing.tagged(collection.entries, tag_rules.read(files.read_text(TAG_RULES)))
            dated = importing.dated(entries, newest=clock.now(), every=timedelta(days=1))
            importing.write(collection._replace(entries=dated))

    return made_once(tmp_path_factory, "imported", make)


@pytest.fixture(scope="session")
def reading_site(imported_instance: Path) -> Iterator[Site]:
    """A server with the 142 posts, for tests that change nothing."""
    with running(imported_instance) as site:
        yield site


@pytest.fixture(scope="session")
def crawler(reading_site: Site, playwright: Playwright) -> Iterator[APIRequestContext]:
    """Requests pages of the reading site by path, without their assets."""
    context = playwright.request.new_context(base_url=reading_site.url)
    yield context
    context.dispose()


@pytest.fixture
def site(imported_instance: Path, tmp_path: Path) -> Iterator[Site]:
    """A server with the 142 posts, for tests that change them or stop the server."""
    with running(copy_instance(imported_instance, tmp_path / "imported")) as site:
        yield site


@pytest.fixture
def signed_in_page(page: Page, site: Site) -> Page:
    """A page in which the author is signed in at the test's own `site`."""
    sign_in_browser(page.context, site.app, site.url)
    return page


# Chromium uses the last of several lists: Playwright's (its chromiumSwitches.ts) with our additions.
SWITCHED_OFF_BY_PLAYWRIGHT = [
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
]
# Saves three processes per window: suggestions in the address bar, and a spare renderer.
SWITCHED_OFF = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "SpareRendererForSitePerProcess",
]


def how_to_launch() -> dict[str, Any]:
    """Debian's Chromium if installed (`make test` looks for it), otherwise Playwright's."""
    arguments = [
        "--disable-background-networking",
        "--no-first-run",
        "--disable-gpu",
        f"--disable-features={','.join([*SWITCHED_OFF_BY_PLAYWRIGHT, *SWITCHED_OFF])}",
    ]
    if os.geteuid() == 0:
        arguments.append(
            "--no-sandbox"
        )  # chromium refuses to run as root otherwise, for example in a container
    return {"executable_path": os.environ.get("CHROMIUM") or None, "args": arguments}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **how_to_launch()}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, **CALM}


@pytest.fixture(autouse=True)
def console(request: pytest.FixtureRequest) -> Iterator[Console]:
    """Pages must not log errors, except those that the test or its file expects (`TROUBLE`)."""
    console = Console(getattr(request.module, "TROUBLE", None))
    if "context" in request.fixturenames:  # some tests only use HTTP and need no browser
        console.listen(request.getfixturevalue("context"))
    yield console
    expected = console.expected
    assert [text for text in console.complaints if not (expected and expected.match(text))] == []


# --- the author


@pytest.fixture(scope="session")
def authors_instance(furnished_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """An instance after its first start, with an author account and one published post. Returns the post's id."""

    def make(instance: Path) -> None:
        copy_instance(furnished_instance, instance)
        with made(instance) as app:
            make_account(app)
            with app.app_context():
                text = editing.Text(FIRST, "The post", tags=["writing", "rust"])
                editing.create(text, published_at=clock.now())

    instance = made_once(tmp_path_factory, "author", make)
    # Read-only, because reading the database would otherwise create files next to it while others copy the folder.
    with closing(sqlite3.connect(f"file:{instance / 'blog.db'}?immutable=1", uri=True)) as database:
        (post_id,) = database.execute("SELECT id FROM post WHERE title = 'The post'").fetchone()
    return instance, post_id


@pytest.fixture
def desk(authors_instance: tuple[Path, int], tmp_path: Path) -> Iterator[tuple[Site, int]]:
    """A server with an author account and one published post; the post's id."""
    made, post_id = authors_instance
    with running(copy_instance(made, tmp_path / "instance")) as site:
        yield site, post_id


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def author(
    browser: Browser, desk: tuple[Site, int], console: Console, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """The author's browser, with and without JavaScript."""
    context = window(browser, desk[0], console, java_script_enabled=request.param)
    yield context
    context.close()


@pytest.fixture
def scripted(browser: Browser, desk: tuple[Site, int], console: Console) -> Iterator[BrowserContext]:
    """The author's browser with JavaScript."""
    context = window(browser, desk[0], console)
    yield context
    context.close()


@pytest.fixture
def plain(browser: Browser, desk: tuple[Site, int], console: Console) -> Iterator[BrowserContext]:
    """The author's browser without JavaScript."""
    context = window(browser, desk[0], console, java_script_enabled=False)
    yield context
    context.close()


@pytest.fixture
def hop(playwright: Playwright, desk: tuple[Site, int]) -> Iterator[APIRequestContext]:
    """An HTTP client that does not follow redirects."""
    context = playwright.request.new_context(base_url=desk[0].url, max_redirects=0)
    yield context
    context.dispose()
