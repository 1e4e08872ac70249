"""Local drafts that the server never received are offered wherever the author continues."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, expect

from blog.media import images
from blog.store.db import db, writing
from blog.store.models import Site as SiteRow
from blog.writing import editing, post_form
from tests.browser.serving import Site
from tests.browser.windows import Console
from tests.browser.writing import LAST, count_kept, kept_texts, leave_behind, open_form, state
from tests.pictures import picture
from tests.signing_in import sign_in_browser

TROUBLE = re.compile("Failed to load resource: net::ERR_INTERNET_DISCONNECTED|htmx:sendError")


def test_the_desk_offers_the_text_of_a_post_that_was_deleted_for_good(
    scripted: BrowserContext, desk: tuple[Site, int]
) -> None:
    site, post_id = desk
    page = open_form(scripted, site, post_id)
    typed = leave_behind(page, f"\n\n{LAST}")
    with site.app.app_context():
        editing.delete([post_id])
        db.session.remove()
    page = scripted.new_page()
    page.goto(f"{site.url}/author/")
    section = page.get_by_role("region", name="Stored only in this browser")
    expect(section.get_by_role("heading", level=3)).to_have_text("The post")
    expect(section.get_by_text(LAST)).to_be_visible()
    section.get_by_role("button", name="Continue editing").click()
    expect(page.locator("#body")).to_have_value(typed)
    count_kept("Post deleted, kept by the browser", typed, page.locator("#body").input_value())
    assert typed in kept_texts(site)
    page.goto(f"{site.url}/author/")
    expect(page.get_by_text("Unsaved draft")).to_be_visible()
    expect(section).to_be_hidden()


def test_a_text_on_the_desk_is_sent_though_the_author_signed_in_again_since(
    scripted: BrowserContext, desk: tuple[Site, int], console: Console
) -> None:
    console.expected = re.compile(f"{TROUBLE.pattern}|Failed to load resource: .* status of 400 ")
    site, _ = desk
    leave_behind(open_form(scripted, site), LAST)
    page = scripted.new_page()
    page.goto(f"{site.url}/author/")
    button = page.get_by_role("button", name="Continue editing")
    expect(button).to_be_visible()
    sign_in_browser(scripted, site.app, site.url)
    button.click()
    expect(page.locator("#body")).to_have_value(LAST)


@pytest.mark.long
def test_a_text_on_the_desk_that_cannot_be_sent_stays_where_it_is(
    scripted: BrowserContext, desk: tuple[Site, int]
) -> None:
    site, _ = desk
    page = open_form(scripted, site)
    leave_behind(page, LAST)
    page = scripted.new_page()
    page.goto(f"{site.url}/author/")
    button = page.get_by_role("button", name="Continue editing")
    expect(button).to_be_visible()
    scripted.set_offline(True)
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("It is still in this browser")
    scripted.set_offline(False)
    button.click()
    expect(page.locator("#body")).to_have_value(LAST)


@pytest.mark.long
def test_each_of_several_texts_of_a_post_is_offered(scripted: BrowserContext, desk: tuple[Site, int]) -> None:
    site, post_id = desk
    tabs = [scripted.new_page() for _ in range(3)]
    for tab in tabs:
        tab.goto(f"{site.url}/author/posts/{post_id}")
    texts = [leave_behind(tab, f"\n\n{number}. {LAST}") for number, tab in enumerate(tabs)]
    with site.app.app_context():  # it was published again elsewhere in the meantime
        editing.publish(post_id)
        db.session.remove()
    page = open_form(scripted, site, post_id)
    offers = page.get_by_role("button", name="Show text")
    expect(offers).to_have_count(3)
    for left in (2, 1, 0):
        offers.first.click()
        expect(page.locator("#body")).to_have_value(texts[left])
        state(page, r"^Autosaved [\d:]+\s[AP]M")
        expect(offers).to_have_count(left)
    assert set(texts) <= set(kept_texts(site))


def test_a_date_and_a_cover_come_back_from_the_browser_as_they_were_meant(
    scripted: BrowserContext, desk: tuple[Site, int]
) -> None:
    site, post_id = desk
    with site.app.app_context():
        chosen = images.store(site.app.config["INSTANCE"] / "media", picture(8, 8)).hash
        db.session.remove()
    page = open_form(scripted, site, post_id)
    page.get_by_text("Address, date, series, excerpt, cover image").click()
    page.locator(f"[name=cover][value='{chosen}']").check()
    page.get_by_label("Date", exact=True).fill("2099-01-01")
    page.get_by_label("Time", exact=True).fill("12:00")
    leave_behind(page, LAST)
    with site.app.app_context():
        for number in range(12):  # so that it is not among the newest ones, which are offered
            images.store(site.app.config["INSTANCE"] / "media", picture(9 + number, 8))
        with writing() as session:
            session.get_one(SiteRow, 1).time_zone = "Asia/Tokyo"
        db.session.remove()
    page = open_form(scripted, site, post_id)
    expect(page.get_by_text("Restored from this browser: a newer text")).to_be_visible()
    page.get_by_text("Address, date, series, excerpt, cover image").click()
    expect(page.locator(f"[name=cover][value='{chosen}']")).to_be_checked()
    expect(page.locator("#time-help")).to_contain_text("Times are in UTC")
    page.get_by_role("button", name="Update").click()
    expect(
        page.get_by_text("Scheduled for Thursday, January 1, 2099, 9:00\N{NARROW NO-BREAK SPACE}PM.")
    ).to_be_visible()
    with site.app.app_context():
        post = post_form.opened(post_id)
        assert post.cover_hash == chosen
        assert post.published_at == datetime(2099, 1, 1, 12, 0, tzinfo=UTC)
        db.session.remove()
