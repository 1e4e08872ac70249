"""Warnings about the text appear next to it while writing, and link to its line."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.accessibility import expect_accessible
from tests.browser.serving import Site
from tests.browser.writing import open_form, state

TROUBLE = re.compile("Loading the image 'https://x.example/a.png' violates")

PICTURE = "![](https://x.example/a.png)"
BODY = f"One.\n\nTwo {PICTURE}\n\n" + "More.\n\n" * 60
MATTER = "---\ntags: [one, two]\nseries: The series\nauthor: Ada\n---\nThe text."


def selected(page: Page) -> str:
    found: str = page.locator("#body").evaluate(
        "body => body.value.slice(body.selectionStart, body.selectionEnd)"
    )
    return found


def test_it_is_said_beside_the_text_and_leads_to_the_line(
    scripted: BrowserContext, desk: tuple[Site, int]
) -> None:
    page = open_form(scripted, desk[0])
    warnings = page.locator("#warnings")
    expect(warnings).to_be_hidden()
    page.locator("#body").fill(BODY)
    expect(warnings).to_contain_text("One warning about the text:")
    expect(page.locator("#aloud")).to_contain_text("One warning about the text")
    warnings.get_by_role("link", name="Line 3").click()
    expect(page.locator("#body")).to_be_focused()
    assert selected(page) == f"Two {PICTURE}"
    expect_accessible(page, "the form with something to say about its text")
    page.locator("#body").fill("One.")
    expect(warnings).to_be_hidden()
    # On a small screen there is no preview while writing; autosave updates the warnings.
    page.set_viewport_size({"width": 390, "height": 800})
    page.locator("#body").fill(BODY)
    state(page, r"^Saved [\d:]+\s[AP]M$")
    expect(warnings).to_contain_text("Line 3")
    page.get_by_role("button", name="Preview").click()
    page.locator("#preview").get_by_role("link", name="Line 3").click()
    expect(page.locator("#body")).to_be_focused()
    assert selected(page) == f"Two {PICTURE}"
    page.get_by_label("Title").fill("A title")
    page.get_by_role("button", name="Publish").click()
    notices = page.locator("main > .notice")
    expect(notices.filter(has_text="Published")).to_be_visible()
    expect(notices.filter(has_text="Line 3: Images from x.example are not shown here")).to_be_visible()


def test_front_matter_fills_in_the_fields(author: BrowserContext, desk: tuple[Site, int]) -> None:
    page = open_form(author, desk[0])
    page.get_by_label("Title").fill("Mine")
    page.locator("#body").fill(MATTER)
    button = page.get_by_role("button", name="Move into fields").first
    if not button.is_visible():
        page.get_by_role("button", name="Save draft").click()
    button.click()
    expect(page.get_by_text(re.compile("Filled in from the front matter: Tags and Series"))).to_be_visible()
    expect(page.locator("#tags")).to_have_value("one, two")
    expect(page.locator("#series")).to_have_value("The series")
    expect(page.get_by_label("Title")).to_have_value("Mine")
    expect(page.locator("#body")).to_have_value("---\nauthor: Ada\n---\n\nThe text.")
