"""Social cards over HTTP: drawn on publication, removed with the post, and only for existing titles."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from blog import samples
from blog.media.cards import drawing, social_cards
from blog.store.db import db, writing
from blog.store.models import Post, Site, Tag
from blog.writing import tags, trash
from tests.conftest import NOON, Clock, Write
from tests.pictures import picture
from tests.signing_in import AuthorClient
from tests.web.author.forms import filled, values
from tests.web.author.test_images import upload


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The titles of the drawn cards."""
    titles: list[str] = []
    really = drawing.picture

    def note(words: drawing.Words) -> bytes:
        titles.append(words.title)
        return really(words)

    monkeypatch.setattr(drawing, "picture", note)
    return titles


@pytest.fixture
def files(instance: Path) -> Callable[[], list[str]]:
    """The stored cards."""
    folder = instance / "sharing"
    return lambda: sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*.*"))


Files = Callable[[], list[str]]


def address(client: FlaskClient, slug: str) -> str:
    """The address of the card in a post's page."""
    match = re.search(r'"og:image" content="http://localhost([^"]+)"', client.get(f"/posts/{slug}").text)
    assert match
    return match[1]


def publish(author: AuthorClient, title: str = "Title", **others: str) -> None:
    sent = filled(title, action="publish", **others)
    assert author.post("/author/posts/new", data=sent).status_code == 303


def save(author: AuthorClient, post_id: int = 1, action: str = "save", **changes: str) -> None:
    form = values(author.get(f"/author/posts/{post_id}").text)
    data = {**form, **changes, "action": action}
    assert author.post(f"/author/posts/{post_id}", data=data).status_code == 303


def test_it_is_drawn_at_publishing_and_no_reader_waits_for_it(
    author: AuthorClient, client: FlaskClient, drawn: list[str], files: Files
) -> None:
    publish(author)
    assert drawn == ["Title"]
    where = address(client, "title")
    assert files() == [where.removeprefix("/media/sharing/")]
    answer = client.get(where, buffered=True)
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.data)).size == (1200, 630)
    assert len(answer.data) <= 100_000
    cached = set(answer.headers["Cache-Control"].split(", "))
    assert {"public", "immutable", "max-age=31536000"} <= cached
    again = client.get(where, headers={"If-None-Match": answer.headers["ETag"]}, buffered=True)
    assert again.status_code == 304
    assert "immutable" in author.get(where, buffered=True).headers["Cache-Control"]
    assert drawn == ["Title"]


def test_it_is_drawn_anew_only_when_it_would_say_something_else(
    author: AuthorClient, client: FlaskClient, drawn: list[str], files: Files
) -> None:
    publish(author)
    before = address(client, "title")
    save(author, body="Other words.", tags="salt")
    assert drawn == ["Title"]
    assert address(client, "title") == before
    save(author, title="Another title")
    assert drawn == ["Title", "Another title"]
    after = address(client, "title")
    assert files() == [after.removeprefix("/media/sharing/")]
    assert client.get(before).status_code == 404
    assert client.get(after, buffered=True).status_code == 200


@pytest.mark.parametrize("change", [{"author": "Grace"}, {"accent": "#1a1a2e"}, {"title": "Another site"}])
def test_what_the_site_changes_is_drawn_when_it_is_asked_for_first(
    author: AuthorClient, client: FlaskClient, drawn: list[str], files: Files, change: dict[str, str]
) -> None:
    publish(author)
    before = address(client, "title")
    with author.application.app_context(), writing() as session:
        for name, value in change.items():
            setattr(session.get_one(Site, 1), name, value)
    after = address(client, "title")
    assert after != before
    assert drawn == ["Title"]
    first = client.get(after, buffered=True)
    assert (first.status_code, first.content_type) == (200, "image/png")
    second = client.get(after, buffered=True)
    assert second.data == first.data
    for name in ("Cache-Control", "ETag", "Content-Type"):
        assert second.headers[name] == first.headers[name]
    assert drawn == ["Title", "Title"]
    assert files() == [after.removeprefix("/media/sharing/")]


def test_posts_that_were_imported_get_theirs_when_it_is_asked_for(
    client: FlaskClient, write: Write, drawn: list[str]
) -> None:
    write("Imported")
    assert drawn == []
    assert client.get(address(client, "imported"), buffered=True).status_code == 200
    assert drawn == ["Imported"]


def test_what_no_post_shows_is_not_there_and_nothing_is_drawn(
    author: AuthorClient, client: FlaskClient, drawn: list[str], clock: Clock, write: Write
) -> None:
    later = write("Later", published_at=NOON + timedelta(days=1))
    clock.advance(days=2)
    where = address(client, "later")
    clock.move_to(NOON)
    write("Draft", draft=True)
    hash_ = "0" * 24
    for path in (
        where,  # not yet
        f"/media/sharing/{later}/{hash_}.png",
        f"/media/sharing/2/{hash_}.png",
        f"/media/sharing/99/{hash_}.png",
        f"/media/sharing/{10**30}/{hash_}.png",
        f"/media/sharing/0{later}/{where.rsplit('/', 1)[1]}",
        "/media/sharing/1/x.png",
        "/media/sharing/1/..%2f..%2fblog.db",
        "/media/sharing/1/../../blog.db",
        "/media/sharing/",
    ):
        assert client.get(path).status_code == 404, path
    assert drawn == []
    clock.advance(days=2)
    assert client.get(where, buffered=True).status_code == 200


def test_a_scheduled_posts_is_there_before_its_hour_comes(
    author: AuthorClient, client: FlaskClient, clock: Clock, drawn: list[str]
) -> None:
    publish(author, date="2026-11-25", time="12:00")
    assert drawn == ["Title"]
    clock.advance(days=2)
    assert client.get(address(client, "title"), buffered=True).status_code == 200
    assert drawn == ["Title"]


def test_drafts_have_none_and_what_is_withdrawn_loses_it(
    author: AuthorClient, drawn: list[str], files: Files
) -> None:
    author.post("/author/posts/new", data=filled("Title", action="save"))
    assert drawn == []
    save(author, action="publish")
    assert len(files()) == 1
    save(author, action="withdraw")
    assert files() == []


def test_a_post_with_a_cover_needs_none(
    author: AuthorClient, client: FlaskClient, drawn: list[str], files: Files
) -> None:
    publish(author)
    where = address(client, "title")
    save(author, cover=upload(author, picture(1200, 630))["hash"])
    assert files() == []
    assert client.get(where).status_code == 404
    save(author, cover="")
    assert client.get(where, buffered=True).status_code == 200
    assert drawn == ["Title", "Title"]


def test_it_goes_to_the_trash_and_comes_back_with_its_post(
    author: AuthorClient, client: FlaskClient, files: Files
) -> None:
    publish(author)
    where = address(client, "title")
    author.post("/author/posts/1/trash")
    assert files() == []
    assert client.get(where).status_code == 404
    author.post("/author/posts/1/restore")
    assert files() == [where.removeprefix("/media/sharing/")]


def test_of_a_post_that_is_deleted_for_good_nothing_stays(
    app: Flask, instance: Path, client: FlaskClient, write: Write, clock: Clock
) -> None:
    """Also if a command or a start changed the post, not a browser."""
    write("Title")
    client.get(address(client, "title"), buffered=True)
    folder = instance / "sharing"
    assert [each.name for each in folder.iterdir()] == ["1"]
    with app.app_context(), writing() as session:
        session.execute(sa.update(Post).values(trashed_at=NOON, updated_at=NOON))
    clock.advance(days=31)
    with app.app_context():
        assert trash.empty() == 1
    assert list(folder.iterdir()) == []


@pytest.mark.long
def test_samples_take_theirs_with_them(app: Flask, instance: Path, client: FlaskClient) -> None:
    with app.app_context():
        samples.welcome()
    for slug in re.findall(r'u-url" href="/posts/([^"]+)"', client.get("/").text):
        client.get(address(client, slug), buffered=True)
    folder = instance / "sharing"
    assert list(folder.iterdir())
    app.test_cli_runner().invoke(args=["posts", "remove-samples"])
    assert list(folder.iterdir()) == []


def test_a_file_that_is_there_needs_no_database(
    author: AuthorClient, client: FlaskClient, instance: Path
) -> None:
    publish(author)
    where = address(client, "title")
    for name in ("blog.db", "blog.db-wal", "blog.db-shm"):
        (instance / name).unlink(missing_ok=True)
    assert client.get(where, buffered=True).status_code == 200
    assert client.get("/media/sharing/1/" + "0" * 24 + ".png").status_code == 503


def test_where_nothing_can_be_kept_a_post_is_published_and_its_picture_shown_all_the_same(
    author: AuthorClient, client: FlaskClient, instance: Path
) -> None:
    (instance / "sharing").write_text("in the way")
    publish(author)
    answer = client.get(address(client, "title"), buffered=True)
    assert (answer.status_code, answer.content_type) == (200, "image/png")


def test_the_response_cache_keeps_none_of_it(author: AuthorClient, client: FlaskClient) -> None:
    publish(author)
    answer = client.get(address(client, "title"), buffered=True)
    assert "Cache-Status" not in answer.headers


def test_the_picture_says_the_day_in_the_language_of_the_site_whoever_has_it_drawn(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    post_id = write("Title", published_at=NOON)
    with app.app_context():  # as when a command draws it, whose language is English
        site = db.session.get_one(Site, 1)
        site.language = "de"
        db.session.commit()
        said = social_cards.words(db.session.get_one(Post, post_id), site)
        assert said.day == "24. November 2026"
        name = social_cards.digest(said)
    assert f"/media/sharing/{post_id}/{name}.png" in client.get("/posts/title").text


def of_tags(client: FlaskClient, path: str) -> str:
    match = re.search(r'"og:image" content="http://localhost([^"]+)"', client.get(path).text)
    assert match
    return match[1]


def test_tags_that_are_combined_have_a_picture_with_their_names_of_which_no_file_is_kept(
    client: FlaskClient, write: Write, drawn: list[str], files: Files
) -> None:
    write(tags=["Salt", "Bread", "Wine"])
    where = of_tags(client, "/tags/bread+salt")
    assert where != of_tags(client, "/tags/bread") != of_tags(client, "/tags/bread+salt+wine") != where
    before = files()
    answer = client.get(where)
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    with Image.open(io.BytesIO(answer.data)) as shown:
        assert shown.size == (drawing.WIDTH, drawing.HEIGHT)
    assert client.get(where).data == answer.data
    assert drawn == ["Bread and Salt"]
    assert files() == before
    assert 'content="Bread and Salt"' in client.get("/tags/bread+salt").text  # og:image:alt


def test_a_combination_has_no_picture_but_that_of_the_names_of_today(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    write(tags=["Salt", "Bread"])
    where = of_tags(client, "/tags/bread+salt")
    ids, digest = where.split("/")[-2:]
    first, second = ids.split("+")
    for wrong in (
        f"{second}+{first}",
        f"{first}+{first}",
        f"{first}+999",
        f"{first}+",
        "x",
        f"{ids}+{first}",
        "+".join("123456789"),
    ):
        assert client.get(f"/media/sharing/combinations/{wrong}/{digest}").status_code == 404, wrong
    assert client.get(f"/media/sharing/combinations/{ids}/{'0' * 24}.png").status_code == 404
    with app.app_context():
        renamed = db.session.scalars(sa.select(Tag.id).where(Tag.slug == "salt")).one()
        tags.rename(renamed, "Pepper")
    assert client.get(where).status_code == 404
    assert client.get(of_tags(client, "/tags/bread+pepper")).status_code == 200


def test_combinations_have_the_picture_of_a_site_that_has_one(
    app: Flask, author: AuthorClient, client: FlaskClient, write: Write
) -> None:
    write(tags=["Salt", "Bread"])
    upload(author, picture(1000, 500))
    match = re.search(r"/media/([0-9a-f]{24})\b", author.get("/author/images/").text)
    assert match
    with app.app_context(), writing() as session:
        session.get_one(Site, 1).picture_hash = match[1]
    assert match[1] in of_tags(client, "/tags/bread+salt")
