"""A post's page: table of contents, footnotes, code."""

import re

from playwright.sync_api import Browser, Page, expect

from blog import clock
from blog.store.db import db
from blog.writing import editing
from tests.browser.accessibility import expect_accessible
from tests.browser.serving import Site
from tests.browser.windows import CALM, Console

BODY = (
    "Begins.[^a]\n\n## One\n\n"
    + "Words of it. " * 300
    + "\n\n## Two\n\n```python\nprint('one')\nprint('two')\n```\n\n## Three\n\n"
    + "More words. " * 300
    + "\n\n[^a]: A note with *marks* and [a link](https://example.org).\n"
)


def write(site: Site) -> str:
    with site.app.app_context():
        editing.create(editing.Text(BODY, "A long post"), published_at=clock.now())
        db.session.remove()
    return f"{site.url}/posts/a-long-post"


def test_the_contents_lead_to_each_part(page: Page, desk: tuple[Site, int]) -> None:
    page.goto(write(desk[0]))
    page.get_by_text("Contents", exact=True).click()
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="Three").click()
    expect(page.get_by_role("heading", name="Three")).to_be_in_viewport()
    expect_accessible(page)


def test_a_note_comes_up_where_one_reads_and_goes_away_again_without_a_script(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    context = browser.new_context(**CALM, java_script_enabled=False)
    console.listen(context)
    page = context.new_page()
    page.goto(write(desk[0]))
    page.locator(".footnote-ref a").click()
    note = page.locator(".footnotes li")
    expect(note).to_be_in_viewport()
    expect(page.get_by_role("heading", name="A long post")).to_be_in_viewport()
    note.locator(".footnote-backref").click()
    expect(note).not_to_be_in_viewport()
    expect(page.get_by_role("heading", name="A long post")).to_be_in_viewport()
    context.close()


def test_code_is_copied_as_it_stands(browser: Browser, desk: tuple[Site, int], console: Console) -> None:
    context = browser.new_context(**CALM, permissions=["clipboard-read", "clipboard-write"])
    console.listen(context)
    page = context.new_page()
    page.goto(write(desk[0]))
    page.locator(".prose pre").hover()
    button = page.get_by_role("button", name="Copy")
    button.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "print('one')\nprint('two')"
    expect(page.get_by_role("button", name=re.compile("^Copy$"))).to_be_visible()
    context.close()


def test_a_post_without_code_fetches_no_script_for_it(page: Page, desk: tuple[Site, int]) -> None:
    page.goto(f"{desk[0].url}/posts/the-post")
    assert page.locator("script[src*=copying]").count() == 0


def test_the_calendar_of_the_archive_says_the_same_to_everybody(page: Page, reading_site: Site) -> None:
    page.goto(f"{reading_site.url}/archive/")
    cells = page.locator(".calendar td").all_text_contents()
    assert sum(map(int, cells)) == 142
    squares = page.locator(".calendar rect title").all_text_contents()
    assert [int(text.rpartition(": ")[2]) for text in squares] == [int(cell) for cell in cells]
    expect_accessible(page)


def test_what_the_page_says_to_machines_is_data_to_the_browser_and_its_picture_can_be_seen(
    page: Page, desk: tuple[Site, int], console: Console
) -> None:
    """The policy against inline scripts does not apply to it: a console message would fail this test."""
    page.goto(write(desk[0]))
    blocks = page.locator('script[type="application/ld+json"]').evaluate_all(
        "all => all.map((it) => JSON.parse(it.text))"
    )
    (said,) = [block for block in blocks if block["@type"] == "BlogPosting"]
    assert said["headline"] == page.locator("h1").inner_text()
    size = page.evaluate(
        """async () => {
            const image = new Image();
            image.src = new URL(document.querySelector('meta[property="og:image"]').content).pathname;
            await image.decode();
            return [image.naturalWidth, image.naturalHeight];
        }"""
    )
    assert size == [1200, 630]
