"""Tags and addresses changed by the author, and followed by a reader's browser from their previous addresses."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Page, expect

from blog import clock
from blog.store.db import db
from blog.writing import editing
from tests.browser.accessibility import expect_accessible
from tests.browser.serving import Site
from tests.browser.windows import CALM, Console, window


@pytest.fixture
def desk(desk: tuple[Site, int]) -> tuple[Site, int]:
    """With another post and more tags."""
    site, _ = desk
    with site.app.app_context():
        text = editing.Text("Words.", "Another", tags=["fine prose", "gone soon"])
        editing.create(text, published_at=clock.now())
        db.session.remove()
    return desk


@pytest.fixture
def reader(browser: Browser, console: Console) -> Iterator[Page]:
    """A reader's browser with its cache."""
    context = browser.new_context(**CALM)
    console.listen(context)
    yield context.new_page()
    context.close()


def expect_one_hop(hop: APIRequestContext, path: str, there: str) -> None:
    moved = hop.get(path)
    assert (moved.status, moved.headers["location"]) == (301, there), path
    assert hop.get(there).status == 200, there


def rename(page: Page, old: str, new: str) -> None:
    page.get_by_role("main").get_by_role("link", name=old, exact=True).click()
    page.get_by_label("Name").fill(new)
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_text(f"The tag was renamed to “{new}”.")).to_be_visible()


def test_a_reader_finds_a_tag_under_every_name_it_had(
    plain: BrowserContext, reader: Page, hop: APIRequestContext, desk: tuple[Site, int]
) -> None:
    site, _ = desk
    reader.goto(f"{site.url}/tags/writing")
    expect(reader.locator("#posts .card-title").first).to_be_visible()
    page = plain.new_page()
    page.goto(f"{site.url}/author/tags/")
    rename(page, "writing", "Scribbling")
    rename(page, "Scribbling", "Penmanship")
    for old in ("writing", "scribbling"):
        reader.goto(f"{site.url}/tags/{old}")
        expect(reader).to_have_url(f"{site.url}/tags/penmanship")
        expect_one_hop(hop, f"/tags/{old}", "/tags/penmanship")
    page.get_by_role("main").get_by_role("link", name="Penmanship", exact=True).click()
    page.get_by_label("Merge into").select_option(label="fine prose")
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("The posts now have the tag “fine prose”.")).to_be_visible()
    for old in ("writing", "scribbling", "penmanship"):
        reader.goto(f"{site.url}/tags/{old}")
        expect(reader).to_have_url(f"{site.url}/tags/fine-prose")
        expect_one_hop(hop, f"/tags/{old}", "/tags/fine-prose")
    expect(reader.locator("#posts .card-title")).to_contain_text(["Another", "The post"])
    # The former name is used again: a browser that was redirected before finds the tag there.
    rename(page, "fine prose", "Writing")
    reader.goto(f"{site.url}/tags/writing")
    expect(reader).to_have_url(f"{site.url}/tags/writing")
    for old in ("scribbling", "penmanship", "fine-prose"):
        expect_one_hop(hop, f"/tags/{old}", "/tags/writing")
    page.get_by_role("main").get_by_role("link", name="gone soon", exact=True).click()
    page.get_by_role("button", name="Delete tag").click()
    expect(page.get_by_text("The tag “gone soon” was deleted.")).to_be_visible()
    reader.goto(f"{site.url}/tags/gone-soon")
    expect(reader).to_have_url(f"{site.url}/tags/")
    expect_one_hop(hop, "/tags/gone-soon", "/tags/")


def test_a_reader_finds_a_live_post_at_every_address_it_had(
    plain: BrowserContext, reader: Page, hop: APIRequestContext, desk: tuple[Site, int]
) -> None:
    site, post_id = desk
    reader.goto(f"{site.url}/posts/the-post")
    page = plain.new_page()
    for slug in ("second", "third", "the-post", "fourth"):
        page.goto(f"{site.url}/author/posts/{post_id}")
        page.get_by_text("Address, date, series, excerpt, cover image").click()
        page.get_by_label("Address", exact=True).fill(slug)
        page.get_by_role("button", name="Update").click()
        expect(page.get_by_text("Updated. The changes are public.")).to_be_visible()
        reader.goto(f"{site.url}/posts/the-post")
        expect(reader).to_have_url(f"{site.url}/posts/{slug}")
        expect(reader.locator("h1")).to_have_text("The post")
    for old in ("the-post", "second", "third"):
        expect_one_hop(hop, f"/posts/{old}", "/posts/fourth")


@pytest.mark.long
def test_axe_finds_nothing_on_the_pages_of_tags(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    console.expected = re.compile("Failed to load resource: .* status of 422 ")
    site, _ = desk
    context = window(browser, site, console)
    page = context.new_page()
    page.goto(f"{site.url}/author/tags/")
    expect_accessible(page, "tags")
    page.get_by_role("main").get_by_role("link", name="rust", exact=True).click()
    expect_accessible(page, "a tag")
    page.get_by_label("Name").fill("+")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_label("Name")).to_have_accessible_description(re.compile("“\\+” cannot be a tag"))
    expect_accessible(page, "a tag with a wrong name")
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_label("Merge into")).to_have_accessible_description(re.compile("Choose another tag"))
    expect_accessible(page, "a tag merged into nothing")
    context.close()
