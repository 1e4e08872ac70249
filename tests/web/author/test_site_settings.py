"""The site settings: validated, and effective in the next response."""

import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from html5lib import parse
from werkzeug.test import TestResponse

from blog.site import overview, settings
from blog.store.db import db
from tests.conftest import NOON, Clock, Write
from tests.pictures import picture
from tests.signing_in import AuthorClient
from tests.web.author.forms import values

GOOD = {
    "title": "The Long Scroll",
    "tagline": "Notes from the sea.",
    "author": "Ada",
    "language": "en-GB",
    "time_zone": "Europe/Vienna",
    "posts_per_page": "12",
    "footer_links": "Code https://code.example/ada",
    "licence": "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/",
    "hub": "https://hub.example/",
    "accent": "#0b5f8a",
}


def wrong_fields(answer: TestResponse) -> dict[str, str]:
    """The invalid fields, each with its error message."""
    page = parse(answer.text, namespaceHTMLElements=False)
    described = {}
    for field in page.iter():
        if field.get("aria-invalid") == "true":
            first = field.attrib["aria-describedby"].split()[0]
            sentence = page.find(f".//*[@id='{first}']")
            assert sentence is not None
            described[field.attrib["name"]] = str(sentence.text)
    return described


def focused(answer: TestResponse) -> list[str]:
    return re.findall(r'name="(\w+)"[^>]* autofocus', answer.text)


def test_each_setting_is_true_in_the_next_response_though_the_page_was_cached(
    author: AuthorClient, client: FlaskClient, write: Write, clock: Clock
) -> None:
    for number in range(14):
        write(f"Post {number}", published_at=NOON.replace(hour=0, minute=number))
    before = client.get("/").text
    assert client.get("/").text == before
    assert before.count("<article") == 12
    answer = author.post(
        "/author/site", data={**GOOD, "posts_per_page": "6", "time_zone": "America/New_York"}
    )
    assert (answer.status_code, answer.location) == (303, "/author/site")
    after = client.get("/").text
    assert '<html lang="en-GB" dir="ltr">' in after
    assert "The Long Scroll</title>" in after
    assert "Notes from the sea." in after
    assert "© <bdi>Ada</bdi>" in after
    assert '<a href="https://code.example/ada" dir="auto">Code</a>' in after
    assert after.count("<article") == 6
    assert "23 November 2026" in after, "in New York it was the evening before"
    assert '<link rel="stylesheet" href="/accent-0b5f8a.css">' in after
    assert "Saved." in author.get("/author/site").text


def test_the_form_shows_what_is_set_with_a_sentence_of_help_for_each(author: AuthorClient) -> None:
    author.post("/author/site", data=GOOD)
    page = parse(author.get("/author/site").text, namespaceHTMLElements=False)
    main = page.find(".//main")
    assert main is not None
    fields = {field.get("name"): field for field in main.iter() if field.tag in {"input", "textarea"}}
    assert list(fields) == ["csrf_token", "began", *GOOD, "picture", "picture_hash"]
    for name, value in GOOD.items():
        shown = fields[name].get("value") if fields[name].tag == "input" else fields[name].text
        assert shown == value
        help_text = main.find(f".//*[@id='{fields[name].get('aria-describedby')}']")
        assert help_text is not None
        assert len(str(help_text.text)) > 20
        assert main.find(f".//label[@for='{name}']") is not None


def test_saving_without_a_change_makes_no_page_anew(app: Flask, author: AuthorClient) -> None:
    author.post("/author/site", data=GOOD)

    def version() -> int:
        with app.app_context():
            found = overview.read().site.content_version
            db.session.remove()
            return found

    before = version()
    author.post("/author/site", data=GOOD)
    assert version() == before
    author.post("/author/site", data={**GOOD, "accent": "#8d351f"})
    assert version() > before


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", " \t\u202e ", "Enter a title. It is shown on every page."),
        ("title", "x" * 201, "Too long: 201 characters. The maximum is 200."),
        ("tagline", "x" * 201, "Too long: 201 characters. The maximum is 200."),
        ("language", "english", "“english” is not a language tag. Examples: en, pt-BR, zh-Hant."),
        (
            "language",
            'en" onload="x',
            '“en" onload="x” is not a language tag. Examples: en, pt-BR, zh-Hant.',
        ),
        ("language", "", "“” is not a language tag. Examples: en, pt-BR, zh-Hant."),
        ("time_zone", "Vienna", "“Vienna” is not a time zone. Examples: Europe/Vienna, UTC."),
        (
            "time_zone",
            "../../etc/passwd",
            "“../../etc/passwd” is not a time zone. Examples: Europe/Vienna, UTC.",
        ),
        ("posts_per_page", "5", "Enter a number from 6 to 60."),
        ("posts_per_page", "61", "Enter a number from 6 to 60."),
        ("posts_per_page", "twelve", "Enter a number from 6 to 60."),
        ("posts_per_page", "٣٠", "Enter a number from 6 to 60."),
        (
            "footer_links",
            "\nhttps://a.example",
            "Line 2 is not a link. Example: “Code https://code.example/me”.",
        ),
        (
            "footer_links",
            "Me javascript:alert(1)",
            "Line 1 is not a link. Example: “Code https://code.example/me”.",
        ),
        (
            "footer_links",
            "Me //evil.example",
            "Line 1 is not a link. Example: “Code https://code.example/me”.",
        ),
        ("footer_links", "x" * 61 + " /me", "The text of line 1 is too long. The maximum is 60 characters."),
        ("footer_links", "a /b\n" * 13, "Too many links: 13. The maximum is 12."),
        ("footer_links", "Me nowhere me", "Line 1 is not a link. Example: “Code https://code.example/me”."),
        (
            "footer_links",
            "/posts/about me",
            "Line 1 is not a link. Example: “Code https://code.example/me”.",
        ),
        (
            "licence",
            "CC BY 4.0",
            (
                "“CC BY 4.0” is not a licence. Example: "
                "“CC BY 4.0 https://creativecommons.org/licenses/by/4.0/”."
            ),
        ),
        (
            "licence",
            "https://licence.example/",
            (
                "“https://licence.example/” is not a licence. Example: "
                "“CC BY 4.0 https://creativecommons.org/licenses/by/4.0/”."
            ),
        ),
        (
            "licence",
            f"{'x' * 61} https://licence.example/",
            "The name of the licence is too long. The maximum is 60 characters.",
        ),
        (
            "hub",
            "ftp://hub.example/",
            "“ftp://hub.example/” is not the address of a hub. Example: https://hub.example/.",
        ),
        (
            "hub",
            "https://me:secret@hub.example/",
            "“https://me:secret@hub.example/” is not the address of a hub. Example: https://hub.example/.",
        ),
        ("hub", "hub.example", "“hub.example” is not the address of a hub. Example: https://hub.example/."),
        ("accent", "red", "“red” is not a colour. Example: #8d351f."),
        (
            "accent",
            "#ffcc00",
            (
                "#ffcc00 is too light to read: its contrast is 1.3:1, and text needs at least 4.5:1. "
                "The closest readable colour is #856a00."
            ),
        ),
    ],
)
def test_what_cannot_be_taken_comes_back_with_a_sentence_beside_it(
    author: AuthorClient, client: FlaskClient, field: str, typed: str, sentence: str
) -> None:
    before = client.get("/").text
    answer = author.post("/author/site", data={**GOOD, field: typed})
    assert answer.status_code == 422
    assert wrong_fields(answer) == {field: sentence}
    assert focused(answer) == [field]
    assert client.get("/").text == before, "all or nothing"


def test_everything_that_is_wrong_is_said_at_once_and_the_first_has_the_focus(author: AuthorClient) -> None:
    answer = author.post(
        "/author/site", data={**GOOD, "language": "?", "accent": "#ffff00", "author": "<b>Ada"}
    )
    assert list(wrong_fields(answer)) == ["language", "accent"]
    assert focused(answer) == ["language"]
    assert 'value="&lt;b&gt;Ada"' in answer.text, "what was typed is all still there"
    assert 'lang="?"' not in answer.text, "no text is in a language that there is not"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("EN", "en"), ("pt-br", "pt-BR"), ("ZH-hant-tw", "zh-Hant-TW"), ("de-CH-1901", "de-CH-1901")],
)
def test_a_language_is_written_as_its_standard_says(author: AuthorClient, typed: str, kept: str) -> None:
    author.post("/author/site", data={**GOOD, "language": typed})
    assert f'<html lang="{kept}" dir="ltr">' in author.get("/").text


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/Argentina/Buenos_Aires"])
def test_every_zone_that_the_form_proposes_can_be_taken(author: AuthorClient, zone: str) -> None:
    assert f'<option value="{zone}">' in author.get("/author/site").text
    assert author.post("/author/site", data={**GOOD, "time_zone": zone}).status_code == 303
    assert author.get("/").status_code == 200


def test_links_at_the_foot_lead_elsewhere_here_and_to_a_mailbox(author: AuthorClient) -> None:
    typed = "My  code https://code.example/\r\n\r\nAbout me /posts/about\nWrite mailto:ada@example.org\n"
    author.post("/author/site", data={**GOOD, "footer_links": typed})
    foot = author.get("/").text.split("<footer")[1]
    assert re.findall(r'<a href="([^"]+)" dir="auto">([^<]+)</a>', foot) == [
        ("https://code.example/", "My code"),
        ("/posts/about", "About me"),
        ("mailto:ada@example.org", "Write"),
    ]


def test_a_link_marked_me_says_that_the_page_there_is_the_authors(author: AuthorClient) -> None:
    typed = "Mastodon https://social.example/@ada me\nNot me https://social.example/@bea\nAsk me /posts/me me"
    author.post("/author/site", data={**GOOD, "footer_links": typed})
    foot = author.get("/").text.split("<footer")[1]
    links = parse(foot, namespaceHTMLElements=False).findall(".//a")
    assert [(link.get("rel"), link.get("href"), link.text) for link in links][:3] == [
        ("me", "https://social.example/@ada", "Mastodon"),
        (None, "https://social.example/@bea", "Not me"),
        ("me", "/posts/me", "Ask me"),
    ]
    assert typed in author.get("/author/site").text, "it can be saved again as it is"


def test_a_licence_is_said_to_people_and_machines_and_without_one_nothing_is(
    author: AuthorClient, client: FlaskClient, write: Write
) -> None:
    write("A post")
    pages = ("/", "/posts/a-post", "/archive/", "/tags/")
    feeds = ("/feed.atom", "/feed.rss", "/feed.json", "/llms.txt")
    for address in (*pages, *feeds):
        text = client.get(address).text
        assert not re.search("licen[cs]e|rights|copyright", text, re.IGNORECASE), address
    author.post("/author/site", data=GOOD)
    for address in pages:
        page = parse(client.get(address).text, namespaceHTMLElements=False)
        (head,) = page.findall(".//head/link[@rel='license']")
        (foot,) = page.findall(".//footer//a[@rel='license']")
        assert head.get("href") == foot.get("href") == "https://creativecommons.org/licenses/by/4.0/"
        assert foot.text == "CC BY 4.0"
    atom, rss, json, llms = (client.get(address).text for address in feeds)
    assert "<rights>CC BY 4.0</rights>" in atom
    assert '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/" />' in atom
    assert "<copyright>CC BY 4.0</copyright>" in rss
    assert '<atom:link rel="license" href="https://creativecommons.org/licenses/by/4.0/" />' in rss
    assert '"url": "https://creativecommons.org/licenses/by/4.0/"' in json
    assert "Licence: [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)" in llms


def test_the_accent_is_a_style_sheet_that_may_be_kept_for_ever(
    author: AuthorClient, client: FlaskClient
) -> None:
    assert "/accent-" not in client.get("/").text, "a new site needs none"
    author.post("/author/site", data=GOOD)
    for page in (client.get("/"), author.get("/author/site")):
        assert page.text.count('href="/accent-0b5f8a.css"') == 1
        assert page.text.index("/accent-") > page.text.index("/static/site."), "it has the last word"
    for browser in (client, author):
        style = browser.get("/accent-0b5f8a.css")
        assert style.content_type == "text/css; charset=utf-8"
        assert style.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert re.fullmatch(r":root \{ --accent: light-dark\(#0b5f8a, #[0-9a-f]{6}\); \}\n", style.text)


@pytest.mark.parametrize("colour", ["ffcc00", "red", "0B5F8A", "0b5f8a0", "0b5f8a;}", "%0a0b5f8"])
def test_there_is_no_style_sheet_for_what_is_no_readable_colour(client: FlaskClient, colour: str) -> None:
    assert client.get(f"/accent-{colour}.css").status_code == 404


# The site image


def test_the_picture_stands_beside_the_title_until_it_is_taken_away(
    author: AuthorClient, client: FlaskClient
) -> None:
    assert "site-picture" not in client.get("/").text
    author.post("/author/site", data={**GOOD, "picture": (BytesIO(picture(700, 500)), "me.png")})
    shown = re.search(
        r'<img class="site-picture" src="([^"]+)" width="40" height="40" alt="">', client.get("/").text
    )
    assert shown
    assert client.get(shown[1], buffered=True).content_type == "image/webp"
    kept = hidden(author, "picture_hash")
    author.post("/author/site", data={**GOOD, "picture_hash": kept})
    assert shown[0] in client.get("/").text, "saving something else leaves it there"
    author.post("/author/site", data={**GOOD, "picture_hash": kept, "no_picture": "on"})
    assert "site-picture" not in client.get("/").text


def test_a_picture_is_not_lost_when_another_field_was_wrong(
    author: AuthorClient, client: FlaskClient
) -> None:
    came_back = author.post(
        "/author/site", data={**GOOD, "title": "", "picture": (BytesIO(picture(600, 600)), "me.png")}
    )
    assert list(wrong_fields(came_back)) == ["title"]
    held = re.search(r'name="picture_hash" value="([0-9a-f]+)"', came_back.text)
    assert held
    author.post("/author/site", data={**GOOD, "picture_hash": held[1]})
    assert held[1] in client.get("/").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<html>", "This file is not a JPEG, PNG, WebP, AVIF or GIF image."),
        (b"", "This file is not a JPEG, PNG, WebP, AVIF or GIF image."),
    ],
)
def test_what_is_no_picture_is_refused_beside_its_field(
    author: AuthorClient, data: bytes, sentence: str
) -> None:
    answer = author.post("/author/site", data={**GOOD, "picture": (BytesIO(data), "a.png")})
    assert answer.status_code == 422
    assert wrong_fields(answer) == {"picture": sentence}


@pytest.mark.parametrize("made_up", ["0" * 24, "../../etc/passwd"])
def test_a_picture_that_the_site_does_not_have_cannot_be_chosen(author: AuthorClient, made_up: str) -> None:
    assert author.post("/author/site", data={**GOOD, "picture_hash": made_up}).status_code == 422


def hidden(author: AuthorClient, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', author.get("/author/site").text)
    assert found
    return found[1]


def test_a_picture_that_is_gone_is_said_beside_its_field_and_can_be_done_without(
    author: AuthorClient, app: Flask
) -> None:
    with app.app_context():
        shown = settings.shown()
    answer = author.post("/author/site", data={**shown, "picture_hash": "0" * 24})
    assert answer.status_code == 422
    assert '<p class="wrong" id="picture-wrong">This image is not among your images' in answer.text
    assert 'name="picture_hash" value=""' in answer.text


@pytest.mark.parametrize("zone", ["localtime", "Factory"])
def test_a_zone_that_means_another_on_each_machine_is_not_offered(
    author: AuthorClient, app: Flask, zone: str
) -> None:
    with app.app_context():
        shown = settings.shown()
    assert f'value="{zone}"' not in author.get("/author/site").text
    assert author.post("/author/site", data={**shown, "time_zone": zone}).status_code == 422


# --- two windows


def test_what_another_window_changed_meanwhile_stays(author: AuthorClient) -> None:
    author.post("/author/site", data=GOOD)
    mine = values(author.get("/author/site").text, "form[@enctype]")
    theirs = {**mine, "tagline": "Another tagline.", "footer_links": "Two /two"}
    author.post("/author/site", data=theirs)
    answer = author.post("/author/site", data={**mine, "title": "A title of mine"})
    assert answer.status_code == 303
    shown = values(author.get("/author/site").text, "form[@enctype]")
    assert shown["title"] == "A title of mine"
    assert (shown["tagline"], shown["footer_links"]) == ("Another tagline.", "Two /two")


def test_what_both_windows_changed_is_not_overwritten_unseen(author: AuthorClient) -> None:
    author.post("/author/site", data=GOOD)
    mine = values(author.get("/author/site").text, "form[@enctype]")
    author.post("/author/site", data={**mine, "tagline": "Another tagline.", "author": "Grace"})
    answer = author.post("/author/site", data={**mine, "tagline": "A tagline of mine."})
    assert answer.status_code == 422
    assert wrong_fields(answer) == {
        "tagline": "Changed elsewhere to “Another tagline.” in the meantime. Save again to use the value shown here."
    }
    again = values(answer.text, "form[@enctype]")
    assert (again["tagline"], again["author"]) == ("A tagline of mine.", "Grace")
    assert author.post("/author/site", data=again).status_code == 303
    shown = values(author.get("/author/site").text, "form[@enctype]")
    assert (shown["tagline"], shown["author"]) == ("A tagline of mine.", "Grace")


@pytest.mark.parametrize(
    ("began", "status"),
    [
        *((began, 303) for began in ("", "[]", "3", "null", "{", '[["title"]]')),
        ('{"title": 3}', 422),  # another title than the one that stands
    ],
)
def test_what_a_form_says_it_began_from_may_be_anything(
    author: AuthorClient, began: str, status: int
) -> None:
    answer = author.post("/author/site", data={**GOOD, "began": began})
    assert answer.status_code == status
