"""Posts of an earlier renderer version are rendered again in the background, completely and without other changes."""

import logging
import re
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import undefer

from blog.search import related
from blog.server.backfilling import Backfiller
from blog.store.db import db, writing
from blog.store.models import Post, Related
from blog.text.rendering import RENDERER
from blog.writing import backfill, editing, post_form, preview, revisions, saving
from tests.conftest import NOON, Clock, Write
from tests.programs import run, run_flask, server
from tests.signing_in import AuthorClient
from tests.web.author.forms import values

BODY = "Put a <script> tag in the head of the page.\n\nThe *rest* has the word wisteria."
LOST = "<p>Put a </p>\n"


def make_older(app: Flask, **columns: object) -> None:
    """The earlier renderer's result: everything after the tag is lost."""
    lost = {
        "body_html": LOST,
        "plain_text": "Put a",
        "excerpt": "Put a",
        "word_count": 2,
        "renderer": RENDERER - 1,
    }
    with app.app_context(), writing() as session:
        session.execute(sa.update(Post).values(**lost | columns))


def stored(app: Flask) -> list[Post]:
    with app.app_context():
        every = sa.select(Post).order_by(Post.id).options(undefer(Post.body_html), undefer(Post.plain_text))
        return list(db.session.scalars(every))


def backfilled(app: Flask) -> int:
    """The number of rendered posts."""
    count = 0
    with app.app_context():
        while done := backfill.some():
            count += done
    return count


def test_a_stored_post_gets_back_what_an_earlier_renderer_lost(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    write("Tags", body=BODY)
    make_older(app)
    assert "wisteria" not in client.get("/posts/tags").text
    assert backfilled(app) == 1
    page = client.get("/posts/tags").text
    assert "&lt;script&gt; tag in the head of the page." in page
    assert "wisteria" in page
    [post] = stored(app)
    assert post.word_count == 16
    assert post.plain_text == "Put a <script> tag in the head of the page.\nThe rest has the word wisteria."
    assert post.excerpt == "Put a <script> tag in the head of the page. The rest has the word wisteria."
    assert "/posts/tags" in client.get("/search?q=wisteria").text
    assert "wisteria" in client.get("/feed.atom").text
    assert backfilled(app) == 0


def test_nothing_that_feeds_and_forms_go_by_moves(
    app: Flask, client: FlaskClient, write: Write, clock: Clock
) -> None:
    write("Tags", body=BODY)
    make_older(app)
    [before] = stored(app)
    feed = re.findall("<updated>.*?</updated>", client.get("/feed.atom").text)
    clock.advance(hours=1)
    backfilled(app)
    [after] = stored(app)
    for column in ("version", "updated_at", "changed_at", "published_at", "slug", "title", "feed_id"):
        assert getattr(after, column) == getattr(before, column)
    assert re.findall("<updated>.*?</updated>", client.get("/feed.atom").text) == feed
    with app.app_context():
        assert revisions.count(after.id) == 0


def test_an_open_form_saves_after_its_post_was_rendered_again(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    write("Tags", body=BODY)
    make_older(app)
    form = values(author.get("/author/posts/1").text)
    backfilled(app)
    answer = author.post("/author/posts/1", data={**form, "body": "Mine", "action": "save"})
    assert answer.status_code == 303
    [post] = stored(app)
    assert (post.body_html, post.renderer) == ("<p>Mine</p>\n", RENDERER)


def test_a_post_that_is_saved_while_it_is_rendered_keeps_what_was_saved(
    app: Flask, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("Tags", body=BODY)
    make_older(app)
    rendered = preview.rendered

    def saved_meanwhile(body: str) -> object:
        monkeypatch.setattr(preview, "rendered", rendered)
        thread = threading.Thread(target=save)
        thread.start()
        thread.join()
        return rendered(body)

    def save() -> None:
        with app.app_context():
            shown = post_form.form_data(post_form.opened(1))
            saving.save(1, {**shown, "body": "Saved meanwhile."}, base_version=1)

    monkeypatch.setattr(preview, "rendered", saved_meanwhile)
    backfilled(app)
    [post] = stored(app)
    assert (post.version, post.body_html) == (2, "<p>Saved meanwhile.</p>\n")


def test_what_another_version_saves_meanwhile_is_not_written_over(
    app: Flask, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("Tags", body=BODY)
    make_older(app)
    rendered = preview.rendered

    def saved_meanwhile(body: str) -> object:
        monkeypatch.setattr(preview, "rendered", rendered)
        with closing(sqlite3.connect(Path(app.config["INSTANCE"]) / "blog.db")) as other, other:
            other.create_function("casefold", 1, str)
            other.execute("UPDATE post SET body = 'Newer.', body_html = 'newer', version = version + 1")
        return rendered(body)

    monkeypatch.setattr(preview, "rendered", saved_meanwhile)
    with app.app_context():
        backfill.some()
    assert stored(app)[0].body_html == "newer"
    backfilled(app)
    assert stored(app)[0].body_html == "<p>Newer.</p>\n"


def test_a_post_that_is_saved_needs_no_rendering_again(app: Flask, write: Write) -> None:
    write("Tags", body=BODY)
    make_older(app)
    with app.app_context():
        saving.save(1, {**post_form.form_data(post_form.opened(1)), "tags": "x"}, base_version=1)
    assert backfilled(app) == 0
    assert "wisteria" in stored(app)[0].body_html


def test_a_run_that_was_cut_off_goes_on_where_it_was(app: Flask, write: Write) -> None:
    for number in range(5):
        write(f"Post {number}", body=BODY)
    make_older(app)
    with app.app_context():
        assert backfill.some(2) == 2
        assert backfill.progress() == (2, 5, ())
    assert backfilled(app) == 3
    with app.app_context():
        assert backfill.progress() == (5, 5, ())


def test_a_batch_is_one_change_of_the_content_and_what_is_related_to_it_another(
    app: Flask, write: Write
) -> None:
    for number in range(3):
        write(f"Post {number}", body=BODY)
    make_older(app)

    def version() -> int:
        with closing(sqlite3.connect(Path(app.config["INSTANCE"]) / "blog.db")) as other:
            return int(other.execute("SELECT content_version FROM site").fetchone()[0])

    seen = {version()}
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *_: seen.add(version()))
        assert backfill.some() == 3
    seen.add(version())
    assert len(seen) == 3


def test_a_post_that_cannot_be_rendered_is_noted_and_not_tried_again(
    app: Flask,
    author: AuthorClient,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    write("Good", body=BODY)
    write("Bad one", body="Bad.")
    make_older(app)
    rendered = preview.rendered

    def failing(body: str) -> object:
        if body == "Bad.":
            raise RuntimeError("a bug of the renderer's")
        return rendered(body)

    monkeypatch.setattr(preview, "rendered", failing)
    with caplog.at_level(logging.ERROR):
        assert backfilled(app) == 2
    assert "post=2" in caplog.text
    assert backfilled(app) == 0
    good, bad = stored(app)
    assert "wisteria" in good.body_html
    assert bad.body_html == LOST
    desk = author.get("/author/").text
    assert "could not be rendered again" in desk
    assert '<a href="/author/posts/2" dir="auto">Bad one</a>' in desk
    monkeypatch.undo()
    with app.app_context():
        backfill.everything()
    assert backfilled(app) == 2
    assert "could not be rendered again" not in author.get("/author/").text


def test_the_desk_says_how_far_it_is(app: Flask, author: AuthorClient, write: Write) -> None:
    for number in range(4):
        write(f"Post {number}", body=BODY)
    assert "Rendering older posts" not in author.get("/author/").text
    make_older(app)
    with app.app_context():
        backfill.some(1)
    assert "Rendering older posts again: 1 of 4" in author.get("/author/").text
    backfilled(app)
    assert "Rendering older posts" not in author.get("/author/").text


def test_an_excerpt_that_the_author_wrote_stays(app: Flask, author: AuthorClient, write: Write) -> None:
    write("Imported", body=BODY)
    write("Typed", body=BODY)
    form = values(author.get("/author/posts/2").text)
    author.post("/author/posts/2", data={**form, "excerpt": "Put a", "action": "save"})
    make_older(app)
    with app.app_context(), writing() as session:
        session.execute(sa.update(Post).where(Post.id == 1).values(excerpt="Of my own"))
    backfilled(app)
    assert [post.excerpt for post in stored(app)] == ["Of my own", "Put a"]


def test_a_derived_title_stays_and_the_text_goes_on_behind_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        editing.create(editing.Text(BODY), published_at=NOON)
    make_older(app, title="Put a", body_html="")
    backfilled(app)
    [post] = stored(app)
    assert (post.title, post.title_derived) == ("Put a", True)
    assert post.body_html.startswith("<p>&lt;script&gt; tag in the head of the page.</p>")
    with app.app_context():
        saving.save(1, {**post_form.form_data(post_form.opened(1)), "tags": "x"}, base_version=1)
    assert stored(app)[0].body_html.startswith("<p>&lt;script&gt; tag in the head of the page.</p>")


def test_what_is_related_follows_the_words(app: Flask, write: Write) -> None:
    write("One", body="Wisteria sinensis and other climbing plants: wisteria, wisteria.")
    for number in range(12):
        write(f"Other {number}", body="Nothing of the kind.", published_at=NOON - timedelta(days=number))
    two = write("Two", body="<title> Wisteria floribunda, wisteria and again climbing wisteria.")
    with app.app_context(), writing() as session:
        session.execute(sa.update(Post).where(Post.id == two).values(plain_text="", renderer=0))
        related.renew(session, two)
        assert related.for_post(session.get_one(Post, two)) == []
    backfilled(app)
    with app.app_context():
        assert [post.title for post in related.for_post(db.session.get_one(Post, two))] == ["One"]


def test_the_thread_ends_when_no_older_post_is_left_and_waits_while_the_database_is_away(
    app: Flask, write: Write
) -> None:
    write("Tags", body=BODY)
    make_older(app)
    thread = Backfiller(app)
    file = Path(app.config["INSTANCE"]) / "blog.db"
    file.rename(file.with_name("elsewhere"))
    pause = thread.step()
    assert pause
    assert pause >= 1
    file.with_name("elsewhere").rename(file)
    assert thread.step() is not None
    assert thread.step() is None
    assert "wisteria" in stored(app)[0].body_html


def test_a_server_renders_the_posts_of_an_older_version(tmp_path: Path) -> None:
    with server(tmp_path) as its:
        its.wait()
    with closing(sqlite3.connect(tmp_path / "blog.db")) as other, other:
        count = other.execute("UPDATE post SET body_html = 'old', renderer = 0").rowcount
    assert count > 20
    with server(tmp_path), closing(sqlite3.connect(tmp_path / "blog.db")) as other:
        while other.execute("SELECT count(*) FROM post WHERE renderer = 0").fetchone()[0]:
            threading.Event().wait(0.05)
        assert other.execute("SELECT count(*) FROM post WHERE body_html = 'old'").fetchone()[0] == 0


def test_the_command_renders_them_without_a_server(tmp_path: Path) -> None:
    with server(tmp_path) as its:
        its.wait()
    assert (
        run_flask(tmp_path, "posts", "render").stdout == "All posts are already rendered by this version.\n"
    )
    with closing(sqlite3.connect(tmp_path / "blog.db")) as other, other:
        count = other.execute("UPDATE post SET renderer = 0").rowcount
    assert run_flask(tmp_path, "posts", "render").stdout == f"Rendered {count} posts again.\n"
    assert run_flask(tmp_path, "posts", "render", "--all").stdout == f"Rendered {count} posts again.\n"


def test_an_old_database_says_that_its_posts_are_of_no_known_renderer(app: Flask) -> None:
    with app.app_context():
        assert sa.inspect(db.engine).get_columns("post")[-1]["default"] in {"0", "('0')"}


# Ends the process, as a power failure does, before the related posts of the nth post are computed.
CRASH = """
import os, sys
from blog import create_app
from blog.search import related
from blog.writing import backfill
from blog.store.db import db

app = create_app()
nth = int(sys.argv[1])
really = related.renew

def renew(session, post_id):
    global nth
    nth -= 1
    if not nth:
        os._exit(9)
    really(session, post_id)

related.renew = renew
with app.app_context():
    while backfill.some():
        pass
"""


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_what_is_related_follows_the_words_also_after_a_crash_between_the_two(
    app: Flask, instance: Path, write: Write, nth: int
) -> None:
    for number in range(4):
        write(f"Post {number}", body=f"{BODY} And wisteria, wisteria.")
    for number in range(12):
        write(f"Other {number}", body="Nothing of that kind, only cabbage.")
    make_older(app)
    with app.app_context(), writing() as session:
        session.execute(sa.delete(Related))
    crashed = run(instance, "-c", CRASH, str(nth), BASE_URL="http://localhost")
    assert crashed.returncode == 9, crashed.stderr
    with app.app_context():
        assert backfill.progress().left > 0
    assert backfilled(app) > 0
    found = related_of(app)
    for one in range(4):
        assert set(found[f"Post {one}"]) == {f"Post {other}" for other in range(4) if other != one}
    assert {post.renderer for post in stored(app)} == {RENDERER}
    with app.app_context():
        assert backfill.progress().left == 0


def related_of(app: Flask) -> dict[str, list[str]]:
    with app.app_context():
        posts = db.session.scalars(sa.select(Post)).all()
        return {post.title: [other.title for other in related.for_post(post)] for post in posts}


def test_a_post_that_waits_for_what_is_related_is_done_by_the_author_who_saves_it(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    number = write("Tags", body=BODY)
    make_older(app, renderer=backfill.RELATED_LATER)
    with app.app_context():
        assert backfill.progress().left == 1
    form = values(author.get(f"/author/posts/{number}").text)
    author.post(f"/author/posts/{number}", data={**form, "body": "Other words.", "action": "save"})
    assert [post.renderer for post in stored(app)] == [RENDERER]
    assert backfilled(app) == 0
