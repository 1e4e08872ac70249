"""Paste and drop: text takes precedence over an image of it; an image without text is uploaded."""

import base64
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.serving import Site
from tests.browser.writing import open_form
from tests.pictures import picture

PNG = base64.b64encode(picture(8, 8, "PNG")).decode()
CELLS = "Name\tAmount\nAda\t12"
TABLE = "<table><tr><td>Name</td><td>Amount</td></tr></table>"
AS_HTML = f"<style>td {{ color: red }}</style>{TABLE}"
IMG = '<meta charset="utf-8"><img src="https://elsewhere.example/cat.png" alt="A cat">'
CAT = "https://elsewhere.example/cat.png"

PUT = """async ([kind, id, types, png, name]) => {
  const field = document.getElementById(id);
  const data = new DataTransfer();
  for (const [type, text] of Object.entries(types)) data.setData(type, text);
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  data.items.add(new File([bytes], name, { type: "image/png" }));
  const init = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...init, clipboardData: data })
    : new DragEvent("drop", { ...init, dataTransfer: data });
  field.focus();
  return field.dispatchEvent(event); // false if the browser is not to paste anything itself
}"""

COPY = """async ([types, png]) => {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const blobs = Object.entries(types).map(([type, text]) => [type, new Blob([text], { type })]);
  const image = new Blob([bytes], { type: "image/png" });
  await navigator.clipboard.write([new ClipboardItem({ ...Object.fromEntries(blobs), "image/png": image })]);
}"""

WORDS: dict[str, dict[str, str]] = {
    "cells of a spreadsheet": {"text/plain": CELLS, "text/html": AS_HTML},
    "words from a word processor": {"text/plain": "Some words.", "text/html": "<p>Some <b>words</b>.</p>"},
    "words without HTML": {"text/plain": "Some words."},
    "an address that is not the picture's": {"text/plain": "https://elsewhere.example/", "text/html": IMG},
}
WORDS_IN_HTML = {"text/html": f"<style>p {{}}</style><p>Some words</p>{IMG}"}
PICTURES: dict[str, dict[str, str]] = {
    "a screenshot": {},
    "a picture copied in a browser": {"text/html": IMG},
    "a picture copied in Safari": {"text/html": IMG, "text/uri-list": CAT, "text/plain": CAT},
    "a picture dragged from another page": {"text/uri-list": CAT, "text/plain": CAT, "text/html": IMG},
    "a picture in a link, dragged from another page": {
        "text/uri-list": "https://elsewhere.example/",
        "text/plain": "https://elsewhere.example/",
        "text/html": f'<a href="https://elsewhere.example/">{IMG}</a>',
    },
    "a file copied in macOS": {"text/plain": "the cells.png"},
    "a file copied in Linux": {
        "text/uri-list": "file:///home/ada/the%20cells.png",
        "text/plain": "/home/ada/the cells.png",
    },
    "a picture copied in a word processor": {
        "text/plain": " \r\n",
        "text/html": f"<style>p {{}}</style><p>{IMG}</p>",
    },
}


@pytest.fixture
def form(scripted: BrowserContext, desk: tuple[Site, int]) -> Page:
    return open_form(scripted, desk[0])


def put(page: Page, kind: str, types: dict[str, str], field: str = "body") -> bool:
    by_browser: bool = page.evaluate(PUT, [kind, field, types, PNG, "the cells.png"])
    return by_browser


def test_cells_copied_from_a_spreadsheet_are_pasted_as_words(form: Page, scripted: BrowserContext) -> None:
    scripted.grant_permissions(["clipboard-read", "clipboard-write"])
    form.evaluate(COPY, [{"text/plain": CELLS, "text/html": TABLE}, PNG])
    form.locator("#body").focus()
    form.keyboard.press("Control+v")
    expect(form.locator("#body")).to_have_value(CELLS)
    expect(form.locator("[data-uploads] > li")).to_have_count(0)


def test_words_that_came_with_a_picture_of_them_win(form: Page) -> None:
    uploads = form.locator("[data-uploads] > li")
    for what, types in WORDS.items():
        assert put(form, "paste", types), what  # the browser pastes them
        form.locator("#body").fill("")
        put(form, "drop", types)
        expect(form.locator("#body")).to_have_value(types["text/plain"])
    for kind in ("paste", "drop"):
        form.locator("#body").fill("")
        put(form, kind, WORDS_IN_HTML)
        expect(form.locator("#body")).to_have_value("Some words")
    form.keyboard.press("Control+z")
    expect(form.locator("#body")).to_have_value("")
    # In other fields, images are ignored and text is pasted.
    put(form, "drop", WORDS["cells of a spreadsheet"], "tags")
    expect(form.locator("#tags")).to_have_value(CELLS.replace("\n", " "))
    expect(uploads).to_have_count(0)


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_without_words_is_uploaded(form: Page, kind: str) -> None:
    for number, (what, types) in enumerate(PICTURES.items(), 1):
        assert not put(form, kind, types), what
        expect(form.locator("[data-uploads] > li")).to_have_count(number)
    expect(form.locator("#body")).to_have_value("")
    expect(form.get_by_text("Uploaded.", exact=True)).to_have_count(len(PICTURES))


def test_on_the_page_of_pictures_words_go_into_a_field_and_pictures_anywhere(
    scripted: BrowserContext, desk: tuple[Site, int]
) -> None:
    page = scripted.new_page()
    page.goto(f"{desk[0].url}/author/images/")
    assert not put(page, "paste", {}, "content")
    alt: Any = page.locator("[data-uploads] input[name=alt]")
    expect(alt).to_have_count(1)
    alt.evaluate("field => (field.id = 'alt')")
    assert put(page, "paste", WORDS["words without HTML"], "alt")
    put(page, "drop", WORDS["words without HTML"], "alt")
    expect(alt).to_have_value("Some words.")
    expect(page.locator("[data-uploads] > li")).to_have_count(1)
