"""Without JavaScript and offline: Back from the browser's error page leads to the entered text."""

import re

from playwright.sync_api import BrowserContext, expect

from blog.store.db import db
from blog.writing import post_form, saving
from tests.browser.serving import Site, running
from tests.browser.writing import LAST, count_kept, kept_texts, open_form

TROUBLE = re.compile(r"Failed to load resource: |.*net::ERR_")


def test_back_from_the_error_page_of_a_cut_connection_leads_to_the_text(
    plain: BrowserContext, desk: tuple[Site, int]
) -> None:
    site, post_id = desk
    page = plain.new_page()
    page.goto(f"{site.url}/author/")
    page.goto(f"{site.url}/author/posts/{post_id}")
    page.locator("#body").fill(LAST)
    plain.set_offline(True)
    page.get_by_role("button", name="Update").click()
    page.wait_for_url("chrome-error:**")
    plain.set_offline(False)
    page.go_back()
    expect(page.locator("#body")).to_have_value(LAST)
    count_kept("Network cut, no script", LAST, page.locator("#body").input_value())


def test_killing_the_server_without_a_script_loses_nothing_and_saves_once(
    plain: BrowserContext, desk: tuple[Site, int]
) -> None:
    site, _ = desk
    page = plain.new_page()
    page.goto(f"{site.url}/author/")
    page.goto(f"{site.url}/author/posts/new")
    page.get_by_label("Title").fill("Said once")
    page.locator("#body").fill(LAST)
    site.process.kill()
    site.process.join()
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("chrome-error:**")
    with running(site.instance, port=int(site.url.rpartition(":")[2])) as again:
        page.go_back()
        expect(page.locator("#body")).to_have_value(LAST)
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_text("Published. The post is public.")).to_be_visible()
        count_kept("Server killed, no script", LAST, page.locator("#body").input_value())
        assert kept_texts(again).count(LAST) == 2  # the post and its one revision


def test_back_to_a_post_that_was_saved_elsewhere_meanwhile_ends_in_a_conflict(
    plain: BrowserContext, desk: tuple[Site, int]
) -> None:
    site, post_id = desk
    page = open_form(plain, site, post_id)
    page.locator("#body").fill(LAST)
    page.goto(f"{site.url}/author/images/")
    with site.app.app_context():
        post = post_form.opened(post_id)
        theirs = {**post_form.form_data(post), "body": "Saved elsewhere."}
        saving.save(post_id, theirs, base_version=post.version)
        db.session.remove()
    page.go_back()
    expect(page.locator("#body")).to_have_value(LAST)
    page.get_by_role("button", name="Update").click()
    expect(
        page.get_by_role("heading", name="This post was saved elsewhere while you were editing it")
    ).to_be_visible()
    count_kept("Back, saved elsewhere", LAST, page.locator("#mine").input_value())


def test_a_form_that_was_refused_and_then_cut_off_is_there_on_back(
    plain: BrowserContext, desk: tuple[Site, int]
) -> None:
    site, _ = desk
    page = open_form(plain, site)
    page.locator("#body").fill("A beginning.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Enter a title.")).to_be_visible()
    page.get_by_label("Title").fill("It has one")
    page.locator("#body").fill(LAST)
    plain.set_offline(True)
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_url("chrome-error:**")
    plain.set_offline(False)
    page.go_back()
    expect(page.locator("#body")).to_have_value(LAST)
    count_kept("Refused, then cut off", LAST, page.locator("#body").input_value())
