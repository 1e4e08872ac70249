"""A blog below a path, in a browser: reading, writing, and a second blog on the same host."""

import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from blog import create_app
from blog.store.db import db, writing
from blog.store.models import Site as SiteRow
from tests.browser.reader import cards, expect_at, filter_by, load_batches, scroll_to, view
from tests.browser.serving import Site, running
from tests.browser.test_uploading import file, upload
from tests.browser.waiting import until
from tests.browser.windows import Console
from tests.browser.writing import leave_behind, state
from tests.pictures import picture
from tests.programs import free_port
from tests.signing_in import NAME, PASSWORD, make_account

OFFLINE = re.compile("Failed to load resource: net::ERR_INTERNET_DISCONNECTED|htmx:sendError")


@pytest.fixture
def below(imported_instance: Path, tmp_path: Path) -> Iterator[Site]:
    """A server with the 142 posts below /blog."""
    with running(Path(shutil.copytree(imported_instance, tmp_path / "below")), path="/blog") as site:
        make_account(site.app)
        yield site


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/author/")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{url}/author/")


def test_a_reader_scrolls_filters_searches_and_comes_back_below_the_path(page: Page, below: Site) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{below.url}/")
    load_batches(page, 2)
    home = view(page)
    assert home.path == "/blog/"
    scroll_to(page, home.cards[20], top=117)
    filter_by(page, "security", heading="30 posts tagged security")
    assert urlsplit(page.url).path == "/blog/tags/security"
    assert page.locator("link[rel=canonical]").get_attribute("href") == f"{below.url}/tags/security"
    feeds = page.locator("link[data-tagged]").evaluate_all("all => all.map(link => link.href)")
    assert feeds == [f"{below.url}/tags/security/feed.{form}" for form in ("atom", "rss", "json")]
    page.evaluate("history.back()")
    expect_at(page, home.cards[20], top=117)
    assert view(page) == home
    page.locator(f"#{home.cards[20]} .card-title a").click()
    expect(page).to_have_url(re.compile(f"{below.url}/posts/"))
    page.evaluate("history.back()")
    expect_at(page, home.cards[20], top=117)
    box = page.get_by_role("searchbox", name="Search the posts")
    box.press_sequentially("database", delay=30)
    expect(page.locator("h1.listing-title")).to_have_text("4 posts with “database”")
    assert page.url == f"{below.url}/search?q=database"
    box.fill("")
    expect(cards(page)).not_to_have_count(4)
    assert page.url == f"{below.url}/"
    assert [url for url in asked if not url.startswith(f"{below.url}/")] == []


def test_the_author_signs_in_and_publishes_a_post_with_a_picture_below_the_path(
    page: Page, below: Site
) -> None:
    sign_in(page, below.url)
    page.get_by_role("link", name="Write", exact=True).click()
    page.get_by_label("Title", exact=True).fill("Below a path")
    page.get_by_label("Text", exact=True).fill("Words and a [link](/tags/).\n\n")
    page.get_by_label("Text", exact=True).press("Control+End")
    page.locator(".pictures summary").click()
    page.locator("#upload-files").set_input_files(file("a.png", picture(640, 400, "PNG")))
    shown_upload = upload(page, "a.png")
    shown_upload.get_by_label("Description", exact=True).fill("Two colours")
    shown_upload.get_by_role("button", name="Insert").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile(r"\(/media/[0-9a-f]{24}"))
    state(page, "^Saved ")
    expect(page).to_have_url(re.compile(f"^{below.url}/author/drafts/"))
    shown = page.locator("#preview img")
    expect(shown).to_be_visible()
    until(page, "() => document.querySelector('#preview img').naturalWidth > 0")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page).to_have_url(re.compile(f"^{below.url}/author/posts/[0-9]+"))
    page.get_by_role("link", name="View on the site").click()
    expect(page).to_have_url(f"{below.url}/posts/below-a-path")
    until(page, "() => document.querySelector('.prose img').naturalWidth > 0")
    page.locator(".prose a").click()
    expect(page).to_have_url(f"{below.url}/tags/")
    page.go_back()
    page.go_back()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{below.url}/")


@pytest.fixture
def two(new_instance: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Two blogs on one host and port, as behind a proxy; their addresses by title."""
    origin = f"http://127.0.0.1:{free_port()}"
    apps: dict[str, Flask] = {}
    for title in ("one", "two"):
        instance = Path(shutil.copytree(new_instance, tmp_path / title))
        app = apps[f"/{title}"] = create_app({"INSTANCE": instance, "BASE_URL": f"{origin}/{title}"})
        make_account(app)
        with app.app_context(), writing() as session:
            session.get_one(SiteRow, 1).title = title
    host = DispatcherMiddleware(NotFound(), {**apps})
    server = make_server("127.0.0.1", urlsplit(origin).port or 0, host, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield {title: f"{origin}/{title}" for title in ("one", "two")}
    server.shutdown()
    thread.join()
    server.server_close()
    for app in apps.values():
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_two_blogs_on_one_host_share_neither_sessions_nor_what_the_browser_keeps_of_a_text(
    page: Page, two: dict[str, str], console: Console
) -> None:
    console.expected = OFFLINE
    for url in two.values():
        sign_in(page, url)
    for title, url in two.items():
        page.goto(f"{url}/author/")
        expect(page.get_by_role("link", name=title, exact=True)).to_be_visible()
    writer = page.context.new_page()
    writer.goto(f"{two['one']}/author/posts/new")
    leave_behind(writer, "Of the first blog alone.")
    kept = page.get_by_role("region", name="Stored only in this browser")
    page.goto(f"{two['two']}/author/")
    page.wait_for_load_state("networkidle")
    expect(kept).to_be_hidden()
    page.goto(f"{two['one']}/author/")
    expect(kept).to_contain_text("Of the first blog alone.")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{two['one']}/")
    page.goto(f"{two['two']}/author/")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
