"""Uploading pictures in a real browser: chosen, dropped, pasted; with a script and without."""

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Console, Site
from tests.pictures import picture
from tests.signing_in import sign_in_browser

# A browser lets no script fill the clipboard or drag a file, so the event is made with the file in it.
TRANSFER = """([kind, where, data, name]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, { type: "image/png" }));
  const made = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: files, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
  document.querySelector(where).dispatchEvent(made);
}"""


def give(page: Page, kind: str, where: str, data: bytes, name: str = "flag.png") -> None:
    """Drop or paste a file on the element `where`."""
    page.evaluate(TRANSFER, [kind, where, base64.b64encode(data).decode(), name])


def describe(page: Page, alt: str, button: str) -> None:
    page.get_by_label("What does it show?").fill(alt)
    page.get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("way", ["choose", "drop", "paste"])
def test_a_picture_is_uploaded_and_described(signed_in_page: Page, site: Site, way: str) -> None:
    page = signed_in_page
    page.goto(f"{site.url}/author/images/")
    data = picture(700, 350, "PNG")
    if way == "choose":
        page.get_by_label("Pictures").set_input_files(
            {"name": "a.png", "mimeType": "image/png", "buffer": data}
        )
    else:
        give(page, way, "main", data)
    describe(page, "Two colours", "Save")
    expect(page.locator("#images > li")).to_have_count(1)
    expect(page.get_by_label("What it shows")).to_have_value("Two colours")
    expect(page.get_by_label("Markdown")).to_have_value("![Two colours](/media/" + hash_of(page) + ")")
    page.reload()
    expect(page.locator("#images img")).to_have_js_property("naturalWidth", 480)
    assert (Path(site.app.config["INSTANCE"]) / "media" / hash_of(page) / "700.avif").is_file()


def hash_of(page: Page) -> str:
    return (page.locator("#images > li").get_attribute("id") or "").removeprefix("image-")


def test_what_is_no_picture_is_said_beside_it(signed_in_page: Page, site: Site, console: Console) -> None:
    console.expected = re.compile("Failed to load resource.*422")
    page = signed_in_page
    page.goto(f"{site.url}/author/images/")
    give(page, "drop", "main", b"<!doctype html>", "a.png")
    expect(page.get_by_role("alert")).to_have_text("This file is no picture in JPEG, PNG, WebP, AVIF or GIF.")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("[data-uploads] > li")).to_have_count(0)


def test_a_picture_goes_into_the_text_at_the_cursor(signed_in_page: Page, site: Site) -> None:
    page = signed_in_page
    page.goto(f"{site.url}/author/posts/new")
    text = page.locator("#body")
    text.fill("Before.\n\nAfter.")
    text.evaluate("field => field.setSelectionRange(7, 7)")
    give(page, "paste", "#body", picture(64, 48, "PNG"))
    describe(page, "Two colours", "Insert")
    expect(text).to_be_focused()
    expect(text).to_have_value(
        re.compile(r"^Before\.\n\n!\[Two colours\]\(/media/[0-9a-f]{24}\)\n\nAfter\.$")
    )
    page.keyboard.press("Control+z")
    expect(text).to_have_value("Before.\n\nAfter.")


def test_without_scripts_the_form_does_it(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    sign_in_browser(context, site.app, site.url)
    page = context.new_page()
    page.goto(f"{site.url}/author/images/")
    page.get_by_label("Pictures").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": picture(64, 48, "PNG")}
    )
    page.get_by_label("What the picture shows").fill("Two colours")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("The picture is here.")).to_be_visible()
    expect(page.get_by_label("Markdown")).to_have_value("![Two colours](/media/" + hash_of(page) + ")")
    context.close()
