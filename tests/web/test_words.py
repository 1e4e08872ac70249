"""All interface text is in the catalogues: with a catalogue in brackets, no text is outside of them."""

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog import i18n
from blog.store.cursors import Cursor
from blog.store.db import db
from blog.store.models import Correction, Site
from tests.conftest import NOON, Clock, Prepared, Write, pen
from tests.marked import spoken_from, unmarked, unmarked_texts
from tests.signing_in import AuthorClient
from tests.web.author.forms import filled

LONG = "\n\n".join([*(f"## ⟦Part {number}⟧\n\n⟦{'words ' * 200}⟧" for number in range(3)), "```\ncode\n```"])


def fill(app: Flask) -> None:
    """Posts of two years and some tags, with all their text in brackets."""
    write = pen(app)
    first = write("⟦Salt⟧", body=f"{LONG}\n\n⟦A mark⟧[^1].\n\n[^1]: ⟦A remark⟧", tags=["⟦Salt⟧", "⟦Sea⟧"])
    for number in range(30):
        tags = ["⟦Salt⟧"] if number % 2 else ["⟦Sea⟧"]
        write(
            f"⟦Post {number}⟧", body="⟦Words⟧", published_at=NOON - timedelta(days=20 * number + 1), tags=tags
        )
    write(
        "⟦Last⟧", body="⟦Words⟧", published_at=NOON - timedelta(days=700), tags=[f"⟦{n}⟧" for n in range(25)]
    )
    with app.app_context():
        db.session.add(Correction(post_id=first, made_at=NOON, note="⟦Changed⟧"))
        db.session.commit()


@pytest.fixture(scope="module")
def filled_instance(prepared: Prepared) -> Path:
    return prepared(fill)


@pytest.fixture
def beginning(new_instance: Path, request: pytest.FixtureRequest) -> Path:
    if "written" in request.fixturenames:
        return Path(request.getfixturevalue("filled_instance"))
    return new_instance


@pytest.fixture
def written(clock: Clock) -> None:
    """The content of `fill` exists from the start; the clock shows its noon."""


PAGES = [
    ("a listing", "/"),
    ("a later page of it", "/?after={after}"),
    ("its end", "/?after={last}"),
    ("a place without posts", "/?after={nowhere}"),
    ("a tag", "/tags/salt"),
    ("two tags", "/tags/salt+sea"),
    ("two tags that no post has both of", "/tags/1+salt"),
    ("the tags", "/tags/"),
    ("the archive", "/archive/"),
    ("a year", "/archive/2025/"),
    ("a post with all that can stand beside it", "/posts/salt"),
    ("a post between others", "/posts/post-3"),
    ("the box", "/search"),
    ("an answer", "/search?q=words"),
    ("an answer of one tag", "/search?q=words&tags=salt"),
    ("a place without answers", "/search?q=words&after=1-{nowhere}"),
    ("an answer that is short", "/search?q=note"),
    ("an answer to some of it", "/search?q=words+nonsense"),
    ("an answer to some of it of one tag", "/search?q=words+nonsense&tags=salt"),
    ("a slip of the pen", "/search?q=wrods"),
    ("nothing", "/search?q=qqqqqq"),
    ("nothing of one tag", "/search?q=qqqqqq&tags=salt"),
    ("an address of nothing", "/nowhere"),
    ("a tag of nobody", "/tags/pepper"),
    ("a post that is not there", "/posts/pepper"),
    ("a damaged place", "/?after=x"),
    ("too many tags", "/tags/a+b+c+d+e+f+g+h+i"),
    ("a year without posts", "/archive/1999/"),
]


@pytest.mark.usefixtures("marked_words", "written")
@pytest.mark.parametrize("address", [address for _, address in PAGES], ids=[name for name, _ in PAGES])
def test_readers_pages_say_nothing_that_no_catalogue_has(client: FlaskClient, address: str) -> None:
    first = client.get("/").text
    second = client.get(f"/?after={last_place(first)}").text
    nowhere = Cursor(NOON - timedelta(days=9_000), 1)
    page = client.get(address.format(after=last_place(first), last=last_place(second), nowhere=nowhere))
    assert "⟦" in page.text
    # The address, and hence the sentence, contains what a reader typed.
    typed = re.compile("pepper|wrods|words|qqqqqq|nonsense|note|data-q")
    assert [text for text in unmarked(page.text) if not typed.fullmatch(text)] == []


def last_place(page: str) -> str:
    return str(re.findall(r'data-cursor="([^"]+)"', page)[-1])


@pytest.mark.usefixtures("marked_words")
@pytest.mark.parametrize("address", ["/", "/tags/", "/archive/", "/search?q=x"])
def test_a_site_without_posts_says_nothing_that_no_catalogue_has(client: FlaskClient, address: str) -> None:
    page = client.get(address).text
    assert [text for text in unmarked(page) if text != "x"] == []


@pytest.mark.usefixtures("marked_words")
def test_what_cannot_be_done_is_said_in_words_of_the_catalogue(client: FlaskClient) -> None:
    for status, page in (
        (405, client.put("/")),
        (
            413,
            client.post(
                "/author/sign-in", data={"name": "x" * 10_000_000}, headers={"Origin": "http://localhost"}
            ),
        ),
        (404, client.get("/media/sharing/1/000000000000000000000000.png")),
    ):
        assert page.status_code == status
        assert unmarked(page.text) == []


@pytest.mark.usefixtures("marked_words")
def test_an_outage_is_told_in_the_language_that_was_spoken_before(
    client: FlaskClient, instance: Path
) -> None:
    client.get("/")
    (instance / "blog.db").rename(instance / "elsewhere")
    page = client.get("/archive/")
    assert page.status_code == 503
    assert '<html lang="de"' in page.text
    assert unmarked(page.text) == []


@pytest.mark.usefixtures("marked_words")
def test_a_text_that_could_not_be_saved_comes_back_among_words_of_the_catalogue(
    author: AuthorClient, instance: Path
) -> None:
    author.get("/author/posts/new")
    (instance / "blog.db").rename(instance / "elsewhere")
    page = author.post("/author/posts/new", data=filled(body="⟦Mine⟧", title="⟦Mine⟧"))
    assert page.status_code == 503
    assert "⟦Nothing can be saved right now. ⟦The database file is missing" in page.text
    assert unmarked(page.text) == []


@pytest.mark.usefixtures("marked_words", "written")
def test_feeds_say_nothing_that_no_catalogue_has(client: FlaskClient) -> None:
    for address in ("/feed.atom", "/tags/salt+sea/feed.rss"):
        feed = ElementTree.fromstring(client.get(address).text)
        said = [
            part
            for each in feed.iter()
            if re.search("title|xhtml", each.tag)
            for part in (each.text, each.tail)
        ]
        found = unmarked_texts([text for text in said if text and "//" not in text])
        assert found == []
    assert json.loads(client.get("/tags/salt/feed.json").text)["title"] == "⟦Posts tagged ⟦Salt⟧⟧ · ⟦so⟧"


@pytest.mark.usefixtures("marked_words", "written")
def test_what_models_are_told_is_said_in_words_of_the_catalogue(client: FlaskClient) -> None:
    told = re.sub(r"http\S+", "", client.get("/llms.txt").text)
    assert unmarked_texts([told]) == []


def in_language(app: Flask, tag: str, **values: str) -> None:
    with app.app_context():
        db.session.execute(sa.update(Site).values(language=tag, **values))
        db.session.commit()


def test_a_listing_and_a_post_speak_german(
    app: Flask, client: FlaskClient, write: Write, clock: Clock
) -> None:
    in_language(app, "de")
    write("Salz", tags=["Meer", "Küche"], published_at=NOON)
    listing = client.get("/").text
    assert '<html lang="de" dir="ltr">' in listing
    for words in (
        "Zum Hauptinhalt springen",
        "Das war der einzige Beitrag.",
        "1 Min. Lesezeit",
        "24. November 2026",
    ):
        assert words in listing
    assert "1 Beitrag zu <bdi>Küche</bdi> und <bdi>Meer</bdi>" in client.get("/tags/kueche+meer").text
    assert "Beiträge zu Meer" in client.get("/tags/meer").text
    assert "Nichts gefunden für „<bdi>Zucker</bdi>“" in client.get("/search?q=Zucker").text
    assert "Schlagwörter" in client.get("/posts/salz").text


@pytest.mark.usefixtures("marked_words")
def test_a_region_may_have_words_of_its_own(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(i18n.CATALOGUES, tmp_path / "translations"))
    catalogue = Path(shutil.copytree(folder / "de", folder / "pt-BR"), "LC_MESSAGES", "messages.po")
    catalogue.write_text(catalogue.read_text().replace("⟦Archive⟧", "Arquivo"))
    with spoken_from(folder):
        for language, words in (("pt-BR", ">Arquivo</a>"), ("de", ">⟦Archive⟧</a>")):
            in_language(app, language)
            assert words in client.get("/").text


@pytest.mark.parametrize("region", ["de-AT", "de-Latn-CH", "de-1996"])
def test_a_language_without_words_of_its_own_has_those_of_the_language_around_it(
    app: Flask, client: FlaskClient, region: str
) -> None:
    in_language(app, region)
    page = client.get("/").text
    assert f'<html lang="{region}" dir="ltr">' in page
    assert "Es wurden noch keine Beiträge veröffentlicht." in page
    assert 'lang="en"' not in page


def test_days_are_those_of_the_sites_time_zone_in_the_form_of_its_language(
    app: Flask, client: FlaskClient, write: Write, clock: Clock
) -> None:
    clock.move_to(NOON + timedelta(days=300))
    write("Late", published_at=NOON.replace(month=3, day=1, hour=2))
    for language, zone, day, month, square in (
        ("en", "UTC", "March 1, 2026", "March 2026", "March 2026: 1"),
        ("en", "America/New_York", "February 28, 2026", "February 2026", "February 2026: 1"),
        ("de", "America/New_York", "28. Februar 2026", "Februar 2026", "Februar 2026: 1"),
        ("he", "UTC", "1 במרץ 2026", "מרץ 2026", "מרץ 2026: 1"),
    ):
        in_language(app, language, time_zone=zone)
        assert f">{day}</time>" in client.get("/").text
        assert f">{day}</time>" in client.get("/posts/late").text
        archive = client.get("/archive/").text
        assert f"<h2>{month}</h2>" in archive
        assert f"<title>{square}</title>" in archive


def test_numbers_are_grouped_as_the_language_does(app: Flask, client: FlaskClient, write: Write) -> None:
    write("Long", body="word " * 300_000)
    for language, minutes in (
        ("en", "1,304 min read"),
        ("de", "1.304 Min. Lesezeit"),
        ("de-CH", "1’304 Min. Lesezeit"),
    ):
        in_language(app, language)
        assert minutes in client.get("/").text


def test_another_language_shows_in_the_very_next_response(app: Flask, client: FlaskClient) -> None:
    for language, words in (("en", "Archive"), ("de", "Archiv"), ("en-GB", "Archive"), ("de-AT", "Archiv")):
        in_language(app, language)
        assert f">{words}</a>" in client.get("/").text
        assert f">{words}</a>" in client.get("/").text


@pytest.mark.parametrize(
    ("tag", "direction"), [("ar", "rtl"), ("he-IL", "rtl"), ("az-Arab", "rtl"), ("tr", "ltr")]
)
def test_a_page_runs_in_the_direction_of_its_language_and_says_which_words_are_in_another(
    app: Flask, client: FlaskClient, tag: str, direction: str
) -> None:
    in_language(app, tag)
    page = client.get("/").text
    assert f'<html lang="{tag}" dir="{direction}">' in page
    assert '<p class="end" lang="en" dir="ltr">No posts have been published yet.</p>' in page


def test_machines_that_watch_the_site_are_answered_in_english(
    app: Flask, client: FlaskClient, instance: Path
) -> None:
    in_language(app, "de")
    client.get("/")
    assert client.get("/readyz").text == "ok, 0 posts\n"
    (instance / "blog.db").rename(instance / "elsewhere")
    assert client.get("/readyz").text == "The database file is missing or cannot be opened.\n"


def test_a_page_in_a_language_with_digits_of_its_own_has_no_others(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    in_language(app, "fa")
    write("One", body="words " * 400, published_at=NOON)
    write("Two", published_at=NOON - timedelta(days=400))
    for address in ("/", "/archive/", "/archive/2025/", "/posts/one"):
        page = client.get(address).text
        assert 'data-digits="arabext"' in page
        shown = re.sub(r"<[^>]*>", " ", page[page.index("<main") :])
        assert not re.search("[0-9]", shown), shown
        assert re.search("[\u06f0-\u06f9]", shown)
