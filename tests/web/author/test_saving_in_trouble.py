"""The author saves while the database is away or the site has a bug: what was sent comes back, to be sent again."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog.store.db import db
from blog.writing import post_form
from tests.conftest import Write
from tests.signing_in import AuthorClient, author_client
from tests.web.author.forms import JSON, values


def test_a_form_that_cannot_be_saved_comes_back_to_be_sent_again(
    app: Flask, author: AuthorClient, write: Write, instance: Path
) -> None:
    post_id = write()
    address = f"/author/posts/{post_id}"
    form = {**values(author.get(address).text), "body": "Typed & kept,\n\nfor “all” <b>.", "tags": "one, two"}
    with app.app_context():
        engine = db.engine
        db.session.remove()
        engine.dispose()
    sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    with closing(sqlite3.connect(instance / "blog.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        page = author.send(address, {**form, "action": "save"})
        assert page.status_code == 503
        assert "The database has been locked by another program for too long." in page.text
        by_script = author.post(address, data={**form, "action": "save"}, headers=JSON)
        assert (by_script.status_code, by_script.json) == (
            503,
            {
                "sentence": (
                    "Nothing can be saved right now. The database has been locked by another program for too "
                    "long."
                )
            },
        )
        other.execute("ROLLBACK")
    held = values(page.text, f"form[@action='{address}']")
    assert author.post(address, data=held).status_code == 303
    with app.app_context():
        post = post_form.opened(post_id)
        assert post.body == "Typed & kept,\n\nfor “all” <b>."
        assert [tag.name for tag in post.tags] == ["one", "two"]


def test_after_a_bug_of_ours_what_was_sent_is_there_to_be_sent_again(make_app: Callable[..., Flask]) -> None:
    app = make_app()

    @app.post("/author/probe")
    def bug() -> NoReturn:
        raise ZeroDivisionError("a bug of ours")

    app.testing = False
    page = author_client(app).send("/author/probe", {"body": "Typed.", "title": "Kept"})
    assert page.status_code == 500
    assert values(page.text, "form[@action='/author/probe']") == {"body": "Typed.", "title": "Kept"}


def test_a_password_is_never_shown_again(
    app: Flask, client: FlaskClient, instance: Path, author: AuthorClient
) -> None:
    secret = "a password nobody sees"
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    (instance / "blog.db").rename(instance / "away.db")
    (instance / "blog.db").write_bytes(b"no database" * 400)
    page = author.send("/author/sign-in", {"name": "Ada", "password": secret})
    assert page.status_code == 503
    assert secret not in page.text
