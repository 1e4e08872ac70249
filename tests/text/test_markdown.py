"""Markdown in posts, including images."""

import io
import re

import html5lib
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog.media import images
from blog.store.db import writing
from blog.store.models import Post, Site
from blog.text import alerts
from blog.text.pictures import Picture, markdown
from blog.text.rendering import render
from blog.writing import editing
from tests.conftest import NOON, Write
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
    """It is removed from addresses, which must not become other addresses."""
    html = render(f'<a href="{address.format(hidden)}">x</a><img src="{address.format(hidden)}" alt="">').html
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        target = element.get("href") or element.get("src") or ""
        assert not re.match(r"(?i)\s*(javascript|data):|//", target), html


# --- what a text has small faults in


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("~one~", "<p><s>one</s></p>\n"),
        ("~~two~~", "<p><s>two</s></p>\n"),
        ("~~~~~one~~~~~", "<p>~~~~~one~~~~~</p>\n"),
        ("~~~~~one~~~~~\ntwo", "<p>~~~~~one~~~~~\ntwo</p>\n"),
        ("~~~~~one~~~~~\n*two*\n~~~~~", '<pre tabindex="0"><code>*two*\n</code></pre>\n'),
        ("~~~~one~~~~ *two*\nthree", "<p>~~~~one~~~~ <em>two</em>\nthree</p>\n"),
        ("~~~a~", "<p>~~~a~</p>\n"),
        ("~~~a~~", "<p>~~~a~~</p>\n"),
        ("a ~~~three~~~", "<p>a ~~~three~~~</p>\n"),
        ("a ~b~~ c", "<p>a ~b~~ c</p>\n"),
        ("About ~5 or ~ 6", "<p>About ~5 or ~ 6</p>\n"),
    ],
)
def test_one_or_two_tildes_strike_out_and_more_do_not(text: str, html: str) -> None:
    assert render(text).html == html


@pytest.mark.parametrize(
    "text",
    ["Two lines\nof it\n===", "Two *lines*\nof `it`\n---", "# Two lines<br>of it", "Two lines  \nof it\n---"],
)
def test_words_of_two_lines_of_a_heading_are_two_in_its_id(text: str) -> None:
    assert ' id="text-two-lines-of-it"' in render(text).html


@pytest.mark.parametrize("kind", ["Note", "Tip", "Important", "Warning", "Caution"])
def test_an_alert_has_a_label_in_the_language_of_the_text(kind: str) -> None:
    made = render(f"Before.\n\n> [!{kind.upper()}]\n> The *text*.\n\nAfter.")
    assert f'<div class="alert alert-{kind.lower()}">' in made.html
    assert f'<p class="alert-title"><strong>{kind}</strong></p>\n<p>The <em>text</em>.</p>' in made.html
    assert made.text == "Before.\nThe text.\nAfter."  # the label is not the author's text
    assert alerts.labelled(made.html, "en-GB") == made.html
    german = alerts.labelled(made.html, "de-AT")
    assert '<p class="alert-title"><strong>' in german
    assert f">{kind}<" not in german
    assert f'<p class="alert-title" lang="en"><strong>{kind}</strong>' in alerts.labelled(made.html, "fr")


def test_what_is_no_alert_stays_a_quotation() -> None:
    for text in ("> [!OTHER]\n> Text", "> [!NOTE] Text", "> Text\n> [!NOTE]", "[!NOTE]\nText"):
        assert "alert" not in render(text).html
        assert re.search(r"\[!\w+\]", render(text).text)


# --- nothing is left out


def test_every_cell_of_a_table_is_shown() -> None:
    made = render("| a |\n|---|\n| 1 | 2 | *3* |\n| 4 |\n| \\| 5 | `6` |")
    assert made.html.count("<th>") == 3
    assert re.findall("<td>(.*?)</td>", made.html) == ["1", "2", "<em>3</em>", "4", "| 5", "<code>6</code>"]


def test_a_footnote_that_no_mark_leads_to_is_shown_where_it_stands() -> None:
    made = render("Text.[^1]\n\n[^1]: The *note*.\n\n[^1]: Another one.\n\n[^2]: - Left over\n\nEnd.")
    assert (
        "<p>[^1]: Another one.</p>\n<p>[^2]: </p>\n<ul>\n<li>Left over</li>\n</ul>\n<p>End.</p>" in made.html
    )
    assert '<li id="text-fn1" class="footnote-item"><p>The <em>note</em>.' in made.html


def test_a_footnote_within_another_one_loses_no_words() -> None:
    made = render("One[^a] and two[^b].\n\n[^a]: First\n\n    [^b]: Second\n\n    Third\n")
    assert made.text == "One and two.\nFirst\nThird\nSecond"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[Note]: important", "<p>[Note]: important</p>\n"),
        ("[TODO]: fix it", "<p>[TODO]: fix it</p>\n"),
        ("[TODO]: fix 'this one'\n\nEnd.", "<p>[TODO]: fix 'this one'</p>\n<p>End.</p>\n"),
        ("[a]: b\n\n[A]", '<p><a href="b" rel="noopener">A</a></p>\n'),
        ("[text][a]\n\n[a]: b", '<p><a href="b" rel="noopener">text</a></p>\n'),
        ("[a]: /b\n\n[c]: d.html\n\n[e]: #f\n\nText.", "<p>Text.</p>\n"),
    ],
)
def test_a_sentence_that_looks_like_the_definition_of_a_link_is_shown(text: str, html: str) -> None:
    assert render(text).html == html


@pytest.mark.parametrize(("language", "label"), [("", "Hinweis"), ("de-AT", "Hinweis"), ("en", "Note")])
def test_pages_and_feeds_say_the_label_of_an_alert_in_the_language_of_the_text(
    app: Flask, client: FlaskClient, language: str, label: str
) -> None:
    with app.app_context():
        with writing() as session:
            session.execute(sa.update(Site).values(language="de"))
        text = editing.Text("> [!NOTE]\n> The text.", "One", language=language)
        editing.create(text, published_at=NOON)
    for address in ("/posts/one", "/feed.json"):
        page = client.get(address).text.replace('\\"', '"').replace("\\u003c", "<").replace("\\u003e", ">")
        assert f"<strong>{label}</strong></p>" in page
