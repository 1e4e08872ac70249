"""Error pages: a message, the right status and links, and recovery without a restart."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog.store.db import db
from tests.conftest import Write


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    app = make_app()

    @app.get("/probe/bug")
    def bug() -> NoReturn:
        raise ZeroDivisionError("a bug of ours")

    @app.get("/probe/wrong-query")
    def wrong_query() -> str:
        return str(db.session.execute(sa.text("SELECT nonsense FROM post")).scalar())

    return app


@contextmanager
def locked(instance: Path) -> Iterator[None]:
    """Another program has locked the database exclusively: not even reading is possible."""
    with closing(sqlite3.connect(instance / "blog.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def test_a_wrong_address_offers_the_tags_there_are(client: FlaskClient, write: Write) -> None:
    write(tags=["salt", "pepper"])
    write("Not yet", draft=True, tags=["secret"])
    for address in ("/nowhere", "/tags/sugar", "/posts/none"):
        response = client.get(address)
        assert response.status_code == 404
        assert 'href="/tags/salt"' in response.text
        assert 'href="/tags/pepper"' in response.text
        assert 'href="/archive/"' in response.text
        assert "secret" not in response.text


def test_a_draft_a_scheduled_and_a_trashed_post_have_no_page(client: FlaskClient, write: Write) -> None:
    write("Not yet", draft=True)
    assert client.get("/posts/not-yet").status_code == 404


def test_a_damaged_cursor_leads_to_the_beginning_of_its_listing(client: FlaskClient, write: Write) -> None:
    write(tags=["salt"])
    response = client.get("/tags/salt?after=damaged")
    assert response.status_code == 400
    assert '<a href="/tags/salt">the beginning of this list</a>' in response.text


def test_a_method_that_does_not_fit_names_those_that_do(client: FlaskClient) -> None:
    response = client.post("/")
    assert response.status_code == 405
    assert {"GET", "HEAD"} <= set(response.headers["Allow"].split(", "))


def test_a_bug_is_logged_and_tells_readers_nothing(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = client.get("/probe/bug")
    assert response.status_code == 500
    assert "Something went wrong on the server." in response.text
    assert "ZeroDivisionError" not in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert any(record.exc_info and record.levelno == logging.ERROR for record in caplog.records)


def test_a_wrong_query_is_a_bug_and_no_outage(client: FlaskClient) -> None:
    response = client.get("/probe/wrong-query")
    assert response.status_code == 500
    assert "nonsense" not in response.text


def test_the_503_page_needs_nothing_of_the_database(
    app: Flask, client: FlaskClient, instance: Path, write: Write
) -> None:
    write("A post")
    with spoiled(app, instance):
        assert client.get("/readyz").text == "The database is damaged.\n"
        for address in ("/", "/posts/a-post", "/nowhere"):
            response = client.get(address)
            assert response.status_code == 503, address
            assert int(response.headers["Retry-After"]) > 0
            assert "try again in a moment" in response.text
            assert response.headers["Cache-Control"] == "no-store"
        assert client.get("/healthz").status_code == 200
    assert client.get("/").status_code == 200
    assert client.get("/readyz").text == "ok, 1 posts\n"


@contextmanager
def spoiled(app: Flask, instance: Path) -> Iterator[None]:
    """The database is replaced by something else."""
    database, kept = instance / "blog.db", instance / "kept.db"
    with closing(sqlite3.connect(database)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.rename(kept)
    with app.app_context():
        db.engine.dispose()  # otherwise connections would continue with the file they have open
    database.write_bytes(b"This is no database. " * 1000)
    yield
    kept.replace(database)


def test_a_database_without_its_tables_is_a_503_until_they_are_back(
    app: Flask, client: FlaskClient, instance: Path
) -> None:
    """No empty file replaces a missing database, and connections to it are closed."""
    database, kept = instance / "blog.db", instance / "kept.db"
    database.rename(kept)
    assert client.get("/readyz").text == "The database file is missing or cannot be opened.\n"
    assert not database.exists()
    database.touch()
    assert client.get("/readyz").text == "The database is empty.\n"
    assert client.get("/").status_code == 503
    kept.replace(database)
    assert client.get("/").status_code == 200


def test_with_every_connection_in_use_a_request_is_a_503_and_takes_no_more(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app(SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 1, "max_overflow": 0, "pool_timeout": 0.02})
    client = app.test_client()
    with app.app_context(), db.engine.connect():
        assert [client.get("/").status_code for _ in range(2)] == [503, 503]
    assert client.get("/").status_code == 200


def test_a_locked_database_is_a_503_that_passes(app: Flask, client: FlaskClient, instance: Path) -> None:
    with app.app_context():
        db.engine.dispose()
        engine = db.engine
    sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    with locked(instance):
        response = client.get("/")
        assert response.status_code == 503
        assert "The posts are not available" in response.text
    assert client.get("/").status_code == 200
