"""Dates and states set in the form, and the resulting public page."""

import re

from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Page, expect

from blog.media import images
from blog.store.db import db
from tests.browser.serving import Site
from tests.browser.windows import Console, window
from tests.browser.writing import FIRST, LAST, open_form, state
from tests.pictures import picture


def set_date(page: Page, date: str, time: str) -> None:
    page.get_by_label("Date", exact=True).fill(date)
    page.get_by_label("Time", exact=True).fill(time)


def press(page: Page, button: str, says: str) -> None:
    """Press a button of the form and wait for its message."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text(says)).to_be_visible()


def open_settings(page: Page) -> None:
    page.get_by_text("Address, date, series, excerpt, cover image").click()


def test_a_post_is_scheduled_moved_published_now_and_given_another_date(
    author: BrowserContext, desk: tuple[Site, int], hop: APIRequestContext
) -> None:
    page = open_form(author, desk[0])
    page.get_by_label("Title").fill("To come")
    page.get_by_label("Text", exact=True).fill(LAST)
    open_settings(page)
    set_date(page, "2099-12-24", "18:00")
    press(
        page,
        "Schedule",
        "Scheduled for Thursday, December 24, 2099, 6:00\N{NARROW NO-BREAK SPACE}PM.",
    )
    assert hop.get("/posts/to-come").status == 404
    assert "To come" not in hop.get("/").text()
    open_settings(page)
    set_date(page, "2098-01-02", "03:04")
    press(
        page,
        "Update",
        "Scheduled for Thursday, January 2, 2098, 3:04\N{NARROW NO-BREAK SPACE}AM.",
    )
    expect(page.locator("#state")).to_have_text("Scheduled")
    assert hop.get("/posts/to-come").status == 404
    press(page, "Publish now", "Published. The post is public.")
    assert "2098" not in hop.get("/posts/to-come").text()
    assert "To come" in hop.get("/").text()
    open_settings(page)
    set_date(page, "2001-02-03", "04:05")
    press(page, "Update", "Updated. The changes are public.")
    assert "February 3, 2001" in hop.get("/posts/to-come").text()
    if not page.get_by_label("Date", exact=True).is_visible():
        open_settings(page)  # without JavaScript, this is a new page
    set_date(page, "2099-12-24", "18:00")
    press(
        page,
        "Update",
        "Scheduled for Thursday, December 24, 2099, 6:00\N{NARROW NO-BREAK SPACE}PM.",
    )
    assert hop.get("/posts/to-come").status == 404
    assert "To come" not in hop.get("/").text()


def test_a_cover_and_the_address_elsewhere_are_chosen_in_the_form_and_stand_on_the_readers_page(
    author: BrowserContext, desk: tuple[Site, int], hop: APIRequestContext
) -> None:
    site, post_id = desk
    with site.app.app_context():
        media = site.instance / "media"
        chosen = images.store(media, picture(64, 48), "Said when it was uploaded").hash
        db.session.remove()
    page = open_form(author, site, post_id)
    open_settings(page)
    page.get_by_role("radio", name="Said when it was uploaded").check()
    page.get_by_label("Cover image description").fill("“Two” colours & <more>")
    page.get_by_label("Originally published at").fill("https://elsewhere.example/a?b=1&c=2")
    press(page, "Update", "Updated. The changes are public.")
    page.goto(f"{site.url}/posts/the-post")
    cover = page.locator(".cover img")
    expect(cover).to_have_attribute("alt", "“Two” colours & <more>")
    expect(cover).to_have_attribute("src", re.compile(f"/media/{chosen}/"))
    expect(page.locator("link[rel=canonical]")).to_have_attribute(
        "href", "https://elsewhere.example/a?b=1&c=2"
    )
    page.goto(f"{site.url}/author/posts/{post_id}")
    open_settings(page)
    expect(page.get_by_role("radio", name="Said when it was uploaded")).to_be_checked()
    page.get_by_label("Cover image description").fill("")
    page.get_by_label("Originally published at").fill("")
    press(page, "Update", "Updated. The changes are public.")
    page.goto(f"{site.url}/posts/the-post")
    expect(cover).to_have_attribute("alt", "Said when it was uploaded")
    expect(page.locator("link[rel=canonical]")).to_have_attribute("href", f"{site.url}/posts/the-post")
    page.goto(f"{site.url}/author/posts/{post_id}")
    open_settings(page)
    page.get_by_role("radio", name="None").check()
    press(page, "Update", "Updated. The changes are public.")
    assert chosen not in hop.get("/posts/the-post").text()


def test_address_and_excerpt_are_proposed_while_typing_and_are_what_is_saved(
    browser: Browser, desk: tuple[Site, int], console: Console, hop: APIRequestContext
) -> None:
    context = window(browser, desk[0], console)
    page = open_form(context, desk[0])
    open_settings(page)
    slug, excerpt = page.locator("#proposed-slug"), page.locator("#proposed-excerpt")
    page.get_by_label("Title").press_sequentially("Über Größe")
    expect(slug).to_have_text("From the title: /posts/uber-grosse")
    page.get_by_label("Text", exact=True).fill(f"## A heading\n\n*{FIRST}* And **more**.")
    expect(excerpt).to_have_text(f"From the text: {FIRST} And more.")
    page.get_by_label("Title").fill("Another title")
    expect(slug).to_have_text("From the title: /posts/another-title")
    press(page, "Publish", "Published. The post is public.")
    assert f'<meta name="description" content="{FIRST} And more.">' in hop.get("/posts/another-title").text()
    # An entered value replaces the proposed one, and an empty field gets the proposal again.
    open_settings(page)
    expect(page.get_by_label("Excerpt")).to_have_value("")
    page.get_by_label("Excerpt").fill("In other words.")
    press(page, "Update", "Updated. The changes are public.")
    assert 'content="In other words."' in hop.get("/posts/another-title").text()
    page.get_by_label("Excerpt").fill("")
    page.get_by_role("button", name="Update").click()
    state(page, r"^Saved [\d:]+\s[AP]M$")
    assert f'content="{FIRST} And more."' in hop.get("/posts/another-title").text()
    context.close()
