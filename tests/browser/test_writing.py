"""The form in a real browser: states, keys, preview and suggestions, with and without JavaScript."""

import re
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Page, expect

from blog import clock
from blog.store.db import db
from blog.writing import editing
from tests.browser.accessibility import expect_accessible
from tests.browser.serving import Site, running
from tests.browser.waiting import until
from tests.browser.windows import Console, window
from tests.browser.writing import FIRST, LAST, open_form, state
from tests.conftest import copy_instance

SAVED = re.compile(r"^Saved [\d:]+\s[AP]M$")
REFUSED = re.compile(r"Failed to load resource: .* status of 422 ")


@pytest.fixture
def page(browser: Browser, desk: tuple[Site, int], console: Console) -> Iterator[Page]:
    context = window(browser, desk[0], console, viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def open_settings(page: Page) -> None:
    page.get_by_text("Address, date, series, excerpt, cover image").click()


def test_a_post_is_written_published_withdrawn_thrown_away_and_brought_back(
    author: BrowserContext, desk: tuple[Site, int]
) -> None:
    site, _ = desk
    page, reader = author.new_page(), author.new_page()
    page.goto(f"{site.url}/author/")
    page.get_by_role("link", name="New post").click()
    page.get_by_label("Title").fill("Brand new")
    page.get_by_label("Tags").fill("Writing, quite new")
    page.get_by_label("Text", exact=True).fill(f"{FIRST}\n\n*{LAST}*")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published. The post is public.")).to_be_visible()
    reader.goto(f"{site.url}/posts/brand-new")
    expect(reader.locator("em")).to_have_text(LAST)
    expect(reader.get_by_role("list", name="Tags")).to_contain_text("quite new")
    page.get_by_role("button", name="Change to draft").click()
    expect(page.get_by_text("Changed to a draft. The post is not public.")).to_be_visible()
    page.get_by_role("button", name="Move to trash").click()
    expect(page.get_by_text("Moved to the trash")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Restored from the trash.")).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value(f"{FIRST}\n\n*{LAST}*")


@pytest.fixture(params=[2.0, 0.2])
def pausing(
    request: pytest.FixtureRequest,
    authors_instance: tuple[Path, int],
    tmp_path: Path,
) -> Iterator[tuple[Site, float]]:
    """A site whose form pauses so many seconds before it sends: two, as it does by itself, or another number."""
    instance = copy_instance(authors_instance[0], tmp_path / "instance")
    with running(instance, pause=None if request.param == 2 else str(request.param)) as site:
        yield site, request.param


def test_the_form_sends_its_text_after_the_pause_that_the_page_names(
    browser: Browser, pausing: tuple[Site, float], console: Console
) -> None:
    site, pause = pausing
    context = window(browser, site, console)
    page = context.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if "autosave" in request.url else None)
    page.clock.install()
    page.goto(f"{site.url}/author/posts/new")
    page.clock.pause_at(clock.now() + timedelta(hours=1))
    sent.clear()
    page.get_by_label("Text", exact=True).fill(LAST)
    page.clock.run_for(int(pause * 1_000) - 10)
    assert sent == []
    with page.expect_request("**/author/autosave"):
        page.clock.run_for(10)
    context.close()


def test_what_is_wrong_stands_beside_its_field_and_the_first_has_the_focus(
    author: BrowserContext, desk: tuple[Site, int], console: Console
) -> None:
    site, _ = desk
    console.expected = REFUSED
    page = open_form(author, site)
    page.get_by_label("Text", exact=True).fill(LAST)
    page.get_by_label("Tags").fill("+")
    open_settings(page)
    page.get_by_label("Address").fill("the-post")
    page.get_by_label("Originally published at").fill("ftp://x")
    page.get_by_role("button", name="Save draft").click()
    title = page.get_by_label("Title")
    expect(title).to_be_focused()
    expect(title).to_have_accessible_description("Enter a title.")
    expect(page.get_by_label("Tags")).to_have_accessible_description(re.compile("“\\+” cannot be a tag"))
    expect(page.get_by_label("Originally published at")).to_have_accessible_description(
        re.compile("not the address")
    )
    expect(page.get_by_label("Text", exact=True)).to_have_value(LAST)
    title.fill("Now it has one")
    page.get_by_label("Tags").fill("plus")
    page.get_by_label("Originally published at").fill("https://elsewhere.example/x")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_label("Address")).to_have_accessible_description(
        re.compile("Another post already has the address")
    )
    page.get_by_label("Address").fill("")
    page.get_by_role("button", name="Save draft").click()
    state(page, r"^Saved [\d:]+\s[AP]M$")
    expect(page.locator(".wrong")).to_have_count(0)


def test_keys_save_publish_and_make_links(page: Page, desk: tuple[Site, int]) -> None:
    site, _ = desk
    page.goto(f"{site.url}/author/posts/new")
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.type("Keys")
    page.keyboard.press("Enter")
    body = page.get_by_label("Text", exact=True)
    expect(body).to_be_focused()
    page.keyboard.type("Read this")
    page.keyboard.press("Control+s")
    state(page, r"^Saved [\d:]+\s[AP]M$")
    expect(body).to_be_focused()
    page.wait_for_url(re.compile(r"/author/posts/\d+$"))
    # Ctrl+K on a word; the cursor is where the address goes.
    page.keyboard.press("Control+Shift+ArrowLeft")
    page.keyboard.press("Control+k")
    page.keyboard.type("https://x.example/")
    expect(body).to_have_value("Read [this](https://x.example/)")
    page.keyboard.press("Control+z")
    # Paste an address onto a word.
    body.fill("Read this")
    body.evaluate(
        """body => {
          body.setSelectionRange(5, 9);
          const data = new DataTransfer();
          data.setData("text/plain", "https://y.example/a_b");
          body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(body).to_have_value("Read [this](https://y.example/a_b)")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Published. The post is public.")).to_be_visible()


def test_words_and_reading_time_are_counted_while_typing(page: Page, desk: tuple[Site, int]) -> None:
    site, _ = desk
    page.goto(f"{site.url}/author/posts/new")
    page.get_by_label("Text", exact=True).press_sequentially("One")
    expect(page.locator("#length")).to_have_text("1 word · 1 min read")
    page.get_by_label("Text", exact=True).fill("word " * 1_150)
    expect(page.locator("#length")).to_have_text("1,150 words · 5 min read")


def test_tags_are_suggested_while_typing(page: Page, desk: tuple[Site, int]) -> None:
    site, _ = desk
    page.goto(f"{site.url}/author/posts/new")
    page.get_by_label("Tags").press_sequentially("new one, wri")
    until(
        page,
        "() => [...document.querySelectorAll('#tag-names option')].map(o => o.value).join() === 'new one, writing'",
    )


def test_the_preview_follows_on_5000_words_to_where_one_writes(page: Page, desk: tuple[Site, int]) -> None:
    site, _ = desk
    page.goto(f"{site.url}/author/posts/new")
    page.get_by_label("Title").fill("Long")
    paragraph = (
        "Here *goes* a [link](https://x.example/) and `code`, and twelve words of plain prose behind it all. "
    )
    body = page.get_by_label("Text", exact=True)
    body.fill("\n\n".join(paragraph * 5 for _ in range(70)))
    words = len(body.input_value().split())
    assert words >= 5_000
    expect(page.locator("#preview p")).to_have_count(70)
    body.focus()
    page.keyboard.press("Control+End")
    # From the input event to the updated preview, by the page's own clock.
    page.evaluate(
        """() => {
          window.times = [];
          const preview = document.getElementById("preview");
          let typed = 0;
          document.getElementById("body").addEventListener("input", () => (typed = performance.now()));
          preview.addEventListener("htmx:afterSwap", () => window.times.push(performance.now() - typed));
        }"""
    )
    for number in range(11):
        page.keyboard.insert_text(f" mark{number}")
        expect(page.locator("#preview")).to_contain_text(f"mark{number}")
    times = page.evaluate("window.times")
    median = statistics.median(times)
    print(f"Preview of {words} words: median {median:.0f} ms, maximum {max(times):.0f} ms")  # noqa: T201 -- with -rP
    box = page.locator("#preview p").last.bounding_box()
    assert box is not None
    assert 0 < box["y"] < 900
    body.evaluate("body => body.setSelectionRange(0, 0)")
    body.click(position={"x": 5, "y": 5})
    expect(page.locator("#preview h2")).to_be_in_viewport()


def test_on_a_narrow_screen_the_preview_is_behind_a_tab(page: Page, desk: tuple[Site, int]) -> None:
    site, post_id = desk
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{site.url}/author/posts/{post_id}")
    expect(page.locator("#preview")).to_be_hidden()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview .prose")).to_have_text(FIRST)
    expect(page.get_by_label("Text", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.get_by_label("Text", exact=True)).to_be_visible()
    until(page, "() => document.documentElement.scrollWidth <= innerWidth")


def test_address_and_excerpt_are_proposed_on_a_narrow_screen_as_well(
    page: Page, desk: tuple[Site, int]
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{desk[0].url}/author/posts/new")
    page.get_by_label("Title").fill("Pocket sized")
    page.get_by_label("Text", exact=True).fill(FIRST)
    open_settings(page)
    expect(page.get_by_text("From the title: /posts/pocket-sized")).to_be_visible()
    expect(page.get_by_text(f"From the text: {FIRST}")).to_be_visible()
    page.get_by_label("Title").fill("Smaller still")
    expect(page.get_by_text("From the title: /posts/smaller-still")).to_be_visible()


def test_a_private_link_shows_a_draft_until_it_is_ended(
    author: BrowserContext, desk: tuple[Site, int], hop: APIRequestContext
) -> None:
    page = open_form(author, desk[0])
    page.get_by_label("Title").fill("For a friend")
    page.get_by_label("Text", exact=True).fill(LAST)
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#kept")).to_have_text(SAVED)
    page.reload()
    page.get_by_role("button", name="Create a preview link").click()
    told = page.get_by_text("Anyone with this preview link").inner_text()
    link = re.findall(r"http://\S+", told)[0]
    assert "漢字" in hop.get(link).text()
    page.get_by_role("button", name="Disable the preview link").click()
    expect(page.get_by_text("The preview link no longer works.")).to_be_visible()
    assert hop.get(link).status == 404


def test_the_desk_is_searched_and_shows_one_state(author: BrowserContext, desk: tuple[Site, int]) -> None:
    with desk[0].app.app_context():
        editing.trash(editing.create(editing.Text("A lost xyzzy.", "Lost")))
        editing.create(editing.Text("A found xyzzy.", "Found"))
        db.session.remove()
    page = author.new_page()
    page.goto(f"{desk[0].url}/author/")
    titles = page.locator("#work h2")
    expect(titles).to_contain_text(["Found", "The post"])
    page.get_by_role("searchbox").fill("xyzzy")
    page.get_by_role("button", name="Search").click()
    expect(titles).to_have_text(["Found"])
    page.get_by_role("link", name="Trash").click()
    expect(titles).to_have_text(["Lost"])
    page.get_by_role("button", name="Restore “Lost”").click()
    expect(page.get_by_label("Title")).to_have_value("Lost")


def test_without_a_script_the_preview_opens_beside(plain: BrowserContext, desk: tuple[Site, int]) -> None:
    site, post_id = desk
    page = open_form(plain, site, post_id)
    page.get_by_label("Text", exact=True).fill(f"*{LAST}*")
    with plain.expect_page() as opened:
        page.get_by_role("button", name="Preview").click()
    expect(opened.value.locator(".prose em")).to_have_text(LAST)
    expect(page.get_by_label("Text", exact=True)).to_have_value(f"*{LAST}*")


def test_an_earlier_text_is_compared_and_restored(author: BrowserContext, desk: tuple[Site, int]) -> None:
    site, post_id = desk
    page = open_form(author, site, post_id)
    page.get_by_label("Text", exact=True).fill("It begins otherwise.")
    page.get_by_role("button", name="Update").click()
    state(page, r"^Saved [\d:]+\s[AP]M$")
    page.goto(f"{site.url}/author/posts/{post_id}/revisions")
    page.get_by_role("main").get_by_role("listitem").last.get_by_role("link").click()
    expect(page.locator(".compared ins")).to_contain_text(["otherwise"])
    page.get_by_role("button", name="Restore this revision").click()
    expect(page.get_by_text("Restored.")).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value(FIRST)


def test_the_desk_goes_on_by_itself_and_searches(page: Page, desk: tuple[Site, int]) -> None:
    site, _ = desk
    page.goto(f"{site.url}/author/")
    expect(page.locator("#work .row-title").first).to_have_text("The post")
    while page.locator("#work .older").count():
        page.keyboard.press("End")
        until(
            page,
            "count => document.querySelectorAll('#work .row-title').length > count",
            page.locator("#work .row-title").count(),
        )
    titles = page.locator("#work .row-title").all_text_contents()
    assert len(titles) == len(set(titles)) == 31
    page.get_by_placeholder("Search titles and text").fill("begins with a sentence")
    page.keyboard.press("Enter")
    expect(page.locator("#work .row-title")).to_have_text(["The post"])


@pytest.mark.long
def test_axe_finds_nothing_on_the_pages_of_writing(
    page: Page, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    console.expected = re.compile(r"Failed to load resource: .* status of (409|422) ")
    page.goto(f"{site.url}/author/posts/{post_id}")
    open_settings(page)
    expect(page.locator("#preview .prose")).to_be_visible()
    expect_accessible(page, "the form")
    page.get_by_label("Title").fill("")
    page.get_by_role("button", name="Update").click()
    expect(page.locator("#title-wrong")).to_be_visible()
    expect_accessible(page, "the form with an error")
    page.goto(f"{site.url}/author/posts/new")
    expect_accessible(page, "a new form")
    page.goto(f"{site.url}/author/")
    expect_accessible(page, "the desk")
    page.goto(f"{site.url}/author/posts/{post_id}")
    page.get_by_label("Title").fill("The post")
    page.get_by_label("Text", exact=True).fill("Changed here.")
    page.get_by_role("button", name="Update").click()
    state(page, r"^Saved [\d:]+\s[AP]M$")
    page.evaluate(  # as in another window that was opened before
        "for (const [name, value] of [['base_version', 1], ['form', 'another']]) "
        "document.querySelector(`[name=${name}]`).value = value"
    )
    page.get_by_label("Text", exact=True).fill("Changed there.")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_role("heading", name="Differences")).to_be_visible()
    expect_accessible(page, "a conflict")
    page.goto(f"{site.url}/author/posts/{post_id}/revisions")
    expect_accessible(page, "revisions")
    page.get_by_role("main").get_by_role("listitem").last.get_by_role("link").click()
    expect_accessible(page, "a revision")


def test_what_is_published_is_in_the_very_next_response(page: Page, desk: tuple[Site, int]) -> None:
    site, _ = desk
    page.goto(f"{site.url}/author/posts/new")
    fields = page.evaluate("Object.fromEntries(new FormData(document.getElementById('form')))")
    (cookie,) = page.context.cookies(site.url)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"{cookie['name']}={cookie['value']}",
        "Origin": site.url,
    }
    author, reader = (HTTPConnection(urlsplit(site.url).netloc) for _ in range(2))
    times = []
    for number in range(50):
        fields.update(
            title=f"Edition {number}", body=f"{FIRST}\n\n" * 40, form=f"form{number}", action="publish"
        )
        sent = urlencode(fields)
        reader.request("GET", "/")  # the previous page is in the cache
        assert f"Edition {number}" not in reader.getresponse().read().decode()
        began = time.perf_counter()
        author.request("POST", "/author/posts/new", sent, headers)
        saved = author.getresponse()
        saved.read()
        reader.request("GET", "/")
        seen = reader.getresponse().read().decode()
        times.append((time.perf_counter() - began) * 1000)
        assert saved.status == 303
        assert f"Edition {number}" in seen
    author.close()
    reader.close()
    median, longest = statistics.median(times), max(times)
    print(f"From Publish to a reader's response: median {median:.0f} ms, maximum {longest:.0f} ms of 50")  # noqa: T201 -- with -rP


def test_the_enter_that_confirms_a_conversion_stays_in_the_title(
    scripted: BrowserContext, desk: tuple[Site, int]
) -> None:
    page = open_form(scripted, desk[0])
    title = page.get_by_label("Title")
    title.focus()
    pressed: list[str] = []
    page.on("request", lambda request: pressed.append(request.url) if request.method == "POST" else None)
    # During the composition, as in most browsers, and after it, as in Safari.
    for init in ({"isComposing": True}, {"keyCode": 229}):
        for keys in ({"key": "Enter"}, {"key": "Enter", "ctrlKey": True}, {"key": "s", "ctrlKey": True}):
            untouched = title.evaluate(
                """(field, init) => field.dispatchEvent(
                  new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }))""",
                {**init, **keys},
            )
            assert untouched, (init, keys)
            expect(title).to_be_focused()
    assert pressed == []
    title.press("Enter")
    expect(page.locator("#body")).to_be_focused()


def test_a_very_long_line_has_one_direction_since_more_would_freeze_the_form(
    scripted: BrowserContext, desk: tuple[Site, int]
) -> None:
    page = open_form(scripted, desk[0])
    bidi = "element => getComputedStyle(element).unicodeBidi"
    body = page.locator("#body")
    assert body.evaluate(bidi) == "plaintext"
    body.focus()
    page.evaluate("() => document.execCommand('insertText', false, 'a'.repeat(500000))")
    page.keyboard.type("b")
    assert body.evaluate(bidi) == "isolate"
    until(page, "() => document.querySelector('#preview .prose p')?.textContent.length === 500001")
    assert page.locator("#preview .prose p").evaluate(bidi) == "isolate"
    state(page, r"^Saved [\d:]+\s[AP]M$")
    page.reload()
    assert body.evaluate(bidi) == "isolate"
    body.fill("Short lines.\n" * 9)
    assert body.evaluate(bidi) == "plaintext"
