"""A real Chromium in front of a real server: `python app.py` in a process of its own, on an instance of its own."""

import multiprocessing
import os
import re
import runpy
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from playwright.sync_api import APIRequestContext, BrowserContext, ConsoleMessage, Page, Playwright, expect

from blog import clock, create_app
from blog.db import db
from blog.transfer import files, importing, listing, tag_rules
from tests.commands import free_port
from tests.conftest import LISTING, TAG_RULES
from tests.signing_in import sign_in_browser

ROOT = Path(__file__).resolve().parents[2]

expect.set_options(timeout=10_000)  # for a machine that is busy with other things


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


class Site(NamedTuple):
    """A running site."""

    url: str
    app: Flask
    """The same instance in this process, to change something behind the server's back: enter its app_context()."""
    process: ForkServerProcess
    printed: list[str]
    """The lines that the server printed at its start."""


# Importing the blog takes longer than anything else in the start of a server, so it is done once: each server is forked
# from a process that has done nothing else.
forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(["blog"])


def run_app(environment: dict[str, str], console: Connection, log: Path) -> None:
    """`python app.py` in this process: what it prints goes to `console`, what it logs to `log`."""
    os.environ.update(environment)
    os.dup2(console.fileno(), sys.stdout.fileno())
    with log.open("wb") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())
    console.close()
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")


@contextmanager
def running(instance: Path, *, port: int = 0) -> Iterator[Site]:
    """Serve `instance` until the end of the block, on `port` or on one that is free."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    app = create_app({"INSTANCE": instance, "BASE_URL": url})
    environment = {**os.environ, "BLOG_INSTANCE": str(instance), "BLOG_PORT": str(port)}
    console, its_console = forks.Pipe(duplex=False)
    process = forks.Process(target=run_app, args=(environment, its_console, instance / "server.log"))
    process.start()
    its_console.close()
    with console, os.fdopen(console.fileno(), closefd=False) as lines:
        printed = [lines.readline()]
        while printed[-1] and "Scrollwork is at" not in printed[-1]:
            printed.append(lines.readline())
        try:
            yield Site(url, app, process, printed)
        finally:
            process.terminate()
            process.join(timeout=10)
            assert process.exitcode is not None
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


@pytest.fixture(scope="session")
def imported_instance(new_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with the 142 posts of the real listing, a day apart."""
    instance = Path(shutil.copytree(new_instance, tmp_path_factory.mktemp("imported") / "instance"))
    app = create_app({"INSTANCE": instance})
    with app.app_context():
        collection = listing.read(files.read_text(LISTING))
        entries = importing.tagged(collection.entries, tag_rules.read(files.read_text(TAG_RULES)))
        dated = importing.dated(entries, newest=clock.now(), every=timedelta(days=1))
        importing.write(collection._replace(entries=dated))
        db.session.remove()
        db.engine.dispose()
    return instance


@pytest.fixture(scope="session")
def reading_site(imported_instance: Path) -> Iterator[Site]:
    """The 142 posts, served; for tests that change nothing."""
    with running(imported_instance) as site:
        yield site


@pytest.fixture(scope="session")
def crawler(reading_site: Site, playwright: Playwright) -> Iterator[APIRequestContext]:
    """Fetches pages of the reading site by their paths, and nothing that belongs to them."""
    context = playwright.request.new_context(base_url=reading_site.url)
    yield context
    context.dispose()


@pytest.fixture
def site(imported_instance: Path, tmp_path: Path) -> Iterator[Site]:
    """The 142 posts, served, for a test that changes them or stops the server."""
    with running(Path(shutil.copytree(imported_instance, tmp_path / "imported"))) as site:
        yield site


@pytest.fixture
def signed_in_page(page: Page, site: Site) -> Page:
    """A page in which the author is signed in at `site`, the test's own."""
    sign_in_browser(page.context, site.app, site.url)
    return page


def how_to_launch() -> dict[str, Any]:
    """Debian's Chromium where there is one (`make test` looks for it), Playwright's own otherwise."""
    arguments = ["--disable-background-networking", "--no-first-run"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to run as root otherwise, as in a container
    return {"executable_path": os.environ.get("CHROMIUM") or None, "args": arguments}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **how_to_launch()}


LEFT_BEHIND = re.compile("htmx:(afterRequest|sendAbort), ")
"""What htmx says of a request that was under way when its page was left, which is no fault of the page."""


# A page that moves to the next one holds up both for a while, and for two seconds if it is not the one in front.
CALM: dict[str, Any] = {"reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, **CALM}


class Console:
    """What pages complain about: errors and warnings on their console, and errors that nothing caught."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.expected: re.Pattern[str] | None = None
        """Complaints that a test provokes."""

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self.note)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not LEFT_BEHIND.match(message.text):
            self.complaints.append(f"{message.text} ({message.location['url']})")


@pytest.fixture(autouse=True)
def console(request: pytest.FixtureRequest) -> Iterator[Console]:
    """No page of a browser test may complain, but about what the test expects."""
    console = Console()
    if "context" in request.fixturenames:  # some tests only ask over HTTP, and need no browser
        console.listen(request.getfixturevalue("context"))
    yield console
    expected = console.expected
    assert [text for text in console.complaints if not (expected and expected.match(text))] == []
