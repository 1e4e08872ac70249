"""The author's page of images, uploads with and without JavaScript, and the files that readers get."""

import io
import re
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.store.db import writing
from blog.store.models import Site
from tests.pictures import header_only, picture
from tests.signing_in import SAME_ORIGIN, AuthorClient
from tests.web.author.forms import values

SCRIPT = {"Accept": "application/json"}
HTML_AS_PNG = b"<!doctype html><script>alert(1)</script>"


def files(*given: tuple[bytes, str]) -> dict[str, Any]:
    return {"files": [(io.BytesIO(data), name) for data, name in given]}


def told_by(answer: TestResponse) -> dict[str, str]:
    assert answer.json
    told: dict[str, str] = answer.json
    return told


def upload(author: AuthorClient, data: bytes | None = None, alt: str = "") -> dict[str, str]:
    """Upload as the script does. Returns the JSON response."""
    sent = {**files((data or picture(64, 48, "PNG"), "a.png")), "alt": alt}
    answer = author.post("/author/images/", data=sent, headers=SCRIPT)
    assert answer.status_code == 200, answer.text
    return told_by(answer)


def test_without_a_script_the_page_comes_back_with_the_picture_on_top(author: AuthorClient) -> None:
    sent = {**files((picture(64, 48), "a.jpg"), (picture(48, 64), "b.jpg")), "alt": "A “flag” & [more]"}
    answer = author.post("/author/images/", data=sent)
    assert (answer.status_code, answer.location) == (303, "/author/images/")
    page = author.get("/author/images/")
    assert "2 images were uploaded." in page.text
    html5lib.HTMLParser(strict=True).parse(page.text)
    assert page.text.count('<li class="image"') == 2
    assert 'value="![A “flag” \\&amp; \\[more\\]](/media/' in page.text


def test_what_can_be_kept_is_kept_and_what_cannot_is_said_beside_the_field(author: AuthorClient) -> None:
    sent = {**files((picture(64, 48), "good.jpg"), (HTML_AS_PNG, "<i>a.png")), "alt": "My words"}
    answer = author.post("/author/images/", data=sent)
    assert answer.status_code == 422
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert '<p class="wrong" id="upload-files-wrong">&lt;i&gt;a.png: This file is not a' in answer.text
    assert re.search(
        r'id="upload-files"[^>]*aria-describedby="upload-files-wrong upload-files-help"', answer.text
    )
    assert 'value="My words"' in answer.text
    assert answer.text.count('<li class="image"') == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (HTML_AS_PNG, "This file is not a JPEG, PNG, WebP, AVIF or GIF image."),
        (
            header_only(60_000, 60_000),
            (
                "This image has 3,600 million pixels. The maximum for PNG is 50 million. "
                "Make it smaller, or save it as JPEG, which allows more pixels."
            ),
        ),
    ],
    ids=["html", "bomb"],
)
def test_a_script_is_told_the_sentence(
    author: AuthorClient, instance: Path, data: bytes, sentence: str
) -> None:
    answer = author.post("/author/images/", data=files((data, "a.png")), headers=SCRIPT)
    assert (answer.status_code, answer.json) == (422, {"error": sentence})
    assert not list((instance / "media").glob("*")) if (instance / "media").exists() else True


@pytest.mark.parametrize(
    ("data", "limit", "way"),
    [
        (
            picture(4_000, 3_500, "WEBP"),
            "14 Millionen Pixel",
            "speichern Sie es als JPEG; dort sind mehr Pixel erlaubt.",
        ),
        (
            picture(6_000, 6_000, "JPEG", progressive=True, subsampling=0),
            "36 Millionen Pixel",
            "speichern Sie es nicht progressiv.",
        ),
        (
            header_only(60_000, 60_000),
            "3.600 Millionen Pixel",
            "speichern Sie es als JPEG; dort sind mehr Pixel erlaubt.",
        ),
        (picture(2, 40_000, "PNG"), "16383 Pixel hoch", "teilen Sie es in mehrere Bilder auf."),
    ],
    ids=["webp", "progressive jpeg", "png", "high"],
)
def test_the_form_says_the_limit_and_what_can_be_done_in_the_language_of_the_author(
    app: Flask, author: AuthorClient, data: bytes, limit: str, way: str
) -> None:
    with app.app_context(), writing() as session:
        session.get_one(Site, 1).language = "de"
    page = author.post("/author/images/", data=files((data, "a.png")))
    assert page.status_code == 422
    assert limit in page.text
    assert f"Verkleinern Sie es, oder {way}" in page.text


def test_a_file_that_is_too_large_is_refused(author: AuthorClient, monkeypatch: pytest.MonkeyPatch) -> None:
    data = picture(64, 48, "PNG")
    monkeypatch.setattr("blog.media.image_files.LARGEST_UPLOAD", len(data) - 1)
    answer = author.post("/author/images/", data=files((data, "a.png")), headers=SCRIPT)
    assert answer.status_code == 422
    monkeypatch.setattr("blog.media.image_files.LARGEST_UPLOAD", len(data))
    assert author.post("/author/images/", data=files((data, "a.png")), headers=SCRIPT).status_code == 200


def test_sending_no_file_asks_for_one(author: AuthorClient) -> None:
    answer = author.post("/author/images/", data={"files": (io.BytesIO(), "")})
    assert answer.status_code == 422
    assert "Choose an image first." in answer.text


def test_what_an_image_shows_can_be_said_later(author: AuthorClient) -> None:
    told = upload(author)
    assert told["markdown"] == f"![](/media/{told['hash']})"
    described = author.post(told["describe"], data={"alt": " Two\ncolours *"}, headers=SCRIPT)
    assert told_by(described)["markdown"] == f"![Two colours \\*](/media/{told['hash']})"
    answer = author.post(told["describe"], data={"alt": "Plainly"})
    assert answer.location == f"/author/images/#image-{told['hash']}"
    assert 'value="Plainly"' in author.get("/author/images/").text
    assert author.post("/author/images/" + "0" * 24, data={"alt": "x"}).status_code == 404


def test_old_images_are_a_page_further(author: AuthorClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blog.web.author.images.ON_A_PAGE", 2)
    for width in (10, 20, 30):
        upload(author, picture(width, 10))
    first = author.get("/author/images/")
    assert first.text.count('<li class="image"') == 2
    link = re.search(r'href="(/author/images/\?skip=2)"', first.text)
    assert link
    assert author.get(link[1]).text.count('<li class="image"') == 1
    assert author.get("/author/images/?skip=nonsense").status_code == 200
    assert author.get("/author/images/?skip=-9").status_code == 200


def test_readers_get_the_files_for_good(author: AuthorClient, client: FlaskClient) -> None:
    told = upload(author, picture(1000, 500))
    for name, kind in (("480.webp", "webp"), ("1000.avif", "avif"), ("480.avif", "avif")):
        answer = client.get(f"/media/{told['hash']}/{name}", buffered=True)
        assert (answer.status_code, answer.content_type) == (200, f"image/{kind}")
        cached = answer.headers["Cache-Control"]
        assert {"public", "immutable", "max-age=31536000"} <= set(cached.split(", "))
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
        again = client.get(
            f"/media/{told['hash']}/{name}", headers={"If-None-Match": answer.headers["ETag"]}, buffered=True
        )
        assert again.status_code == 304
    bare = author.get(f"/media/{told['hash']}", buffered=True)
    assert bare.data == client.get(f"/media/{told['hash']}/1000.webp", buffered=True).data
    assert "immutable" in bare.headers["Cache-Control"]


def test_no_address_leads_out_of_the_folder(author: AuthorClient, client: FlaskClient) -> None:
    told = upload(author)
    there = f"/media/{told['hash']}"
    for path in (
        "/media/../blog.db",
        "/media/%2e%2e/blog.db",
        "/media/..%2f..%2fsecret_key",
        f"{there}/..%2f..%2fblog.db",
        f"{there}/../../blog.db",
        f"{there}/64.png",
        f"{there}/65.webp",
        f"{there}/064.webp/x",
        f"{there}/-64.webp",
        f"{there}/64.webp%00.png",
        f"/media/{told['hash'].upper()}/64.webp",
        f"/media/{told['hash']}%0a",
        "/media/" + "0" * 24,
        "/media/" + "0" * 24 + "/64.webp",
        "/media/",
    ):
        assert client.get(path).status_code == 404, path


def test_visitors_cannot_upload_or_look(app: Flask, client: FlaskClient, instance: Path) -> None:
    assert client.get("/author/images/").status_code == 302
    for headers in (SAME_ORIGIN, {**SAME_ORIGIN, "X-CSRFToken": "made up"}):
        answer = client.post("/author/images/", data=files((picture(64, 48), "a.png")), headers=headers)
        assert answer.status_code == 403
    assert not (instance / "media").exists()


def test_another_site_cannot_upload_in_the_authors_name(author: AuthorClient, instance: Path) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (
        author.post("/author/images/", data=files((picture(64, 48), "a.png")), headers=foreign).status_code
        == 403
    )
    unmarked = {"X-CSRFToken": ""}
    assert (
        author.post("/author/images/", data=files((picture(64, 48), "a.png")), headers=unmarked).status_code
        == 400
    )
    assert not (instance / "media").exists()


def test_what_is_said_of_a_picture_anew_shows_in_the_next_response_where_a_post_says_nothing_else(
    author: AuthorClient, client: FlaskClient
) -> None:
    told = upload(author, alt="Before")
    form = values(author.get("/author/posts/new").text)
    sent = {**form, "title": "With a cover", "body": "Words.", "cover": told["hash"], "action": "publish"}
    assert author.post("/author/posts/new", data=sent).status_code == 303
    for page in ("/", "/posts/with-a-cover"):
        assert 'alt="Before"' in client.get(page).text
    author.post(told["describe"], data={"alt": "After\u202e \x01wards"})
    for page in ("/", "/posts/with-a-cover"):
        assert 'alt="After wards"' in client.get(page).text


@pytest.mark.parametrize(
    ("method", "sent", "status"),
    [
        ("GET", {"Range": "bytes=0-3"}, 206),
        ("GET", {"Range": "bytes=-4"}, 206),
        ("GET", {"Range": "bytes=0-3", "If-Range": "{etag}"}, 206),
        ("GET", {"Range": "bytes=0-3", "If-Range": '"other"'}, 200),
        ("GET", {"Range": "bytes=0-3", "If-None-Match": "{etag}"}, 304),
        ("GET", {"Range": "bytes=0-3", "If-None-Match": '"other"'}, 200),
        ("GET", {"Range": "lines=0-3"}, 200),
        ("GET", {"Range": "bytes=0-1,4-5"}, 200),
        ("GET", {"Range": "bytes=x-"}, 200),
        ("GET", {"Range": "bytes=999999999-"}, 416),
        ("GET", {"Range": "bytes=-0"}, 416),
        ("GET", {"Range": "bytes=-999999999"}, 206),
        ("GET", {"Range": "bytes=-" + "9" * 5_000}, 206),
        ("GET", {"Range": "bytes=0-" + "9" * 5_000}, 206),
        ("GET", {"Range": "bytes=" + "9" * 5_000 + "-"}, 416),
        ("HEAD", {"Range": "bytes=0-3"}, 200),
        ("GET", {"If-None-Match": 'W/"x", {etag}'}, 304),
        ("GET", {"If-Match": "{etag}"}, 200),
        ("GET", {"If-Match": '"other"'}, 412),
        ("GET", {"If-Match": "W/{etag}"}, 412),
        ("GET", {"If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}, 412),
    ],
)
def test_ranges_and_preconditions_of_a_file_are_those_of_http(
    author: AuthorClient, client: FlaskClient, method: str, sent: dict[str, str], status: int
) -> None:
    path = f"/media/{upload(author)['hash']}/64.webp"
    with client.get(path) as whole:
        etag, content = whole.headers["ETag"], whole.data
    asked = {name: value.replace("{etag}", etag) for name, value in sent.items()}
    with client.open(path, method=method, headers=asked) as answer:
        assert answer.status_code == status
        if status == 206:
            assert answer.data in ({content} if "999" in sent["Range"] else {content[:4], content[-4:]})
        elif status == 200:
            assert answer.data == (b"" if method == "HEAD" else content)
            assert answer.headers["Accept-Ranges"] == "bytes"
        else:
            assert content[:4] not in answer.data
