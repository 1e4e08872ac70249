"""The last sentence entered is never lost, whatever happens while writing."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from blog.store.db import db, writing
from blog.store.models import LoginSession
from blog.writing import editing
from tests.browser.serving import Site, running
from tests.browser.windows import Console, window
from tests.browser.writing import (
    FIRST,
    LAST,
    OFFLINE,
    count_kept,
    kept_texts,
    leave_behind,
    open_form,
    state,
    write,
    write_offline,
)
from tests.signing_in import NAME, PASSWORD

# Console messages of Chromium when a test disconnects, signs out or causes a conflict.
TROUBLE = re.compile(r"Failed to load resource: |.*net::ERR_|htmx:|Response Status Error Code 403")


def end_sessions(site: Site) -> None:
    with site.app.app_context(), writing() as session:
        session.execute(sa.delete(LoginSession))


def sign_in(page: Page) -> None:
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_after_a_pause_in_typing_the_server_has_it_and_no_reader_sees_it(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    page = open_form(window(browser, site, console), site, post_id)
    typed = write(page, f"\n\n{LAST}")
    state(page, "^Saving…$")
    state(page, r"^Autosaved [\d:]+\s[AP]M. Not public until you update$")
    assert typed in kept_texts(site)
    page.goto(f"{site.url}/posts/the-post")
    expect(page.locator(".prose")).to_have_text(FIRST)
    page.goto(f"{site.url}/author/posts/{post_id}")
    count_kept("Left without saving", typed, page.locator("#body").input_value())
    page.get_by_role("button", name="Return to the saved text").click()
    expect(page.locator("#body")).to_have_value(FIRST)
    page.context.close()


def test_closing_the_tab_at_once_keeps_the_text_of_a_new_post(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, _ = desk
    context = window(browser, site, console)
    page = open_form(context, site)
    page.locator("#title").fill("New")
    typed = write(page, LAST)
    page.close(run_before_unload=False)
    page = open_form(context, site)  # the server has it, or else this browser
    if page.locator("#body").input_value() != typed:
        page.goto(f"{site.url}/author/?state=draft")
        page.get_by_role("link", name="New", exact=True).click()
    expect(page.locator("#body")).to_have_value(typed)
    count_kept("Closed at once", typed, page.locator("#body").input_value())
    context.close()


def test_without_a_connection_the_browser_keeps_it_and_sends_it_later(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    context = window(browser, site, console)
    page = open_form(context, site, post_id)
    typed = write_offline(page, f"\n\n{LAST}")
    assert typed not in kept_texts(site)
    context.set_offline(False)
    state(page, r"^Autosaved [\d:]+\s[AP]M")
    assert typed in kept_texts(site)

    # Again, with the tab closed before the connection is back.
    typed = leave_behind(page, " More.")
    page = open_form(context, site, post_id)
    expect(page.locator("#restored")).to_contain_text("Restored from this browser: a newer text")
    expect(page.locator("#body")).to_have_value(typed)
    state(page, r"^Autosaved [\d:]+\s[AP]M")
    count_kept("Network cut", typed, page.locator("#body").input_value())
    assert typed in kept_texts(site)
    context.close()


def test_after_the_session_ended_signing_in_leads_back_to_the_text(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    page = open_form(window(browser, site, console), site, post_id)
    end_sessions(site)
    typed = write(page, f"\n\n{LAST}")
    state(page, "^Signed out: stored in this browser$")
    page.locator("#sign-in").click()
    sign_in(page)
    page.wait_for_url(f"**/author/posts/{post_id}")
    expect(page.locator("#body")).to_have_value(typed)
    state(page, r"^Autosaved [\d:]+\s[AP]M")
    count_kept("Session deleted", typed, page.locator("#body").input_value())
    assert typed in kept_texts(site)
    page.context.close()


def test_signing_in_again_in_another_tab_is_enough(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    context = window(browser, site, console)
    page = open_form(context, site, post_id)
    end_sessions(site)
    typed = write(page, f"\n\n{LAST}")
    state(page, "^Signed out: stored in this browser$")
    other = context.new_page()
    other.goto(f"{site.url}/author/")
    sign_in(other)
    expect(other.get_by_role("heading", name="Dashboard")).to_be_visible()
    state(page, r"^Autosaved [\d:]+\s[AP]M")
    page.keyboard.press("Control+s")
    state(page, r"^Saved [\d:]+\s[AP]M$")
    count_kept("Session deleted, signed in elsewhere", typed, kept_texts(site)[-1])
    context.close()


def test_without_a_script_a_form_sent_signed_out_is_sent_again_after_signing_in(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    page = open_form(window(browser, site, console, java_script_enabled=False), site, post_id)
    typed = write(page, f"\n\n{LAST}")
    end_sessions(site)
    page.get_by_role("button", name="Update").click()
    sign_in(page)
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("Updated. The changes are public.")).to_be_visible()
    count_kept("Session deleted, no script", typed, page.locator("#body").input_value())
    page.context.close()


def test_killing_the_server_in_the_middle_of_a_save_loses_nothing(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    context = window(browser, site, console)
    page = open_form(context, site, post_id)
    # So long that saving takes a while; given at once, and then typed on.
    page.locator("#body").evaluate(
        """body => {
          body.classList.add("long");
          body.value += "\\n\\nA sentence of some length, one of many.".repeat(2_000);
          body.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    typed = write(page, f"\n\n{LAST}")
    with page.expect_request(lambda request: request.method == "POST" and "/posts/" in request.url):
        page.keyboard.press("Control+s")
    site.process.kill()
    site.process.join()
    state(page, OFFLINE)
    assert typed not in kept_texts(site)
    with running(site.instance, port=int(site.url.rpartition(":")[2])) as again:
        state(page, r"^Autosaved [\d:]+\s[AP]M")
        assert typed in kept_texts(again)
        page.keyboard.press("Control+s")
        state(page, r"^Saved [\d:]+\s[AP]M$")
        page.close()
        page = open_form(context, again, post_id)
        count_kept("Server killed", typed, page.locator("#body").input_value())
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_two_windows_with_one_post_lose_neither_text(
    browser: Browser, desk: tuple[Site, int], console: Console, script: bool
) -> None:
    site, post_id = desk
    one, other = (window(browser, site, console, java_script_enabled=script).new_page() for _ in "12")
    for page in (one, other):
        page.goto(f"{site.url}/author/posts/{post_id}")
    theirs = write(other, "\n\nThe other window's sentence.")
    mine = write(one, f"\n\n{LAST}")
    other.get_by_role("button", name="Update").click()
    if script:
        state(other, r"^Saved [\d:]+\s[AP]M$")
    else:
        expect(other.get_by_text("Updated. The changes are public.")).to_be_visible()
    one.get_by_role("button", name="Update").click()
    expect(
        one.get_by_role("heading", name="This post was saved elsewhere while you were editing it")
    ).to_be_visible()
    expect(one.locator(".compared ins")).to_contain_text([LAST])
    count_kept("Two windows, mine", mine, one.locator("#mine").input_value())
    count_kept("Two windows, theirs", theirs, one.locator("#theirs").input_value())
    one.get_by_role("button", name="Edit merged text").click()
    expect(one.get_by_label("Text", exact=True)).to_have_value(re.compile(re.escape(LAST)))
    expect(one.get_by_label("Text", exact=True)).to_have_value(re.compile("The other window's sentence."))
    one.get_by_role("button", name="Update").click()
    if script:
        state(one, r"^Saved [\d:]+\s[AP]M$")
    else:
        expect(one.get_by_text("Updated. The changes are public.")).to_be_visible()
    one.goto(f"{site.url}/posts/the-post")
    expect(one.locator(".prose")).to_contain_text(LAST)
    expect(one.locator(".prose")).to_contain_text("The other window's sentence.")
    for page in (one, other):
        page.context.close()


def test_two_tabs_keep_a_text_each_and_each_is_shown(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    context = window(browser, site, console)
    tabs = [context.new_page(), context.new_page()]
    for tab in tabs:
        tab.goto(f"{site.url}/author/posts/{post_id}")
    texts = []
    for number, tab in enumerate(tabs):
        tab.bring_to_front()
        texts.append(write(tab, f"\n\nTab {number}. {LAST}"))
        state(tab, r"^Autosaved [\d:]+\s[AP]M")
    assert set(texts) <= set(kept_texts(site))
    for tab in tabs:
        tab.close()
    page = open_form(context, site, post_id)
    expect(page.locator("#body")).to_have_value(texts[1])
    page.get_by_role("link", name="View changes").click()
    expect(page.locator("#body")).to_have_value(texts[0])
    context.close()


def test_what_the_browser_offers_takes_the_place_of_nothing_that_was_typed_since(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    context = window(browser, site, console)
    page = open_form(context, site, post_id)
    earlier = leave_behind(page, f"\n\nEarlier. {LAST}")
    with site.app.app_context():  # it was published again elsewhere in the meantime
        editing.publish(post_id)
        db.session.remove()
    page = open_form(context, site, post_id)
    expect(page.locator(".on-the-shelf")).to_contain_text(
        "This browser has another unsaved text of this post"
    )
    later = write(page, f"\n\nLater. {LAST}")
    page.get_by_role("button", name="Show text").click()
    expect(page.locator("#body")).to_have_value(earlier)
    state(page, r"^Autosaved [\d:]+\s[AP]M")
    count_kept("Taken back from the browser", earlier, page.locator("#body").input_value())
    page.get_by_text("The previous text is also stored").get_by_role("link", name="View changes").click()
    expect(page.locator("#body")).to_have_value(later)
    count_kept("Typed meanwhile", later, page.locator("#body").input_value())
    assert {earlier, later} <= set(kept_texts(site))
    context.close()


def test_an_older_text_in_this_browser_is_offered_and_does_not_take_the_place_of_a_newer_one(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    address = f"{site.url}/author/posts/{post_id}"
    first, second = (window(browser, site, console) for _ in range(2))
    page = first.new_page()
    page.goto(address)
    older = leave_behind(page, f"\n\nOlder. {LAST}")
    other = second.new_page()
    other.goto(address)
    newer = write(other, f"\n\nNewer. {LAST}")
    state(other, r"^Autosaved [\d:]+\s[AP]M")
    other.close()
    page = first.new_page()
    page.goto(address)
    expect(page.locator(".on-the-shelf")).to_be_visible()
    expect(page.locator("#body")).to_have_value(newer)
    page.get_by_role("button", name="Show text").click()
    expect(page.locator("#body")).to_have_value(older)
    state(page, r"^Autosaved [\d:]+\s[AP]M")
    assert {older, newer} <= set(kept_texts(site))
    first.close()
    second.close()


def slow_saves(page: Page) -> None:
    """Each save arrives, and its response is delayed by a second."""
    page.add_init_script(
        """{
          const quick = window.fetch;
          window.fetch = async (address, options) => {
            const answer = await quick(address, options);
            if (options?.body?.get?.("action")) await new Promise((done) => setTimeout(done, 1000));
            return answer;
          };
        }"""
    )


def test_what_is_typed_while_a_post_is_being_published_is_kept_and_stays_private(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, _ = desk
    context = window(browser, site, console)
    page = context.new_page()
    slow_saves(page)
    page.goto(f"{site.url}/author/posts/new")
    page.get_by_label("Title").fill("In one go")
    write(page, FIRST)
    page.keyboard.press("Control+Enter")
    typed = write(page, f" {LAST}")
    expect(page.locator("#state")).to_have_text("Published")
    expect(page.locator("#body")).to_have_value(typed)
    count_kept("Typed while it was published", typed, page.locator("#body").input_value())
    reader = browser.new_page()
    reader.goto(f"{site.url}/posts/in-one-go")
    expect(reader.locator(".prose")).to_have_text(FIRST)
    reader.close()
    context.close()


def test_a_button_pressed_during_another_save_has_its_turn(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, _ = desk
    context = window(browser, site, console)
    page = context.new_page()
    slow_saves(page)
    page.goto(f"{site.url}/author/posts/new")
    page.get_by_label("Title").fill("Two at once")
    write(page, FIRST)
    page.keyboard.press("Control+s")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#state")).to_have_text("Published")
    context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_enter_in_a_field_publishes_no_half_done_correction(
    browser: Browser, desk: tuple[Site, int], console: Console, scripts: bool
) -> None:
    site, post_id = desk
    context = window(browser, site, console, java_script_enabled=scripts)
    page = open_form(context, site, post_id)
    page.locator("#body").fill(LAST)
    page.get_by_label("Tags").press("Enter")
    if not scripts:
        expect(page.get_by_text("Your changes are stored but not public yet.")).to_be_visible()
    expect(page.locator("#body")).to_have_value(LAST)
    reader = context.new_page()
    reader.goto(f"{site.url}/posts/the-post")
    expect(reader.locator(".prose")).to_have_text(FIRST)
    context.close()


@pytest.mark.long
def test_bad_input_20_megabytes_are_refused_and_stay_in_the_form(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, _ = desk
    page = open_form(window(browser, site, console), site)
    page.locator("#title").fill("Too long")
    page.evaluate(
        """() => {
          const body = document.getElementById("body");
          body.style.display = "none"; // 20 MB need not be laid out
          body.value = "x".repeat(20_000_000);
          body.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#body-wrong")).to_have_text(
        "Too long: 20,000,000 characters. The maximum is 4,000,000.", timeout=60_000
    )
    assert page.locator("#body").evaluate("body => body.value.length") == 20_000_000
    page.context.close()
