"""What Markdown can do in a post, and what pictures in it become."""

import io
import re

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog import editing, images
from blog.db import writing
from blog.models import Post
from blog.pictures import Picture, markdown
from blog.rendering import render
from tests.conftest import Write
from tests.pictures import picture

HASH = "0123456789abcdef01234567"
PICTURES = {HASH: Picture(HASH, 1200, 900, [480, 960, 1200])}
IMAGE = f"/media/{HASH}"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("| a | b |\n|---|--:|\n| 1 | 2 |", '<td class="align-right">2</td>'),
        ("Word[^1].\n\n[^1]: The note.", '<section class="footnotes">'),
        ("- [x] done\n- [ ] not", 'type="checkbox"'),
        ("~~gone~~", "<s>gone</s>"),
        ("https://example.org", '<a href="https://example.org" rel="noopener">https://example.org</a>'),
        ("## A heading", '<h2 id="text-a-heading">A heading</h2>'),
        ("```python\nimport os\n```", '<span class="kn">import</span>'),
        ("<details><summary>More</summary>\n\n*Text*\n\n</details>", "<details><summary>More</summary>"),
    ],
    ids=["tables", "footnotes", "task lists", "strikethrough", "autolinks", "anchors", "code", "details"],
)
def test_markdown_has(text: str, html: str) -> None:
    assert html in render(text).html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        "[x](javascript:alert(1))",
        '<source srcset="x" onload="alert(1)">',
        '<figure style="position:fixed">x</figure>',
        "<iframe src='//evil.example'></iframe>",
        f'![" onerror="alert(1)]({IMAGE})',
        f'![x]({IMAGE} "</figcaption><script>alert(1)</script>")',
    ],
)
def test_nothing_dangerous_comes_through(text: str) -> None:
    tree = html5lib.parseFragment(render(text, PICTURES).html, namespaceHTMLElements=False)
    for element in tree.iter():
        assert element.tag not in {"script", "iframe", "style"}
        assert not any(name.startswith("on") or name == "style" for name in element.attrib)
        assert "javascript" not in element.get("href", "")


def test_a_picture_alone_is_a_figure_with_sizes_and_a_caption() -> None:
    html = render(f'![A *flag*]({IMAGE} "Seen <once>")', PICTURES).html
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    source, image = tree.find("figure/picture/source"), tree.find("figure/picture/img")
    assert source.get("type") == "image/avif"
    assert source.get("srcset") == ", ".join(f"{IMAGE}/{width}.avif {width}w" for width in (480, 960, 1200))
    assert image.get("srcset") == ", ".join(f"{IMAGE}/{width}.webp {width}w" for width in (480, 960, 1200))
    assert image.get("src") == f"{IMAGE}/960.webp"
    assert source.get("sizes") == image.get("sizes") != ""
    assert (image.get("width"), image.get("height"), image.get("alt")) == ("1200", "900", "A flag")
    assert tree.find("figure/figcaption").text == "Seen <once>"
    assert "<p>" not in html


def test_all_pictures_but_the_first_wait_until_they_come_near() -> None:
    html = render(f"![a]({IMAGE})\n\ntext ![b]({IMAGE}) text\n\n![c]({IMAGE})\n![d]({IMAGE})", PICTURES).html
    images = html5lib.parseFragment(html, namespaceHTMLElements=False).iter("img")
    assert [(image.get("alt"), image.get("loading")) for image in images] == [
        ("a", None),
        ("b", "lazy"),
        ("c", "lazy"),
        ("d", "lazy"),
    ]
    assert html.count("<figure>") == 3


def test_a_picture_that_is_a_link_stays_one_and_an_unknown_one_is_an_image() -> None:
    assert '<p><a href="/x" rel="noopener"><picture>' in render(f"[![a]({IMAGE})](/x)", PICTURES).html
    assert render(f"![a]({IMAGE})").html == f'<p><img src="{IMAGE}" alt="a"></p>\n'


def test_a_caption_is_no_excerpt() -> None:
    rendered = render(f'![a]({IMAGE} "A caption.")\n\nThe first words.', PICTURES)
    assert rendered.prose == "The first words."


@pytest.mark.parametrize("alt", ["plain", "a [b] c", "*a* _b_ `c`", "<b> & \\ ![x]", "&amp;", "![](/media/"])
def test_the_markdown_that_is_proposed_says_what_was_said(alt: str) -> None:
    image = html5lib.parseFragment(render(markdown(HASH, alt), PICTURES).html, namespaceHTMLElements=False)
    assert image.find(".//img").get("alt") == alt


def test_a_post_shows_its_pictures_and_its_cover(app: Flask, client: FlaskClient, write: Write) -> None:
    with app.app_context():
        image = images.store(app.config["INSTANCE"] / "media", picture(1000, 500), "Two colours")
        digest = image.hash
    number = write("Illustrated", body=f"Words.\n\n{markdown(digest, 'In the text')}")
    page = client.get("/posts/illustrated").text
    assert f'srcset="/media/{digest}/480.avif 480w, /media/{digest}/1000.avif 1000w"' in page
    assert "u-photo" not in page
    with app.app_context(), writing() as session:
        session.get_one(Post, number).cover_hash = digest
    for path in ("/posts/illustrated", "/"):
        page = client.get(path).text
        html5lib.HTMLParser(strict=True).parse(page)
        assert 'alt="Two colours" class="u-photo"' in page
    with app.app_context():
        editing.publish(number)
    assert client.get(f"/media/{digest}", buffered=True).content_type == "image/webp"
    assert io.BytesIO(client.get(f"/media/{digest}/480.avif", buffered=True).data).getbuffer().nbytes > 0


@pytest.mark.parametrize(
    "hidden", ["&#1;", "&#x202e;", "&#xfdd0;", "&#127;", "&#xb;", "&#12;", "&#9;", "&#10;", "\x01"]
)
@pytest.mark.parametrize(
    "address", ["java{}script:alert(1)", "dat{}a:text/html,x", "/{}/evil.example", "{}javascript:alert(1)"]
)
def test_what_cannot_be_read_hides_no_scheme(address: str, hidden: str) -> None:
    """It is taken out of addresses, which must not become others by that."""
    html = render(f'<a href="{address.format(hidden)}">x</a><img src="{address.format(hidden)}" alt="">').html
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        target = element.get("href") or element.get("src") or ""
        assert not re.match(r"(?i)\s*(javascript|data):|//", target), html
