"""Signing in with a real browser and only the keyboard: from the printed link to the dashboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from blog.accounts import account
from blog.site import colours
from blog.store.db import db
from tests.browser.accessibility import SCHEMES, expect_accessible
from tests.browser.serving import Site, running
from tests.browser.windows import CALM, Console
from tests.signing_in import NAME, PASSWORD, make_account, sign_in_browser

SENTENCE = "The last sentence that was typed, “kept” & whole."

# Console messages of Chromium about forms returned with errors or with a sign-in page.
SLIPS = re.compile(r"Failed to load resource: .* status of (403|422) ")


@pytest.fixture
def new_site(instance: Path) -> Iterator[Site]:
    """A server with a new site without an account."""
    with running(instance) as site:
        yield site


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def window(browser: Browser, request: pytest.FixtureRequest, console: Console) -> Iterator[BrowserContext]:
    """A browser with and without JavaScript."""
    console.expected = SLIPS
    context = browser.new_context(**CALM, java_script_enabled=request.param)
    console.listen(context)
    context.set_default_timeout(10_000)
    yield context
    context.close()


def printed_link(site: Site) -> str:
    """The server's output at the start while there is no account."""
    (link,) = [line.strip() for line in site.printed if "/author/welcome/" in line]
    assert link.startswith(site.url)
    return link


def fill_by_keyboard(page: Page, *texts: str) -> None:
    """Type into the focused field and the following ones, then press Enter."""
    for number, text in enumerate(texts):
        if number:
            page.keyboard.press("Tab")
        page.keyboard.insert_text(text)
    page.keyboard.press("Enter")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the link or button called `name` has the focus."""
    wanted = page.get_by_role("link", name=name, exact=True).or_(
        page.get_by_role("button", name=name, exact=True)
    )
    expect(wanted).to_have_count(1)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(":focus").count() and wanted.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"{name} cannot be reached by Tab")


def test_from_the_printed_link_to_the_desk_and_out_and_in_again_by_keyboard_alone(
    new_site: Site, window: BrowserContext
) -> None:
    page = window.new_page()
    page.goto(printed_link(new_site))
    expect(page.get_by_label("Name")).to_be_focused()
    fill_by_keyboard(page, NAME, PASSWORD, "a slip of the finger")
    expect(page.get_by_label("Repeat password")).to_be_focused()
    expect(page.get_by_text("The passwords do not match.")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    fill_by_keyboard(page, PASSWORD, PASSWORD)
    expect(page).to_have_url(f"{new_site.url}/author/")
    expect(page.get_by_role("navigation", name="Author")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Your account is ready.")

    tab_to(page, "Sessions")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem")).to_contain_text("this session")
    tab_to(page, "Sign out")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{new_site.url}/")

    page.goto(f"{new_site.url}/author/sessions")
    expect(page.get_by_label("Name")).to_be_focused()
    fill_by_keyboard(page, NAME, "not this one")
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_label("Password")).to_have_accessible_description("Wrong name or password.")
    fill_by_keyboard(page, PASSWORD)
    expect(page).to_have_url(f"{new_site.url}/author/sessions")


def test_from_signing_in_to_publication_by_keyboard_alone(new_site: Site, window: BrowserContext) -> None:
    make_account(new_site.app)
    page = window.new_page()
    page.goto(f"{new_site.url}/author/")
    expect(page.get_by_label("Name")).to_be_focused()
    fill_by_keyboard(page, NAME, PASSWORD)
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    tab_to(page, "New post")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Title")).to_be_focused()
    page.keyboard.insert_text("By hand")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("keys, patience")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Text", exact=True)).to_be_focused()
    page.keyboard.insert_text(SENTENCE)
    settings = page.get_by_text("Address, date, series, excerpt, cover image")
    while not settings.evaluate("each => each === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Address")).to_be_focused()
    page.keyboard.insert_text("typed-by-hand")
    tab_to(page, "Publish")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Published. The post is public.")).to_be_visible()
    page.goto(f"{new_site.url}/posts/typed-by-hand")
    expect(page.locator(".prose")).to_have_text(SENTENCE)


def test_a_site_with_an_author_prints_no_link(instance: Path) -> None:
    with running(instance) as site:
        assert printed_link(site)
        make_account(site.app)
    with running(instance) as site:
        assert "/author/welcome/" not in "".join(site.printed)


def test_what_was_sent_after_the_session_ended_is_sent_again_behind_the_sign_in(
    new_site: Site, window: BrowserContext
) -> None:
    sign_in_browser(window, new_site.app, new_site.url)
    page = window.new_page()
    page.goto(f"{new_site.url}/author/site")
    page.get_by_label("Tagline").fill(SENTENCE)
    page.get_by_label("Footer links").fill("One /1\nTwo /2")
    with new_site.app.app_context():
        account.end_other_sessions(0)
        db.session.remove()
    page.get_by_label("Title").press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("It is stored on this page")
    expect(page.get_by_label("Name")).to_be_focused()
    fill_by_keyboard(page, NAME, PASSWORD)
    expect(page.get_by_role("button", name="Send now")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_have_text("Saved. The changes are public.")
    kept = page.get_by_label("Tagline").input_value()
    print(f"characters typed {len(SENTENCE)}, kept {len(kept)}")  # noqa: T201 -- what the issue asks to see
    assert kept == SENTENCE
    expect(page.get_by_label("Footer links")).to_have_value("One /1\nTwo /2")


@pytest.mark.long
def test_axe_finds_nothing_on_the_way_in_and_in_the_settings(
    new_site: Site, page: Page, console: Console
) -> None:
    console.expected = SLIPS
    address = printed_link(new_site)
    page.goto(f"{new_site.url}/author/sign-in")
    expect_accessible(page, "sign-in without an account")
    page.goto(address)
    expect_accessible(page)
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password", exact=True).fill("twelve letters")
    page.get_by_label("Repeat password").fill("other letters")
    page.get_by_role("button", name="Create account").click()
    expect_accessible(page, "welcome, after a slip")

    sign_in_browser(page.context, new_site.app, new_site.url)
    sign_in_browser(page.context, new_site.app, new_site.url)
    for path in ("/author/sessions", "/author/site"):
        page.goto(f"{new_site.url}{path}")
        expect_accessible(page)
    page.get_by_label("Language").fill("english")
    page.get_by_role("button", name="Save").click()
    expect_accessible(page, "settings, after a slip")

    with new_site.app.app_context():
        account.end_other_sessions(0)
        db.session.remove()
    page.get_by_role("button", name="Save").click()
    expect_accessible(page, "sign-in, with a form held")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect_accessible(page, "sign-in, after a slip")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Send now")).to_be_visible()
    expect_accessible(page, "signed in again")


def colour_of(page: Page, selector: str, name: str) -> str:
    """A computed colour as the browser paints it: #rrggbb."""
    channels = page.locator(selector).first.evaluate(
        """(element, name) => {
          const context = new OffscreenCanvas(1, 1).getContext("2d");
          context.fillStyle = getComputedStyle(element).getPropertyValue(name);
          context.fillRect(0, 0, 1, 1);
          return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
        }""",
        name,
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def test_the_accent_colour_reaches_readers_by_day_and_by_night(new_site: Site, page: Page) -> None:
    page.goto(new_site.url)
    surfaces = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        surfaces[scheme] = colour_of(page, ".chip:not(.chip-chosen, .chip-all)", "background-color")
    assert surfaces == {"light": colours.DAY, "dark": colours.NIGHT}, (
        "site.css and blog/site/colours.py agree"
    )
    page.emulate_media(color_scheme="light")
    assert colour_of(page, ".featured-label", "color") == colours.BUILT_IN

    sign_in_browser(page.context, new_site.app, new_site.url)
    page.goto(f"{new_site.url}/author/site")
    page.get_by_label("Accent colour").fill("#0b5f8a")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.goto(new_site.url)
    for scheme, wanted in (("light", "#0b5f8a"), ("dark", colours.by_night("#0b5f8a"))):
        page.emulate_media(color_scheme=scheme)
        assert colour_of(page, ".featured-label", "color") == wanted
    expect_accessible(page, "the listing in another colour")
