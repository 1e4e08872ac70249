"""All interface text of the author's pages is in the catalogues, and German on a German site.

The author writes only numbers here, so all letters on a page are interface text.
"""

import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog import clock
from blog.accounts import account
from blog.store.db import db, writing
from blog.store.models import Post, Site
from blog.writing import drafts, editing, preview_links
from blog.writing.drafts import EditorTab
from tests.conftest import NOON, Clock, Write, copy_instance, made, made_once
from tests.marked import has_letters, mark_site, outside, spoken_from, unmarked
from tests.pictures import picture
from tests.signing_in import NAME, PASSWORD, SAME_ORIGIN, AuthorClient, author_client
from tests.web.author.forms import JSON, filled, values
from tests.web.author.test_images import upload
from tests.web.author.test_sign_in import token_in

A_DAY = re.compile(r"\d+\. (November|Dezember) \d{4}")
LIVE, SCHEDULED, DRAFT, TRASHED = 1, 2, 3, 4
PAGES = {
    "the desk": "/author/",
    "the trash": "/author/?state=trash",
    "words that nothing has": "/author/?q=99",
    "nothing older": "/author/?after=1_1",
    "a post moved to the trash": f"/author/?thrown={TRASHED}",
    "a new post": "/author/posts/new",
    "a live post with unsaved texts": f"/author/posts/{LIVE}",
    "a live post as it is": f"/author/posts/{LIVE}?saved",
    "a scheduled post": f"/author/posts/{SCHEDULED}",
    "a draft": f"/author/posts/{DRAFT}",
    "a post in the trash": f"/author/posts/{TRASHED}",
    "a text that was never saved": "/author/drafts/4",
    "no revisions": f"/author/posts/{DRAFT}/revisions",
    "revisions": f"/author/posts/{LIVE}/revisions",
    "a revision": f"/author/posts/{LIVE}/revisions/1",
    "two revisions": f"/author/posts/{LIVE}/revisions/1?with=2",
    "a revision that is like the post": f"/author/posts/{LIVE}/revisions/2",
    "tags": "/author/tags/",
    "a tag": "/author/tags/1",
    "images": "/author/images/",
    "older images": "/author/images/?skip=60",
    "the settings": "/author/site",
    "sessions": "/author/sessions",
}


@pytest.fixture(scope="session")
def numbered_instance(
    new_instance: Path, marked_catalogues: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """An instance of the site `numbers`, to be copied."""

    def make(instance: Path) -> None:
        copy_instance(new_instance, instance)
        with made(instance) as app, spoken_from(marked_catalogues):
            mark_site(app)
            write_numbers(app)

    return made_once(tmp_path_factory, "numbers", make)


def write_numbers(app: Flask) -> None:
    author = author_client(app)
    with app.app_context(), writing() as session:
        session.execute(sa.update(Site).values(title="10", tagline="11", time_zone="UTC"))
        now = clock.now()
        for published_at in (now, now + timedelta(days=9), None, None):
            editing.create(editing.Text("1.\n\n2.", "1984", tags=["20", "30"]), published_at=published_at)
        editing.trash(TRASHED)
    form = values(author.get(f"/author/posts/{LIVE}").text)
    author.post(f"/author/posts/{LIVE}", data={**form, "body": "3.\n" * 20, "slug": "7", "action": "save"})
    with app.app_context():
        version = db.session.scalars(sa.select(Post.version).where(Post.id == LIVE)).one()
        for name in ("f1", "f2"):
            unsaved = filled("1984", f"4. {name[1]}")
            drafts.keep(EditorTab(name, 1), unsaved, post_id=LIVE, base_version=version - 1)
        drafts.keep(EditorTab("f3", 1), filled("", "5."))
        preview_links.share(DRAFT)
        db.session.remove()
    upload(author)
    author_client(app)  # another session


@pytest.fixture
def beginning(new_instance: Path, request: pytest.FixtureRequest) -> Path:
    if "numbers" in request.fixturenames:
        return Path(request.getfixturevalue("numbered_instance"))
    return new_instance


@pytest.fixture
def numbers(app: Flask, marked_catalogues: Path) -> Iterator[None]:
    """A site whose content is only numbers, with all interface text in brackets."""
    with spoken_from(marked_catalogues):
        yield


def forgotten(html: str) -> list[str]:
    """Text of a page that is not from the catalogue, except days and names of languages and zones."""
    page = BeautifulSoup(A_DAY.sub("", html).replace('placeholder="https://"', ""), "html.parser")
    for each in page.select("datalist"):
        each.decompose()
    by_scripts = [f"{name}={said}" for name, said in sentences_for_scripts(page) if not is_marked(said)]
    return unmarked(str(page)) + by_scripts


def sentences_for_scripts(page: BeautifulSoup) -> list[tuple[str, str]]:
    """Texts for scripts: data attributes with words, or with plural forms by CLDR category."""
    found = []
    for element in page.find_all(True):
        for name, value in element.attrs.items():
            if not name.startswith("data-") or not isinstance(value, str):
                continue
            forms = json.loads(value).values() if value.startswith("{") and '"' in value else [value]
            found += [(name, form) for form in forms if "⟦" in form or " " in form.strip()]
    return found


def is_marked(text: str) -> bool:
    return not any(has_letters(left) for _, left in outside([text]))


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_of_the_authors_has_all_its_words_from_the_catalogue(
    author: AuthorClient, numbers: None, kind: str
) -> None:
    answer = author.get(PAGES[kind])
    assert answer.status_code == 200
    page = answer.text.replace("<strong>a test</strong>", "")  # the browser's own name
    assert [text for text in forgotten(page) if text != "a test"] == []
    assert "⟦" in page


def test_what_visitors_of_the_authors_part_see_is_from_the_catalogue(app: Flask, marked_words: None) -> None:
    with app.app_context():
        db.session.execute(sa.update(Site).values(title="10"))
        db.session.commit()
        invited = account.invite()
    visitor = app.test_client()
    assert forgotten(visitor.get("/author/sign-in").text) == [], "a site without an author"
    welcome = visitor.get(f"/author/welcome/{invited}")
    assert forgotten(welcome.text) == []
    chosen = {"csrf_token": token_in(welcome), "name": " ", "password": PASSWORD, "again": ""}
    again = visitor.post(f"/author/welcome/{invited}", data=chosen, headers=SAME_ORIGIN)
    assert forgotten(again.text) == []
    with app.app_context():
        account.create(name=NAME, password=PASSWORD)
        invited = account.invite()
    assert forgotten(visitor.get("/author/sign-in").text) == []
    assert forgotten(visitor.get(f"/author/welcome/{invited}").text) == []
    token = token_in(visitor.get("/author/sign-in"))
    wrong = {"csrf_token": token, "name": "1", "password": "2"}
    refused = [visitor.post("/author/sign-in", data=wrong, headers=SAME_ORIGIN) for _ in range(6)]
    assert [each.status_code for each in refused] == [*[403] * 5, 429]
    assert [text for each in refused for text in forgotten(each.text)] == []


def test_the_pages_between_being_signed_out_and_going_on_are_from_the_catalogue(
    app: Flask, author: AuthorClient, numbers: None
) -> None:
    held = app.test_client().post("/author/posts/new", data=filled("1", "2"), headers=SAME_ORIGIN)
    assert (held.status_code, forgotten(held.text)) == (403, [])
    author.csrf_token = "of an earlier session"
    sent = {"files": (io.BytesIO(b"1"), "1"), "alt": "2"}
    resumed = author.send("/author/images/", sent)
    assert (resumed.status_code, forgotten(resumed.text)) == (400, [])
    assert BeautifulSoup(resumed.text, "html.parser").select("main .notice-wrong"), "files cannot be kept"
    stale = author.send(f"/author/posts/{LIVE}", filled("1", "2"))
    assert (stale.status_code, forgotten(stale.text)) == (400, [])


SENTENCES: dict[str, tuple[str, dict[str, Any]]] = {
    "saved as a draft": (f"/author/posts/{DRAFT}", {"action": "save", "body": "6."}),
    "nothing changed": (f"/author/posts/{DRAFT}", {"action": "save"}),
    "published": (f"/author/posts/{DRAFT}", {"action": "publish"}),
    "scheduled": (f"/author/posts/{DRAFT}", {"action": "schedule", "date": "2027-12-24", "time": "18:00"}),
    "updated": (f"/author/posts/{LIVE}", {"action": "save", "body": "6."}),
    "withdrawn": (f"/author/posts/{LIVE}", {"action": "withdraw"}),
    "saved in the trash": (f"/author/posts/{TRASHED}", {"action": "save", "body": "6."}),
    "control characters": (f"/author/posts/{DRAFT}", {"action": "save", "body": "6.\x07"}),
    "turned letters": (f"/author/posts/{DRAFT}", {"action": "save", "title": "19\u202a84"}),
    "kept only": (f"/author/posts/{LIVE}", {"action": "keep", "body": "7."}),
    "thrown away": (f"/author/posts/{LIVE}", {"action": "trash"}),
    "brought back": (f"/author/posts/{TRASHED}/restore", {}),
    "a private link ended": (f"/author/posts/{DRAFT}/stop-sharing", {}),
    "put away": ("/author/drafts/2/put-away", {}),
    "a revision restored": (f"/author/posts/{LIVE}/revisions/1/restore", {}),
    "a tag renamed": ("/author/tags/1/rename", {"name": "21"}),
    "a tag merged": ("/author/tags/1/merge", {"into": "2"}),
    "a tag deleted": ("/author/tags/1/delete", {}),
    "a session that is gone": ("/author/sessions/end", {"session": "99"}),
    "all other sessions": ("/author/sessions/end", {}),
    "no title": (f"/author/posts/{DRAFT}", {"action": "save", "title": ""}),
    "all wrong": (
        f"/author/posts/{DRAFT}",
        {
            "action": "save",
            "title": "1" * 201,
            "tags": ",".join(map(str, range(60))),
            "slug": "!",
            "date": "1",
            "time": "2",
            "canonical_url": "3",
            "excerpt": "1" * 2001,
            "cover": "4",
            "correction": "1" * 501,
        },
    ),
    "an hour that is left out": (f"/author/posts/{DRAFT}", {"action": "save", "date": "", "time": "10:00"}),
    "nothing to schedule for": (f"/author/posts/{DRAFT}", {"action": "schedule"}),
    "a tag of marks": ("/author/tags/1/rename", {"name": "!"}),
    "a tag with a comma": ("/author/tags/1/rename", {"name": "1,2"}),
    "a tag that is too long": ("/author/tags/1/rename", {"name": "1" * 61}),
    "a tag that is there": ("/author/tags/1/rename", {"name": "30"}),
    "a tag merged into none": ("/author/tags/1/merge", {}),
    "not a JPEG, PNG": ("/author/images/", {}),
    "a conflict": (f"/author/posts/{LIVE}", {"action": "save", "body": "8.", "base_version": "1"}),
}


@pytest.mark.parametrize("kind", SENTENCES)
def test_what_becomes_of_a_form_is_said_from_the_catalogue(
    author: AuthorClient, numbers: None, kind: str
) -> None:
    address, changes = SENTENCES[kind]
    answer = author.post(address, data={**form_at(author, address), **changes})
    page = author.get(answer.location).text if answer.status_code == 303 else answer.text
    left = [text for text in forgotten(page) if text not in ("a test", "1984")]
    assert left == []
    assert BeautifulSoup(page, "html.parser").select("main .notice, main .wrong, main .two-texts")


def form_at(author: AuthorClient, address: str) -> dict[str, str]:
    return values(author.get(f"{address}?saved").text) if re.fullmatch(r"/author/posts/\d+", address) else {}


def test_a_script_is_told_in_words_of_the_catalogue(author: AuthorClient, numbers: None) -> None:
    form = form_at(author, f"/author/posts/{LIVE}")

    def told(answer: TestResponse) -> list[str]:
        assert answer.json
        said = [str(answer.json[name]) for name in ("sentence", "error") if name in answer.json]
        return said + list(answer.json.get("errors", {}).values())

    address = f"/author/posts/{LIVE}"
    sent = {**form, "body": "9.", "action": "save", "state": "live"}
    texts = [
        *told(author.post(address, data=sent, headers=JSON)),
        *told(author.post(address, data={**sent, "title": ""}, headers=JSON)),
        *told(author.post("/author/images/", data={}, headers=JSON)),
        *told(
            author.post("/author/images/", data={"files": (io.BytesIO(b"1"), "1.png")}, headers=JSON),
        ),
    ]
    assert len(texts) == 5
    assert [text for text in texts if not (text.startswith("⟦") and is_marked(text))] == []


def test_the_settings_say_what_is_wrong_from_the_catalogue(author: AuthorClient, numbers: None) -> None:
    wrong = {
        "title": "",
        "tagline": "1" * 201,
        "language": "1",
        "time_zone": "1",
        "posts_per_page": "1",
        "footer_links": "1",
        "licence": "1",
        "hub": "1",
        "accent": "1",
        "picture_hash": "1",
    }
    answer = author.post("/author/site", data=wrong)
    assert answer.status_code == 422
    assert answer.text.count('class="wrong"') == len(wrong)
    assert forgotten(answer.text) == []
    long = {"footer_links": f"{'1' * 61} /", "licence": f"{'1' * 61} https://1.example/", "accent": "#ffffff"}
    answer = author.post("/author/site", data={**wrong, **long})
    assert [text for text in forgotten(answer.text) if text != long["footer_links"]] == []


def test_what_lies_on_the_way_of_a_picture_is_said_from_the_catalogue(
    app: Flask, author: AuthorClient, numbers: None
) -> None:
    told = upload(author, picture(60, 40))
    form = form_at(author, f"/author/posts/{DRAFT}")
    author.post(f"/author/posts/{DRAFT}", data={**form, "cover": told["hash"], "action": "save"})
    with app.app_context(), writing():
        drafts.keep(EditorTab("f8", 1), filled("", f"![](/media/{told['hash']})"))
        editing.trash(DRAFT)
    in_use = author.post(f"/author/images/{told['hash']}/delete")
    assert (in_use.status_code, forgotten(in_use.text)) == (409, [])
    assert forgotten(told["card"]) == []


def test_a_preview_and_a_shared_draft_are_said_from_the_catalogue(
    app: Flask, author: AuthorClient, client: FlaskClient, numbers: None
) -> None:
    beside = author.post("/author/preview", data=filled("1", "2."), headers={"HX-Request": "true"})
    assert forgotten(beside.text) == []
    alone = BeautifulSoup(author.post("/author/preview", data=filled("", "2.")).text, "html.parser")
    with app.app_context():
        token = preview_links.share(DRAFT)
    shared = BeautifulSoup(client.get(f"/preview/{token}").text, "html.parser")
    for page in (alone, shared):
        assert forgotten(str(page.main)) == []


# --- German


@pytest.fixture
def german(app: Flask) -> None:
    with app.app_context():
        db.session.execute(sa.update(Site).values(language="de", time_zone="Europe/Berlin"))
        db.session.commit()


def test_a_german_form_saves_and_publishes_in_german(
    clock: Clock, app: Flask, author: AuthorClient, german: None, write: Write
) -> None:
    post_id = write("Ein Beitrag", draft=True)
    address = f"/author/posts/{post_id}"

    def press(action: str, **changes: str) -> str:
        form = values(author.get(address).text)
        author.post(address, data={**form, "action": action, **changes})
        return author.get(address).text

    page = press("save", body="Anders.")
    assert '<html lang="de" dir="ltr">' in page
    assert "Als Entwurf gespeichert." in page
    assert "Gespeichert: 13:00:00" in page, "as a clock in Berlin shows it"
    page = press("schedule", date="2026-12-24", time="18:00")
    assert "Geplant für Donnerstag, 24. Dezember 2026, 18:00." in page
    assert "erscheint am 24. Dezember 2026, 18:00" in author.get("/author/").text
    assert "Veröffentlicht. Der Beitrag ist öffentlich." in press("now")
    assert "Zu lang: 4.000.001 Zeichen. Höchstens 4.000.000 sind erlaubt." in too_long(author, address)


def too_long(author: AuthorClient, address: str) -> str:
    form = values(author.get(address).text)
    return author.post(address, data={**form, "body": "x" * 4_000_001, "action": "save"}).text


def test_a_conflict_in_german_counts_places_and_lines(
    author: AuthorClient, german: None, write: Write
) -> None:
    lines = [f"Zeile {number}" for number in range(30)]
    post_id = write("Ein Beitrag", body="\n".join(lines))
    address = f"/author/posts/{post_id}"
    mine = values(author.get(address).text)
    author.post(
        address, data={**mine, "form": "f2", "body": "\n".join([*lines[:-1], "dort"]), "action": "save"}
    )
    page = author.post(
        address, data={**mine, "body": "\n".join([*lines[:-1], "hier"]), "action": "save"}
    ).text
    assert "Eine Stelle wurde in beiden Texten geändert" in page
    assert "27 unveränderte Zeilen" in page


def test_an_hour_that_is_left_out_is_named_in_german(
    author: AuthorClient, german: None, write: Write
) -> None:
    post_id = write("Ein Beitrag", draft=True)
    form = values(author.get(f"/author/posts/{post_id}").text)
    sent = {**form, "date": "2026-03-29", "time": "02:30", "action": "save"}
    answer = author.post(f"/author/posts/{post_id}", data=sent, headers=JSON)
    assert answer.json
    assert answer.json["errors"] == {
        "time": "02:30 gibt es an diesem Tag in Europe/Berlin nicht: Dann werden die Uhren vorgestellt."
    }


def test_a_text_of_marks_is_thrown_away_under_a_german_title(
    app: Flask, german: None, author: AuthorClient
) -> None:
    author.post("/author/posts/new", data={**filled("", "***"), "form": "f1", "action": "trash"})
    assert ">Ohne Titel</a>" in author.get("/author/?state=trash").text


# --- the setting


def test_another_language_is_spoken_by_the_very_next_page(author: AuthorClient) -> None:
    form = values(author.get("/author/site").text, "form[@action='/author/site']")
    saved = author.post("/author/site", data={**form, "language": "de-at"})
    page = author.get(saved.location).text
    assert '<html lang="de-AT" dir="ltr">' in page
    assert "Gespeichert. Die Änderungen sind öffentlich." in page
    form = values(page, "form[@action='/author/site']")
    refused = author.post("/author/site", data={**form, "language": "en", "title": ""})
    assert "Geben Sie einen Titel ein" in refused.text, "what was not taken over changes nothing"


def test_the_settings_offer_languages_by_their_names_and_say_which_have_words(
    author: AuthorClient, german: None
) -> None:
    page = BeautifulSoup(author.get("/author/site").text, "html.parser")
    offered = {str(option["value"]): option.text for option in page.select("datalist#languages option")}
    assert offered["pt"] == "Portugiesisch"
    assert offered["zh-Hant"] == "Chinesisch (traditionell)"
    assert len(offered) > 150
    said = page.select_one("#language-help")
    assert said
    assert "auf Deutsch und Englisch" in said.text


@pytest.fixture
def written_at_noon(clock: Clock, write: Write) -> int:
    return write("عنوان")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ar", ('<html lang="en" dir="ltr">', "November 24, 2026, 12:00\N{NARROW NO-BREAK SPACE}PM")),
        ("en-GB", ('<html lang="en-GB" dir="ltr">', "24 November 2026, 12:00")),
        ("de-CH", ('<html lang="de-CH" dir="ltr">', "24. November 2026, 12:00")),
    ],
)
def test_the_author_reads_words_and_times_of_one_language(
    app: Flask, author: AuthorClient, written_at_noon: int, language: str, said: tuple[str, str]
) -> None:
    with app.app_context():
        db.session.execute(sa.update(Site).values(language=language))
        db.session.commit()
    page = author.get("/author/").text
    assert [each for each in said if each not in page] == []
    form = author.get(f"/author/posts/{written_at_noon}").text
    assert re.search(rf'<textarea id="body"[^>]* lang="{language}" dir="auto"', form)
    assert re.search(r'<input id="slug"[^>]* dir="ltr"', form)


def test_what_has_lain_in_the_trash_past_its_hour_is_told_in_german(
    clock: Clock, app: Flask, author: AuthorClient, german: None, write: Write
) -> None:
    post_id = write("Ein Beitrag", published_at=NOON + timedelta(hours=1))
    with app.app_context():
        editing.trash(post_id)
    clock.move_to(NOON + timedelta(hours=2))
    back = author.post(f"/author/posts/{post_id}/restore")
    assert "Als Entwurf wiederhergestellt" in author.get(back.location).text
