"""How fresh content is: by SQLite's index of its log, and by a query where that is not read. Both say the same."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from blog.store.db import as_stored
from blog.store.freshness import Unreachable
from blog.store.sqlite.freshness import SqliteFreshness
from tests.conftest import NOON, Clock, copy_instance

WAYS = ("index", "query", "no log")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    way: str = request.param
    return way


@pytest.fixture
def database(instance: Path, way: str) -> Path:
    path = instance / "blog.db"
    if way == "no log":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    return path


@pytest.fixture
def other(database: Path) -> Iterator[sqlite3.Connection]:
    """Another program that has the database open and may write to it."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        yield connection


@pytest.fixture
def prepared() -> list[str]:
    return []


@pytest.fixture
def fresh(clock: Clock, database: Path, way: str, prepared: list[str]) -> Iterator[SqliteFreshness]:
    freshness = SqliteFreshness(database, lambda: prepared.append("once"), reads_wal=way != "query")
    yield freshness
    freshness.close()


def statements(fresh: SqliteFreshness) -> list[str]:
    """What is asked of the database from now on."""
    asked: list[str] = []
    assert fresh.connection is not None
    fresh.connection.set_trace_callback(asked.append)
    return asked


def test_the_index_spares_the_query_as_long_as_nothing_is_written(
    fresh: SqliteFreshness, other: sqlite3.Connection, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh, "is_late", lambda: False)
    before = fresh.state()
    fresh.state()  # the index is there from the first look on
    asked = statements(fresh)
    assert [fresh.state() for _ in range(3)] == [before] * 3
    assert len(asked) == (0 if way == "index" else 3)
    other.execute("UPDATE site SET title = 'Another'")
    assert fresh.state().version > before.version
    assert len(asked) > 0


def test_a_change_of_another_program_is_seen_at_once_and_one_that_is_rolled_back_is_none(
    fresh: SqliteFreshness, other: sqlite3.Connection
) -> None:
    for title in ("One", "Two", "Three"):
        before = fresh.state()
        assert fresh.state() == before
        other.execute("BEGIN")
        other.execute("UPDATE site SET title = ?", (f"Not {title}",))
        other.execute("ROLLBACK")
        assert fresh.state() == before
        other.execute("UPDATE site SET title = ?", (title,))
        after = fresh.state()
        assert after.version > before.version
        assert fresh.state() == after


def test_the_hour_of_a_scheduled_post_is_another_state_without_any_change(
    fresh: SqliteFreshness, other: sqlite3.Connection, clock: Clock
) -> None:
    hour = NOON + timedelta(hours=1)
    columns = "slug, title, body, body_html, excerpt, words, created_at, updated_at, version, title_derived"
    other.execute(
        f"INSERT INTO post ({columns}, published_at) VALUES ('a', 'A', '', '', '', 0, ?, ?, 1, 0, ?)",
        (as_stored(NOON), as_stored(NOON), as_stored(hour)),
    )
    before = fresh.state()
    assert before.newest is None
    clock.move_to(hour - timedelta(microseconds=1))
    assert fresh.state() == before
    clock.move_to(hour)
    assert fresh.state() == before._replace(newest=hour)
    clock.move_to(NOON)
    assert fresh.state() == before


def test_a_file_that_takes_the_place_of_the_database_is_prepared_and_read(
    fresh: SqliteFreshness,
    database: Path,
    new_instance: Path,
    tmp_path: Path,
    prepared: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = fresh.state()
    copy = copy_instance(new_instance, tmp_path / "copy") / "blog.db"
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("UPDATE site SET title = 'From a copy', content_version = content_version + 5")
    monkeypatch.setattr(fresh, "is_late", lambda: True)
    for ending in ("", "-wal", "-shm"):
        database.with_name(f"{database.name}{ending}").unlink(missing_ok=True)
    with pytest.raises(Unreachable):
        fresh.state()
    copy.rename(database)
    assert fresh.state().version > before.version
    assert prepared == ["once"] * 2
    fresh.state()
    assert prepared == ["once"] * 2
