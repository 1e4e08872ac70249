"""The connection breaks after the server has saved but before it responds: nothing is duplicated or lost."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from blog.store.db import db
from blog.store.models import Post
from tests.browser.serving import Site, running
from tests.browser.windows import Console, window
from tests.browser.writing import FIRST, LAST, OFFLINE, count_kept, open_form, state

TROUBLE = re.compile(r"Failed to load resource: |.*net::ERR_|htmx:")


def lose_answers(page: Page) -> list[int]:
    """Let each save arrive but lose its response. Returns the statuses that the page did not see."""
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            lost.append(route.fetch(max_redirects=0).status)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/author/posts/*", lose)
    return lost


def bodies(site: Site, title: str) -> list[str]:
    """The texts of the posts called `title`."""
    with site.app.app_context():
        found = db.session.scalars(sa.select(Post.body).where(Post.title == title)).all()
        db.session.remove()
    return list(found)


@pytest.mark.parametrize("of", ["a new post", "a live post"])
def test_a_save_whose_answer_was_lost_is_pressed_again_and_written_on(
    browser: Browser, desk: tuple[Site, int], console: Console, of: str
) -> None:
    site, post_id = desk
    context = window(browser, site, console)
    page = context.new_page()
    lost = lose_answers(page)
    page.goto(f"{site.url}/author/posts/{'new' if of == 'a new post' else post_id}")
    page.get_by_label("Title").fill("Said once")
    page.locator("#body").fill(FIRST)
    page.keyboard.press("Control+s")
    state(page, OFFLINE)
    assert lost == [200]
    assert bodies(site, "Said once") == [FIRST]
    page.unroute("**/author/posts/*")
    # Pressed again unchanged, and then with more text.
    page.keyboard.press("Control+s")
    state(page, r"^Saved [\d:]+\s[AP]M$")
    assert bodies(site, "Said once") == [FIRST]
    lose_answers(page)
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(" More.")
    page.keyboard.press("Control+s")
    state(page, OFFLINE)
    page.unroute("**/author/posts/*")
    page.keyboard.insert_text(f" {LAST}")
    page.keyboard.press("Control+s")
    state(page, r"^Saved [\d:]+\s[AP]M$")
    (kept,) = bodies(site, "Said once")
    count_kept("Answers lost", f"{FIRST} More. {LAST}", kept)
    expect(page.locator("#body")).to_have_value(kept)
    context.close()


def test_without_a_script_an_answer_that_was_lost_is_asked_for_again_and_makes_no_second_post(
    plain: BrowserContext, desk: tuple[Site, int]
) -> None:
    site, _ = desk
    page = plain.new_page()
    lost = lose_answers(page)
    page.goto(f"{site.url}/author/posts/new")
    page.get_by_label("Title").fill("Said once")
    page.locator("#body").fill(LAST)
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("chrome-error:**")
    assert lost == [303]
    page.unroute("**/author/posts/*")
    page.reload()
    expect(page.locator("#state")).to_have_text("Published")
    (kept,) = bodies(site, "Said once")
    count_kept("Answer lost, no script", LAST, kept)


def test_without_a_script_a_form_sent_to_a_killed_server_is_sent_again_by_reloading_and_saved_once(
    plain: BrowserContext, desk: tuple[Site, int]
) -> None:
    site, _ = desk
    page = open_form(plain, site)
    page.get_by_label("Title").fill("Said once")
    page.locator("#body").fill(LAST)
    site.process.kill()
    site.process.join()
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("chrome-error:**")
    with running(site.instance, port=int(site.url.rpartition(":")[2])) as again:
        page.reload()
        expect(page.get_by_text("Published. The post is public.")).to_be_visible()
        (kept,) = bodies(again, "Said once")
        count_kept("Server killed, no script", LAST, kept)
        expect(page.locator("#body")).to_have_value(LAST)
