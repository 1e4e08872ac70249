"""Icons, the manifest, and images for networks and feed readers without WebP support."""

import io
import re
from pathlib import Path
from urllib.parse import urlsplit

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image as Pillow

from blog.media import icons
from blog.store.db import writing
from blog.store.models import Site
from tests.conftest import Write
from tests.pictures import encoded, picture
from tests.signing_in import AuthorClient
from tests.web.author.forms import filled, values
from tests.web.author.test_images import upload
from tests.web.reader.test_metadata import posting, tags

GREEN = "#006644"


def opened(client: FlaskClient, address: str, form: str) -> Pillow.Image:
    """An image served with the right media type."""
    parts = urlsplit(address)
    with client.get(parts.path) as answer:
        assert answer.status_code == 200, address
        kinds = {"PNG": "image/png", "JPEG": "image/jpeg", "ICO": "image/x-icon"}
        assert answer.content_type == kinds[form]
        shown = Pillow.open(io.BytesIO(answer.data))
    assert shown.format == form
    return shown


def clear(width: int, height: int) -> bytes:
    """A half transparent PNG."""
    return encoded(Pillow.new("RGBA", (width, height), (200, 30, 30, 128)))


def choose_picture(author: AuthorClient, data: bytes) -> None:
    form = values(author.get("/author/site").text, "form[@enctype]")
    answer = author.post("/author/site", data={**form, "picture": (io.BytesIO(data), "me")})
    assert answer.status_code == 303


def choose(app: Flask, **chosen: object) -> None:
    with app.app_context(), writing() as session:
        for name, value in chosen.items():
            setattr(session.get_one(Site, 1), name, value)


@pytest.fixture(params=["letter", "picture", "clear"])
def icons_site(request: pytest.FixtureRequest, app: Flask, author: AuthorClient) -> str:
    """A site without an image, with one, and with a transparent one."""
    kind: str = request.param
    if kind != "letter":
        choose_picture(author, picture(800, 600) if kind == "picture" else clear(800, 600))
    return kind


def links(client: FlaskClient, relation: str) -> list[str]:
    page = html5lib.parse(client.get("/").text, namespaceHTMLElements=False)
    return [each.get("href", "") for each in page.findall(".//head/link") if each.get("rel") == relation]


def test_every_icon_that_a_page_names_is_there_in_its_size(icons_site: str, client: FlaskClient) -> None:
    sizes = [opened(client, each, "PNG").width for each in links(client, "icon")]
    assert sizes == [32, 192]
    [apple] = links(client, "apple-touch-icon")
    assert opened(client, apple, "PNG").size == (180, 180)
    with client.get(apple) as kept:
        assert kept.cache_control.max_age == 365 * 24 * 3600
        again = client.get(apple, headers={"If-None-Match": kept.headers["ETag"]})
        assert again.status_code == 304


@pytest.mark.parametrize("path", ["/favicon.ico", "/apple-touch-icon.png", "/site.webmanifest"])
@pytest.mark.parametrize("wanted", ["bytes=0-3", "bytes=999999999-"])
def test_a_range_means_nothing_to_whoever_asks_for_the_head_alone(
    client: FlaskClient, path: str, wanted: str
) -> None:
    with client.get(path) as whole, client.head(path, headers={"Range": wanted}) as head:
        assert head.status_code == 200
        assert head.content_length == len(whole.data)


def test_what_browsers_ask_for_by_themselves_is_there(icons_site: str, client: FlaskClient) -> None:
    favicon = opened(client, "/favicon.ico", "ICO")
    assert set(favicon.info["sizes"]) == {(16, 16), (32, 32), (48, 48)}
    for name in ("apple-touch-icon", "apple-touch-icon-precomposed"):
        assert opened(client, f"/{name}.png", "PNG").size == (180, 180)


def test_the_manifest_names_icons_for_the_home_screen(icons_site: str, client: FlaskClient) -> None:
    [address] = links(client, "manifest")
    answer = client.get(address)
    assert answer.content_type == "application/manifest+json"
    said = answer.get_json(force=True)
    assert (said["name"], said["start_url"], said["lang"]) == ("Scrollwork", "/", "en")
    found = [(each["sizes"], each.get("purpose", "any")) for each in said["icons"]]
    assert found == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("192x192", "maskable"),
        ("512x512", "maskable"),
    ]
    for each in said["icons"]:
        shown = opened(client, each["src"], "PNG")
        assert f"{shown.width}x{shown.height}" == each["sizes"]
        if each.get("purpose"):
            assert shown.convert("RGBA").getchannel("A").getextrema() == (255, 255), (
                "a mask shows the ground all around"
            )


def test_without_a_picture_the_icon_is_the_first_letter_in_the_accent_colour(
    app: Flask, client: FlaskClient
) -> None:
    choose(app, title="“Ümlaut", accent=GREEN)
    shown = opened(client, links(client, "apple-touch-icon")[0], "PNG").convert("RGB")
    assert shown.getpixel((2, 2)) == (0, 0x66, 0x44)
    assert len(shown.getcolors(1000) or []) > 1
    before = links(client, "apple-touch-icon")
    choose(app, accent="#8d351f")
    assert links(client, "apple-touch-icon") != before
    assert client.get(before[0]).status_code == 404, "nobody draws an icon that no page names"


@pytest.mark.parametrize("title", ["\N{PARTY POPPER}", "日本", "مدونة", "...", "x"])
def test_whatever_a_site_is_called_it_has_icons(app: Flask, client: FlaskClient, title: str) -> None:
    choose(app, title=title)
    assert opened(client, "/apple-touch-icon.png", "PNG").size == (180, 180)


@pytest.mark.parametrize(
    "name", ["17", "032", "maskable-17", "-32", "other-32", "٣٢", "99999999999999999999"]
)
def test_icons_in_other_sizes_are_not_made(client: FlaskClient, name: str) -> None:
    address = links(client, "apple-touch-icon")[0]
    assert client.get(address.replace("/180.png", f"/{name}.png")).status_code == 404
    assert client.get(re.sub("[0-9a-f]{24}", "0" * 24, address)).status_code == 404


@pytest.mark.parametrize("shared", ["JPEG", "PNG"])
def test_a_cover_is_shared_as_a_picture_that_every_network_knows(
    author: AuthorClient, client: FlaskClient, instance: Path, shared: str
) -> None:
    sent = picture(2000, 1000) if shared == "JPEG" else clear(2000, 1000)
    told = upload(author, sent, alt="Two colours")
    author.post("/author/posts/new", data=filled("Covered", cover=told["hash"], action="publish"))
    found = tags(client, "/posts/covered")
    [address] = found["og:image"]
    assert found["og:image:type"] == [{"JPEG": "image/jpeg", "PNG": "image/png"}[shared]]
    shown = opened(client, address, shared)
    assert [str(shown.width), str(shown.height)] == [
        *found["og:image:width"],
        *found["og:image:height"],
    ]
    assert posting(client, "/posts/covered")["image"]["url"] == address
    copy = instance / urlsplit(address).path.lstrip("/")
    assert copy.is_file(), "made once"
    other = {".jpg": ".png", ".png": ".jpg"}[copy.suffix]
    assert client.get(urlsplit(address).path.replace(copy.suffix, other)).status_code == 404


def test_a_copy_is_made_of_what_is_there_and_of_nothing_else(
    author: AuthorClient, client: FlaskClient
) -> None:
    told = upload(author, picture(600, 300))
    assert opened(client, f"/media/{told['hash']}/600.jpg", "JPEG").size == (600, 300)
    for name in ("599.jpg", "600.gif", "0.jpg"):
        assert client.get(f"/media/{told['hash']}/{name}").status_code == 404
    assert client.get(f"/media/{'0' * 24}/600.jpg").status_code == 404


def test_pages_that_are_no_posts_have_a_picture_of_what_they_are_called(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    write("A post", tags=["salt", "sea"], series="Ways")
    found, image = set(), ""
    for address in ("/", "/tags/", "/tags/salt", "/tags/salt+sea", "/archive/", "/series/", "/series/ways"):
        said = tags(client, address)
        [image] = said["og:image"]
        assert said["twitter:card"] == ["summary_large_image"]
        assert opened(client, image, "PNG").size == (1200, 630)
        with client.get(urlsplit(image).path) as again:
            assert again.cache_control.immutable
        found.add(image)
    assert len(found) == 7, "each has its own, a combination of tags as well"
    for wrong in (re.sub("[0-9a-f]{24}", "0" * 24, image), image.replace("/series/1/", "/series/9/")):
        assert client.get(urlsplit(wrong).path).status_code == 404


def test_the_image_of_an_rss_feed_fits_and_is_no_webp(
    icons_site: str, client: FlaskClient, write: Write
) -> None:
    write("A post")
    feed = client.get("/feed.rss").text
    image = re.search(
        r"<image><url>([^<]+)</url><title>Scrollwork</title><link>http://localhost/</link>"
        r"<width>(\d+)</width><height>(\d+)</height></image>",
        feed,
    )
    assert image is not None
    shown = opened(client, image[1], "PNG")
    assert shown.size == (int(image[2]), int(image[3]))
    assert shown.width <= 144
    assert shown.height <= 400
    for form, name in (("atom", "icon"), ("json", "favicon")):
        said = client.get(f"/feed.{form}").text
        address = re.search(rf'(?:<{name}>|"{name}": ")([^<"]+)', said)
        assert address is not None
        assert opened(client, address[1], "PNG").size == (32, 32)


@pytest.mark.parametrize(
    ("title", "letter"),
    [
        *[("notes", "N"), ("«Über»", "Ü"), ("e\u0301cole", "E\u0301"), ("🎉 party", "P"), ("ßeta", "ß")],
        *[
            ("ǆ", "ǅ"),
            ("दर्शन", "द"),
            ("क्षितिज", "क्षि"),
            ("만화", "만"),
            ("\u1106\u1161\u11ab", "\u1106\u1161\u11ab"),
            ("დღე", "დ"),
            ("🎉", ""),
        ],
    ],
    ids=ascii,
)
def test_the_letter_of_an_icon_is_what_readers_take_for_the_first_letter_of_the_title(
    title: str, letter: str
) -> None:
    assert icons.design(None, title, "", "en").letter == letter
