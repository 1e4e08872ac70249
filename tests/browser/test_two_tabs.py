"""Two tabs with one post, without JavaScript: whichever button resolves the conflict, both texts are kept."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, expect

from blog.store.db import db
from blog.store.models import Post, Revision
from tests.browser.accessibility import expect_accessible
from tests.browser.serving import Site
from tests.browser.windows import Console, window
from tests.browser.writing import FIRST, LAST, count_kept, open_form, state

TROUBLE = re.compile("Failed to load resource: .* status of 409 ")

BEGUN = f"{FIRST}\n\nIt goes on."
MINE = f"{BEGUN}\n\n{LAST}"
THEIRS = f"The other tab's sentence.\n\n{BEGUN}"
BOTH = f"The other tab's sentence.\n\n{BEGUN}\n\n{LAST}"


@pytest.mark.parametrize(
    ("button", "left"),
    [("Keep yours", MINE), ("Keep the other", THEIRS), ("Edit merged text", BOTH)],
    ids=["mine", "the other", "both"],
)
def test_each_way_out_of_a_conflict_leaves_its_text_and_keeps_the_other(
    plain: BrowserContext, desk: tuple[Site, int], button: str, left: str
) -> None:
    site, post_id = desk
    mine, theirs = plain.new_page(), plain.new_page()
    mine.goto(f"{site.url}/author/posts/{post_id}")
    mine.locator("#body").fill(BEGUN)
    mine.get_by_role("button", name="Update").click()
    expect(mine.get_by_text("Updated. The changes are public.")).to_be_visible()
    theirs.goto(f"{site.url}/author/posts/{post_id}")
    theirs.locator("#body").fill(THEIRS)
    theirs.get_by_role("button", name="Update").click()
    expect(theirs.get_by_text("Updated. The changes are public.")).to_be_visible()
    mine.locator("#body").fill(MINE)
    mine.get_by_role("button", name="Update").click()
    mine.get_by_role("button", name=button).click()
    expect(mine.locator("#form")).to_be_visible()
    count_kept(button, left, mine.locator("#body").input_value())
    if button == "Edit merged text":
        mine.get_by_role("button", name="Update").click()
        expect(mine.get_by_text("Updated. The changes are public.")).to_be_visible()
    with site.app.app_context():
        assert db.session.scalars(sa.select(Post.body).where(Post.id == post_id)).one() == left
        fields = db.session.scalars(sa.select(Revision.fields).where(Revision.post_id == post_id))
        kept = {each["body"] for each in fields}
        db.session.remove()
    assert kept >= {FIRST, BEGUN, MINE, THEIRS, left}


def test_two_earlier_texts_are_compared_with_each_other(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    context = window(browser, site, console)
    page = open_form(context, site, post_id)
    for text in ("It begins with a word.", "It begins with a picture."):
        page.locator("#body").fill(text)
        page.get_by_role("button", name="Update").click()
        state(page, r"^Saved [\d:]+\s[AP]M$")
    page.goto(f"{site.url}/author/posts/{post_id}/revisions")
    page.get_by_role("main").get_by_role("listitem").last.get_by_role("link").click()
    expect(page.locator(".compared ins")).to_contain_text(["picture"])
    page.get_by_label("Compare with").select_option(index=2)
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile(r"/revisions/\d+\?with=\d+$"))
    expect(page.locator(".compared del")).to_have_text(["sentence"])
    expect(page.locator(".compared ins")).to_have_text(["word"])
    expect_accessible(page, "two revisions compared")
    context.close()
