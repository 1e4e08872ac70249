"""Image uploads in a real browser: chosen, dropped and pasted, with and without JavaScript."""

import base64
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import expect_accessible
from tests.browser.serving import Site
from tests.browser.windows import Console, window
from tests.browser.writing import open_form
from tests.pictures import picture

# Browsers let no script fill the clipboard or drag a file, so the event is created with the file.
TRANSFER = """([kind, where, data, name]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, { type: "image/png" }));
  const made = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: files, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
  document.querySelector(where).dispatchEvent(made);
}"""


SENTENCE = "The last sentence that was typed, “kept” & whole."


def give(page: Page, kind: str, where: str, data: bytes, name: str = "flag.png") -> None:
    """Drop or paste a file on the element `where`."""
    page.evaluate(TRANSFER, [kind, where, base64.b64encode(data).decode(), name])


def expect_to_fit(page: Page) -> None:
    """Nothing is wider than the screen on a phone, a tablet or a desktop."""
    for width in (390, 820, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


def describe(page: Page, alt: str, button: str) -> None:
    page.get_by_label("Description", exact=True).fill(alt)
    page.get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("way", ["choose", "drop", "paste"])
def test_a_picture_is_uploaded_and_described(signed_in_page: Page, site: Site, way: str) -> None:
    page = signed_in_page
    page.goto(f"{site.url}/author/images/")
    data = picture(700, 350, "PNG")
    if way == "choose":
        page.get_by_label("Images").set_input_files(
            {"name": "a.png", "mimeType": "image/png", "buffer": data}
        )
    else:
        give(page, way, "main", data)
    describe(page, "Two colours", "Save")
    expect(page.locator("#images > li")).to_have_count(1)
    expect(page.get_by_label("Description", exact=True)).to_have_value("Two colours")
    expect(page.get_by_label("Markdown")).to_have_value("![Two colours](/media/" + hash_of(page) + ")")
    page.reload()
    expect(page.locator("#images img")).to_have_js_property("naturalWidth", 480)
    assert (site.instance / "media" / hash_of(page) / "700.avif").is_file()


def hash_of(page: Page) -> str:
    return (page.locator("#images > li").get_attribute("id") or "").removeprefix("image-")


def test_what_is_no_picture_is_said_beside_it(signed_in_page: Page, site: Site, console: Console) -> None:
    console.expected = re.compile("Failed to load resource.*422")
    page = signed_in_page
    page.goto(f"{site.url}/author/images/")
    give(page, "drop", "main", b"<!doctype html>", "a.png")
    expect(page.get_by_role("alert")).to_have_text("This file is not a JPEG, PNG, WebP, AVIF or GIF image.")
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


def test_without_scripts_the_form_does_it(browser: Browser, site: Site, console: Console) -> None:
    context = window(browser, site, console, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/author/images/")
    page.get_by_label("Images").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": picture(64, 48, "PNG")}
    )
    page.get_by_label("Image description").fill("Two colours")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("The image was uploaded.")).to_be_visible()
    expect(page.get_by_label("Markdown")).to_have_value("![Two colours](/media/" + hash_of(page) + ")")
    context.close()


def test_a_picture_is_deleted_without_scripts_too(browser: Browser, site: Site, console: Console) -> None:
    context = window(browser, site, console, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/author/images/")
    page.get_by_label("Images").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": picture(64, 48, "PNG")}
    )
    page.get_by_role("button", name="Upload").click()
    page.locator("#images summary").click()
    page.get_by_role("button", name="Delete permanently").click()
    expect(page.get_by_text("The image was deleted.")).to_be_visible()
    expect(page.locator("#images > li")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_bad_input_a_png_that_holds_html_is_refused_beside_the_form_and_its_text_stays(
    browser: Browser, site: Site, console: Console, scripts: bool
) -> None:
    console.expected = re.compile("Failed to load resource.*422")
    context = window(browser, site, console, java_script_enabled=scripts)
    page = open_form(context, site)
    text = page.get_by_label("Text", exact=True)
    text.fill(SENTENCE)
    page.locator(".pictures summary").click()
    page.get_by_label("Images").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": b"<!doctype html><script>alert(1)</script>"}
    )
    told = page
    if not scripts:
        with context.expect_page() as opened:
            page.get_by_role("button", name="Upload").click()
        told = opened.value
    expect(told.get_by_text("This file is not a JPEG, PNG, WebP, AVIF or GIF image.")).to_be_visible()
    expect(text).to_have_value(SENTENCE)
    context.close()


def test_an_upload_that_is_cut_off_is_tried_again(signed_in_page: Page, site: Site, console: Console) -> None:
    console.expected = re.compile("Failed to load resource")
    page = signed_in_page
    page.goto(f"{site.url}/author/images/")
    page.context.set_offline(True)
    give(page, "drop", "main", picture(64, 48, "PNG"))
    expect(page.get_by_role("alert")).to_have_text(re.compile("upload failed"))
    page.get_by_label("Description", exact=True).fill("Two colours")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_label("Description", exact=True)).to_have_value("Two colours")
    assert (site.instance / "media" / hash_of(page)).is_dir()


@pytest.mark.long
def test_axe_finds_nothing_on_the_page_of_images_and_nothing_is_wider_than_the_screen(
    signed_in_page: Page, site: Site, console: Console
) -> None:
    console.expected = re.compile("Failed to load resource.*(409|422)")
    page = signed_in_page
    page.goto(f"{site.url}/author/images/")
    expect_accessible(page, "no images")
    expect_to_fit(page)
    page.locator("[data-uploader]").evaluate("form => form.submit()")  # as sent without JavaScript
    expect(page.get_by_text("Choose an image first.")).to_be_visible()
    expect_accessible(page, "refused")
    expect_to_fit(page)
    give(page, "drop", "main", picture(700, 350, "PNG"))
    expect(page.locator("[data-uploads] progress")).to_be_hidden()
    give(
        page,
        "drop",
        "main",
        b"not a JPEG, PNG",
        "a-file-with-a-long-name-that-has-to-break-somewhere-or-other.png",
    )
    expect(page.get_by_role("alert")).to_be_visible()
    expect_accessible(page, "uploading")
    expect_to_fit(page)
    page.get_by_label("Description", exact=True).first.fill("Two colours")
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.locator("#images summary").click()
    expect_accessible(page, "an image")
    expect_to_fit(page)
    address = page.get_by_label("Markdown").input_value()
    page.goto(f"{site.url}/author/posts/new")
    page.get_by_label("Title").fill("Shows it")
    page.get_by_label("Text", exact=True).fill(address)
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Published. The post is public.").wait_for()
    page.goto(f"{site.url}/author/images/")
    page.locator("#images summary").click()
    page.get_by_role("button", name="Delete permanently").click()
    expect(page.get_by_role("alert").get_by_role("link", name="Shows it")).to_be_visible()
    expect_accessible(page, "an image in use")
    expect_to_fit(page)
