"""Blocked storage, hidden tabs, and texts too long for the last request: nothing entered is lost."""

import re

import pytest
from playwright.sync_api import Browser, Dialog, expect

from tests.browser.serving import Site
from tests.browser.waiting import until
from tests.browser.windows import Console, window
from tests.browser.writing import LAST, count_kept, kept_texts, open_form, state

pytestmark = pytest.mark.long

TROUBLE = re.compile(r"Failed to load resource: |.*net::ERR_|htmx:")

# Until not even a name and a letter fit any more.
FILL = """() => {
  let number = 0;
  for (let size = 1 << 22; size >= 1; size /= 2) {
    const piece = "x".repeat(size);
    try { for (;;) localStorage.setItem(`full-${number++}`, piece); } catch {}
  }
}"""

# As Chromium does when the user blocks storage.
DENY = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("Access is denied for this document.", "SecurityError"); },
});"""


@pytest.mark.parametrize("trouble", ["full", "denied"])
def test_without_room_in_the_browser_writing_goes_on_and_the_form_says_where_the_text_is(
    browser: Browser, desk: tuple[Site, int], console: Console, trouble: str
) -> None:
    site, post_id = desk
    context = window(browser, site, console)
    page = context.new_page()
    if trouble == "denied":
        context.add_init_script(DENY)
    else:
        page.goto(f"{site.url}/author/")
        page.evaluate(FILL)
    page.goto(f"{site.url}/author/posts/{post_id}")
    body = page.locator("#body")
    body.press("Control+End")
    page.keyboard.type(f"\n\n{LAST}")
    state(page, r"^Autosaved [\d:]+\s[AP]M. Not public until you update$")
    assert body.input_value() in kept_texts(site)
    context.set_offline(True)
    page.keyboard.type(" More.")
    state(page, "^Not stored: copy the text before you leave this page$")
    expect(page.get_by_role("status").filter(has_text="Not stored")).to_have_count(1)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Dashboard").click(no_wait_after=True)
    expect(body).to_be_visible()
    context.set_offline(False)
    state(page, r"^Autosaved [\d:]+\s[AP]M")
    assert asked == ["beforeunload"]
    count_kept(f"Browser's storage {trouble}", body.input_value(), kept_texts(site)[0])
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_text("Updated. The changes are public.")).to_be_visible()
    context.close()


def test_hiding_the_tab_sends_the_text_at_once(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    context = window(browser, site, console)
    page = context.new_page()
    page.clock.install()
    page.goto(f"{site.url}/author/posts/{post_id}")
    # No timer fires from here on, so nothing is sent by the two-second pause.
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))
    page.locator("#body").press("Control+End")
    page.keyboard.type(f"\n\n{LAST}")
    typed = page.locator("#body").input_value()
    state(page, "^Saving…$")
    assert typed not in kept_texts(site)
    # Headless Chromium treats every tab as visible, including background tabs.
    page.evaluate(
        """() => {
          Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    state(page, r"^Autosaved [\d:]+\s[AP]M. Not public until you update$")
    count_kept("Tab hidden", typed, kept_texts(site)[0])
    context.close()


def test_closing_the_tab_at_once_keeps_a_text_too_long_to_be_sent_with_the_last_breath(
    browser: Browser, desk: tuple[Site, int], console: Console
) -> None:
    site, post_id = desk
    context = window(browser, site, console)
    page = open_form(context, site, post_id)
    typed = "A sentence of some length, one of many.\n\n" * 2_000 + LAST
    assert len(typed) > 70_000  # browsers send at most 64 KiB from a closing page
    page.locator("#body").evaluate(
        """(body, typed) => {
          body.classList.add("long"); // as the page has it that is opened with such a text
          body.value = typed;
          body.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        typed,
    )
    page.close(run_before_unload=False)
    page = open_form(context, site, post_id)  # the server has it, or else this browser
    until(page, "typed => document.getElementById('body').value === typed", typed)
    count_kept("Long text, closed at once", typed, page.locator("#body").input_value())
    context.close()
