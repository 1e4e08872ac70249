"""Uploads that are slow, interrupted, queued, or find the author signed out."""

import random
import re

import pytest
import sqlalchemy as sa
from PIL import Image as Pillow
from playwright.sync_api import CDPSession, FilePayload, Locator, Page, Request, expect

from blog.store.db import writing
from blog.store.models import LoginSession
from tests.browser.accessibility import expect_accessible
from tests.browser.serving import Site, running
from tests.browser.windows import Console
from tests.pictures import encoded, picture
from tests.signing_in import sign_in_browser

TYPED = "What was typed before, “kept” & whole."


def file(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": data}


def noise() -> bytes:
    """An image of about two megabytes, because noise cannot be compressed."""
    return encoded(Pillow.frombytes("RGB", (800, 800), random.Random(1).randbytes(800 * 800 * 3)))


def slow_down(page: Page) -> CDPSession:
    """Delay uploads of the page until this is detached."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 100_000}
    devtools.send("Network.emulateNetworkConditions", conditions)
    return devtools


def upload(page: Page, name: str) -> Locator:
    """The element of one upload."""
    return page.locator("[data-uploads] > li").filter(has_text=name)


@pytest.fixture
def form(signed_in_page: Page, site: Site) -> Page:
    """The form of a new post with a sentence, and its image section open."""
    signed_in_page.goto(f"{site.url}/author/posts/new")
    signed_in_page.get_by_label("Text", exact=True).fill(TYPED)
    signed_in_page.locator(".pictures summary").click()
    return signed_in_page


@pytest.mark.long
def test_a_long_upload_says_how_far_it_is_and_goes_on_after_the_server_died_under_it(
    signed_in_page: Page, site: Site, console: Console
) -> None:
    console.expected = re.compile("Failed to load resource.*ERR_")
    page = signed_in_page
    page.goto(f"{site.url}/author/images/")
    slowness = slow_down(page)
    page.get_by_label("Images").set_input_files([file("noise.png", noise()), file("next.png", noise())])
    one = upload(page, "noise.png")
    expect(one.get_by_text(re.compile(r"^[1-9]\d?% uploaded\.$"))).to_be_visible()
    share = float(one.get_by_role("progressbar", name="Upload of noise.png").get_attribute("value") or 0)
    assert 0 < share < 1
    expect(page.get_by_role("status")).to_have_text("Uploading noise.png.")
    expect(upload(page, "next.png").get_by_text("Waiting.")).to_be_visible()
    expect_accessible(page, "an upload on its way")
    upload(page, "next.png").get_by_role("button", name="Remove").click()
    one.get_by_label("Description", exact=True).fill("Noise")
    site.process.kill()
    expect(one.get_by_role("alert")).to_have_text("The upload failed. Try again when you are online.")
    slowness.detach()
    site.process.join(timeout=10)
    with running(site.instance, port=int(site.url.rsplit(":", 1)[1])):
        one.get_by_role("button", name="Try again").click()
        expect(one.get_by_text("Uploaded.", exact=True)).to_be_visible()
        one.get_by_role("button", name="Save").click()
        expect(page.locator("#images").get_by_label("Description", exact=True)).to_have_value("Noise")


def test_whoever_was_signed_out_signs_in_in_another_tab_and_goes_on_uploading(
    signed_in_page: Page, site: Site, console: Console
) -> None:
    console.expected = re.compile("Failed to load resource.*40[03]")
    page = signed_in_page
    page.goto(f"{site.url}/author/images/")
    with site.app.app_context(), writing() as session:
        session.execute(sa.delete(LoginSession))
    page.get_by_label("Images").set_input_files(file("flag.png", picture(64, 48, "PNG")))
    one = upload(page, "flag.png")
    one.get_by_label("Description", exact=True).fill("Two colours")
    expect(one.get_by_role("alert")).to_contain_text("You are signed out. The image is waiting here")
    with page.context.expect_page() as opened:
        one.get_by_role("link", name="Sign in").click()
    expect(opened.value.get_by_label("Password")).to_be_visible()
    sign_in_browser(page.context, site.app, site.url)
    one.get_by_role("button", name="Try again").click()
    expect(one.get_by_role("alert")).to_be_hidden()
    one.get_by_role("button", name="Save").click()
    expect(page.locator("#images").get_by_label("Description", exact=True)).to_have_value("Two colours")


def test_bad_input_among_several_pictures_is_named_and_the_others_go_into_the_text(
    form: Page, console: Console
) -> None:
    console.expected = re.compile("Failed to load resource.*422")
    good = {"one.png": picture(64, 48, "PNG"), "three.png": picture(48, 64, "PNG")}
    bad = {
        "html.png": b"<!doctype html><script>alert(1)</script>",
        "drawing.png": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "empty.png": b"",
    }
    form.get_by_label("Images").set_input_files([file(*each) for each in {**bad, **good}.items()])
    for name in bad:
        one = upload(form, name)
        expect(one.get_by_role("alert")).to_have_text(
            "This file is not a JPEG, PNG, WebP, AVIF or GIF image."
        )
        expect(one.get_by_role("button")).to_have_text(["Remove"])  # there is nothing to describe or retry
    for name in good:
        upload(form, name).get_by_role("button", name="Insert").click()
        expect(upload(form, name)).to_have_count(0)
    expect(form.get_by_label("Text", exact=True)).to_have_value(
        re.compile(rf"^{TYPED}(\n\n!\[\]\(/media/[0-9a-f]{{24}}\)){{2}}\n*$")
    )


def test_a_picture_that_is_removed_on_its_way_does_not_come_into_the_text(form: Page) -> None:
    slowness = slow_down(form)
    form.get_by_label("Images").set_input_files(
        [file("noise.png", noise()), file("flag.png", picture(64, 48, "PNG"))]
    )
    one = upload(form, "noise.png")
    expect(one.get_by_text(re.compile(r"^[1-9]\d?% uploaded\.$"))).to_be_visible()
    one.get_by_label("Description", exact=True).fill("Noise")
    one.get_by_role("button", name="Insert").click()
    one.get_by_role("button", name="Remove").click()
    slowness.detach()
    upload(form, "flag.png").get_by_label("Description", exact=True).fill("Two colours")
    upload(form, "flag.png").get_by_role("button", name="Insert").click()
    expect(form.get_by_label("Text", exact=True)).to_have_value(
        re.compile(rf"^{TYPED}\n\n!\[Two colours\]\(\S+\)\n*$")
    )


def test_a_picture_is_inserted_once_however_often_one_presses(form: Page) -> None:
    described: list[Request] = []
    form.on("request", lambda request: described.append(request) if is_description(request) else None)
    form.get_by_label("Images").set_input_files(file("flag.png", picture(64, 48, "PNG")))
    expect(form.get_by_text("Uploaded.", exact=True)).to_be_visible()
    form.get_by_role("button", name="Insert").dblclick()
    expect(form.locator("[data-uploads] > li")).to_have_count(0)
    expect(form.get_by_label("Text", exact=True)).to_have_value(re.compile(rf"^{TYPED}\n\n!\[\]\(\S+\)\n*$"))
    assert len(described) == 1


def is_description(request: Request) -> bool:
    return request.method == "POST" and bool(re.search(r"/author/images/[0-9a-f]+$", request.url))
