"""What the database keeps true by itself, whoever writes to it: here somebody's sqlite3, foreign keys on or off."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.store.db import db
from blog.store.models import Post, Site
from blog.store.sqlite import triggers
from tests.conftest import NOON, Write

STAMP = "%Y-%m-%d %H:%M:%S.%f"
PAST = f"{NOON - timedelta(days=3):{STAMP}}"
NOW = f"{NOON:{STAMP}}"
AHEAD = f"{NOON + timedelta(days=3):{STAMP}}"
PUBLISHED = "published_at IS NOT NULL AND trashed_at IS NULL"


def insert_post(published_at: str, trashed_at: str, *, slug: str = "'new'") -> str:
    return f"""
        INSERT INTO post (slug, title, title_derived, body, body_html, excerpt, words, created_at, updated_at, version,
            published_at, trashed_at)
        VALUES ({slug}, 'Title', 0, '', '', '', 1, '{PAST}', '{PAST}', 1, {published_at}, {trashed_at});"""


@pytest.fixture
def sql(new_instance: Path) -> Iterator[sqlite3.Connection]:
    """Somebody's connection to a site with a live post (1), a draft (2) and one in the trash (3), each in a series."""
    with closing(copied(new_instance)) as connection:
        connection.executescript(
            insert_post(f"'{PAST}'", "NULL", slug="'live'")
            + insert_post("NULL", "NULL", slug="'draft'")
            + insert_post(f"'{PAST}'", f"'{NOW}'", slug="'trashed'")
            + """INSERT INTO tag (slug, name) VALUES ('both', ''), ('of-live', ''), ('of-draft', ''), ('of-trash', '');
            INSERT INTO post_tag (tag_id, post_id) VALUES (1, 1), (1, 2), (2, 1), (3, 2), (4, 3);
            INSERT INTO series (slug, title) VALUES ('read', 'Read'), ('begun', 'Begun'), ('thrown', 'Thrown away');
            UPDATE post SET series_id = id"""
        )
        yield connection


def copied(instance: Path) -> sqlite3.Connection:
    """A copy, in memory, of an instance's database."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    with closing(sqlite3.connect(instance / "blog.db")) as original:
        original.backup(copy)
    return copy


def version(sql: sqlite3.Connection) -> int:
    found: int = sql.execute("SELECT content_version FROM site").fetchone()[0]
    return found


def columns(model: Any, *, without: Sequence[str]) -> list[str]:
    return [column.name for column in model.__table__.columns if column.name not in without]


VISIBLE = {
    "a title in bulk": "UPDATE post SET title = upper(title)",
    "a date": f"UPDATE post SET published_at = '{PAST}' WHERE id = 1",
    "a withdrawal": "UPDATE post SET published_at = NULL WHERE id = 1",
    "the trash": f"UPDATE post SET trashed_at = '{NOW}' WHERE id = 1",
    "a return from the trash": "UPDATE post SET trashed_at = NULL WHERE id = 3",
    "a publication": f"UPDATE post SET published_at = '{NOW}' WHERE id = 2",
    "a publication ahead": f"UPDATE post SET published_at = '{AHEAD}' WHERE id = 2",
    "a new live post": insert_post(f"'{NOW}'", "NULL"),
    "a deletion": "DELETE FROM post WHERE id = 1",
    "a tag taken away": "DELETE FROM post_tag WHERE post_id = 1 AND tag_id = 1",
    "a tag put on": "INSERT INTO post_tag (tag_id, post_id) VALUES (3, 1)",
    "a tag exchanged": """UPDATE post_tag SET tag_id = 3
        WHERE post_id = 1 AND tag_id = 1""",
    "a tag's name": "UPDATE tag SET name = 'Other' WHERE id = 1",
    "a tag's address": "UPDATE tag SET slug = 'other' WHERE id = 1",
    "a tag's end": "DELETE FROM tag WHERE id = 2",
    "a series' title": "UPDATE series SET title = 'Other' WHERE id = 1",
    "a series' address": "UPDATE series SET slug = 'other' WHERE id = 1",
    "a series' end": "DELETE FROM series WHERE id = 1",
    "a part's number": "UPDATE post SET series_part = 7 WHERE id = 1",
    "another series": "UPDATE post SET series_id = 2 WHERE id = 1",
    "no series any more": "UPDATE post SET series_id = NULL WHERE id = 1",
    "a language": "UPDATE post SET language = 'ar' WHERE id = 1",
}
INVISIBLE = {
    "a new draft": insert_post("NULL", "NULL"),
    "a draft's text": "UPDATE post SET title = 'Other', body = 'Other', version = 2 WHERE id = 2",
    "a draft in the trash": f"UPDATE post SET trashed_at = '{NOW}' WHERE id = 2",
    "a draft's tag": "INSERT INTO post_tag (tag_id, post_id) VALUES (2, 2)",
    "a draft's tag taken away": "DELETE FROM post_tag WHERE post_id = 2",
    "a draft's deletion": "DELETE FROM post WHERE id = 2",
    "a text in the trash": "UPDATE post SET title = 'Other' WHERE id = 3",
    "a date in the trash": f"UPDATE post SET published_at = '{PAST}' WHERE id = 3",
    "a tag in the trash": "INSERT INTO post_tag (tag_id, post_id) VALUES (2, 3)",
    "the trash emptied": "DELETE FROM post WHERE trashed_at IS NOT NULL",
    "a new tag": "INSERT INTO tag (slug, name) VALUES ('new', 'New')",
    "the name of a tag that no live post carries": "UPDATE tag SET name = 'Other' WHERE id > 2",
    "the end of such a tag": "DELETE FROM tag WHERE id > 2",
    "the title of a series that no live post is in": "UPDATE series SET title = 'Other' WHERE id > 1",
    "the end of such a series": "DELETE FROM series WHERE id > 1",
    "a new series": "INSERT INTO series (slug, title) VALUES ('new', 'New')",
    "a draft's number": "UPDATE post SET series_part = 7 WHERE id = 2",
    "a draft that leaves its series": "UPDATE post SET series_id = NULL WHERE id = 2",
    "the first start's end": f"UPDATE site SET welcomed_at = '{NOW}'",
    "nothing": "UPDATE post SET title = 'Other' WHERE id = 99",
}


@pytest.mark.parametrize("statement", VISIBLE.values(), ids=VISIBLE)
@pytest.mark.parametrize("foreign_keys", ["ON", "OFF"])
def test_whatever_a_reader_can_see_raises_the_content_version(
    sql: sqlite3.Connection, statement: str, foreign_keys: str
) -> None:
    sql.execute(f"PRAGMA foreign_keys={foreign_keys}")
    before = version(sql)
    assert sql.execute(statement).rowcount > 0
    assert version(sql) > before


@pytest.mark.parametrize("statement", INVISIBLE.values(), ids=INVISIBLE)
@pytest.mark.parametrize("foreign_keys", ["ON", "OFF"])
def test_what_no_reader_can_see_leaves_the_content_version_alone(
    sql: sqlite3.Connection, statement: str, foreign_keys: str
) -> None:
    sql.execute(f"PRAGMA foreign_keys={foreign_keys}")
    before = version(sql)
    assert sql.execute(statement).rowcount > (-1 if statement == INVISIBLE["nothing"] else 0)
    assert version(sql) == before


@pytest.mark.parametrize("column", columns(Post, without=["id"]))
def test_each_column_of_a_live_post_is_something_a_reader_may_see(
    sql: sqlite3.Connection, column: str
) -> None:
    before = version(sql)
    sql.execute(f"UPDATE post SET {column} = {column} WHERE id = 1")
    assert version(sql) > before


@pytest.mark.parametrize(
    "column", columns(Site, without=["id", "content_version", "published", "welcomed_at"])
)
def test_each_choice_of_the_author_about_the_site_raises_the_content_version(
    sql: sqlite3.Connection, column: str
) -> None:
    """A column added to `site` has to be named in its trigger, or in this test among those nobody sees."""
    before = version(sql)
    sql.execute(f"UPDATE site SET {column} = {column}")
    assert version(sql) > before


def test_a_change_that_is_rolled_back_leaves_the_content_version_alone(sql: sqlite3.Connection) -> None:
    before = version(sql)
    sql.execute("BEGIN")
    sql.execute("UPDATE post SET title = 'Other'")
    assert version(sql) > before
    sql.execute("ROLLBACK")
    assert version(sql) == before


def test_installing_brings_what_the_triggers_keep_up_to_date(
    app: Flask, instance: Path, write: Write
) -> None:
    write(tags=["one", "two"], series="Read")
    write(tags=["one", "two"], draft=True, series="Read")
    write(series="Left")
    with closing(sqlite3.connect(instance / "blog.db", isolation_level=None)) as sql:
        for name in ("post_moved", "part_moved", "part_left"):
            sql.execute(f"DROP TRIGGER {name}")
        sql.execute("UPDATE post SET series_id = 1, series_part = NULL WHERE id > 1")
        sql.execute("UPDATE post SET published_at = ?", (NOW,))
        sql.execute("UPDATE site SET published = 77")
        before = version(sql)
        with app.app_context(), db.engine.begin() as connection:
            assert not triggers.installed(connection)
            triggers.install(connection)
            assert triggers.installed(connection)
        check_counts(sql)
        assert parts(sql) == [(1, 1, 1), (2, 1, 2), (3, 1, 3)]
        assert titles(sql) == {"Read"}
        assert version(sql) > before


def test_a_tag_that_takes_the_place_of_another_on_a_post_is_no_pair_with_it(sql: sqlite3.Connection) -> None:
    sql.execute("INSERT INTO post_tag (tag_id, post_id) VALUES (3, 1)")
    sql.executescript(insert_post(f"'{PAST}'", "NULL"))
    sql.execute("INSERT INTO post_tag (tag_id, post_id) SELECT 1, max(id) FROM post")
    sql.execute("UPDATE post_tag SET tag_id = 3 WHERE post_id = (SELECT max(id) FROM post)")
    check_counts(sql)


# --- series


def parts(sql: sqlite3.Connection) -> list[Any]:
    return sql.execute("SELECT id, series_id, series_part FROM post ORDER BY id").fetchall()


def titles(sql: sqlite3.Connection) -> set[str]:
    return {title for (title,) in sql.execute("SELECT title FROM series")}


def test_who_comes_into_a_series_without_a_number_comes_behind_the_last(sql: sqlite3.Connection) -> None:
    assert parts(sql) == [(1, 1, 1), (2, 2, 1), (3, 3, 1)]
    sql.execute("UPDATE post SET series_part = 40 WHERE id = 3")
    sql.execute("UPDATE post SET series_id = 3, series_part = NULL WHERE id < 3")
    assert parts(sql) == [(1, 3, 41), (2, 3, 42), (3, 3, 40)]
    sql.execute("UPDATE post SET series_part = NULL WHERE id = 3")
    assert parts(sql)[2] == (3, 3, 43), "a number that is taken away is given anew"
    for number in (4, 5):
        brought = insert_post("NULL", "NULL", slug=f"'new-{number}'")
        sql.execute(brought.replace("(slug,", "(series_id, slug,").replace("VALUES (", "VALUES (3, "))
    assert parts(sql)[3:] == [(4, 3, 44), (5, 3, 45)]


@pytest.mark.parametrize("foreign_keys", ["ON", "OFF"])
def test_a_series_ends_with_its_last_post_in_any_state(sql: sqlite3.Connection, foreign_keys: str) -> None:
    sql.execute(f"PRAGMA foreign_keys={foreign_keys}")
    sql.execute("UPDATE post SET series_id = 3 WHERE id = 2")
    assert titles(sql) == {"Read", "Thrown away"}
    sql.execute("DELETE FROM post WHERE id = 2")
    assert titles(sql) == {"Read", "Thrown away"}, "the one in the trash may come back"
    sql.execute("DELETE FROM post WHERE id = 3")
    assert titles(sql) == {"Read"}
    sql.execute("UPDATE post SET series_id = NULL")
    assert titles(sql) == set()


@pytest.mark.parametrize("foreign_keys", ["ON", "OFF"])
def test_the_posts_of_a_series_that_is_deleted_are_in_none(
    sql: sqlite3.Connection, foreign_keys: str
) -> None:
    sql.execute(f"PRAGMA foreign_keys={foreign_keys}")
    sql.execute("DELETE FROM series WHERE id = 1")
    assert parts(sql)[0] == (1, None, None)


# --- any sequence of changes

STATES = st.tuples(st.sampled_from([None, PAST, NOW, AHEAD]), st.sampled_from([None, None, NOW]))
POSTS, TAGS = st.integers(1, 5), st.integers(1, 3)
CHANGES: st.SearchStrategy[tuple[str, tuple[Any, ...]]] = st.one_of(
    STATES.map(lambda state: (insert_post("?", "?", slug="hex(randomblob(8))"), state)),
    st.tuples(
        st.just("UPDATE post SET published_at = ?, trashed_at = ? WHERE id = ?"),
        st.tuples(STATES, POSTS).map(lambda drawn: (*drawn[0], drawn[1])),
    ),
    st.tuples(
        st.just("UPDATE post SET published_at = ? WHERE id % 2 = ?"),
        st.tuples(st.just(NOW), st.integers(0, 1)),
    ),
    st.tuples(st.just("UPDATE post SET trashed_at = NULL WHERE id < ?"), POSTS.map(lambda post: (post,))),
    st.tuples(st.just("DELETE FROM post WHERE id = ?"), POSTS.map(lambda post: (post,))),
    st.tuples(
        # Of rows that are there: others are refused where foreign keys are on.
        st.just(
            """INSERT OR IGNORE INTO post_tag (tag_id, post_id)
            SELECT tag.id, post.id FROM tag, post WHERE tag.id = ? AND post.id = ?"""
        ),
        st.tuples(TAGS, POSTS),
    ),
    st.tuples(st.just("DELETE FROM post_tag WHERE tag_id = ? AND post_id >= ?"), st.tuples(TAGS, POSTS)),
    st.tuples(
        st.just(
            """UPDATE OR IGNORE post_tag SET tag_id = ?1
            WHERE tag_id = ?2 AND EXISTS (SELECT 1 FROM tag WHERE id = ?1)"""
        ),
        st.tuples(TAGS, TAGS),
    ),
    st.tuples(
        st.just(
            """UPDATE OR IGNORE post_tag SET post_id = ?1
            WHERE post_id = ?2 AND EXISTS (SELECT 1 FROM post WHERE id = ?1)"""
        ),
        st.tuples(POSTS, POSTS),
    ),
    st.tuples(
        st.just(
            "UPDATE post SET series_id = (SELECT id FROM series WHERE id = ?), series_part = ? WHERE id >= ?"
        ),
        st.tuples(TAGS, st.one_of(st.none(), st.integers(0, 3)), POSTS),
    ),
    st.tuples(st.just("UPDATE series SET title = title || '!' WHERE id = ?"), TAGS.map(lambda one: (one,))),
    st.tuples(st.just("DELETE FROM series WHERE id = ?"), TAGS.map(lambda one: (one,))),
    st.tuples(
        st.just("INSERT OR IGNORE INTO series (id, slug, title) VALUES (?1, ?1, ?1)"),
        TAGS.map(lambda one: (one,)),
    ),
    st.tuples(st.just("DELETE FROM tag WHERE id = ?"), TAGS.map(lambda tag: (tag,))),
    st.tuples(
        st.just("INSERT OR IGNORE INTO tag (id, slug, name) VALUES (?1, ?1, ?1)"),
        TAGS.map(lambda tag: (tag,)),
    ),
)


def check_counts(sql: sqlite3.Connection) -> None:
    """Work out afresh what the triggers keep."""
    assert (
        sql.execute("SELECT published FROM site").fetchone()
        == sql.execute(f"SELECT count(*) FROM post WHERE {PUBLISHED}").fetchone()
    )
    assert (
        sql.execute("SELECT id, published FROM tag ORDER BY id").fetchall()
        == sql.execute(
            f"""SELECT tag.id, (SELECT count(*) FROM post_tag JOIN post ON post.id = post_id
                WHERE tag_id = tag.id AND {PUBLISHED}) FROM tag ORDER BY tag.id"""
        ).fetchall()
    )
    assert (
        sql.execute("SELECT * FROM tag_pair WHERE published <> 0 ORDER BY 1, 2").fetchall()
        == sql.execute(
            f"""SELECT one.tag_id, other.tag_id, count(*) FROM post_tag one JOIN post_tag other
                ON other.post_id = one.post_id AND other.tag_id <> one.tag_id JOIN post ON post.id = one.post_id
                WHERE {PUBLISHED} GROUP BY 1, 2 ORDER BY 1, 2"""
        ).fetchall()
    )
    assert (
        sql.execute("SELECT * FROM post_pair ORDER BY 1, 2, 3, 4").fetchall()
        == sql.execute(
            f"""SELECT one.tag_id, other.tag_id, published_at, post.id FROM post_tag one JOIN post_tag other
                ON other.post_id = one.post_id AND other.tag_id > one.tag_id JOIN post ON post.id = one.post_id
                WHERE {PUBLISHED} ORDER BY 1, 2, 3, 4"""
        ).fetchall()
    )
    assert not sql.execute(
        f"""SELECT slug FROM post WHERE {PUBLISHED}
            AND NOT EXISTS (SELECT 1 FROM redirect WHERE redirect.slug = post.slug AND post_id = post.id)"""
    ).fetchall()
    assert not sql.execute(
        """SELECT slug FROM tag WHERE published > 0
            AND NOT EXISTS (SELECT 1 FROM tag_redirect WHERE tag_redirect.slug = tag.slug AND tag_id = tag.id)"""
    ).fetchall()
    assert not sql.execute(
        "SELECT id FROM post WHERE (series_id IS NULL) <> (series_part IS NULL)"
    ).fetchall()
    assert not sql.execute(
        "SELECT id FROM post WHERE series_id > 0 AND series_id NOT IN (SELECT id FROM series)"
    ).fetchall()
    for live_from, published_at, trashed_at in sql.execute(
        "SELECT live_from, published_at, trashed_at FROM post_tag LEFT JOIN post ON post.id = post_id"
    ):
        assert live_from == (
            published_at if published_at and not trashed_at else "9999-12-31 23:59:59.999999"
        )


def seen(sql: sqlite3.Connection) -> tuple[list[Any], ...]:
    """All that readers see of posts, tags and series, scheduled posts included."""
    posts = sql.execute(f"SELECT * FROM post WHERE {PUBLISHED} ORDER BY id").fetchall()
    tags = sql.execute(
        f"""SELECT post_id, tag.slug FROM post_tag JOIN tag ON tag.id = tag_id JOIN post ON post.id = post_id
            WHERE {PUBLISHED} ORDER BY 1, 2"""
    ).fetchall()
    series = sql.execute(
        f"""SELECT DISTINCT series.slug, series.title FROM series JOIN post ON series_id = series.id
            WHERE {PUBLISHED} ORDER BY 1"""
    ).fetchall()
    return posts, tags, series


# Posts to begin with, and their tags in the order in which they are put on: from nothing, few changes make pairs.
FIRST = st.lists(st.tuples(STATES, st.lists(TAGS, unique=True, min_size=1)), max_size=4)


@given(first=FIRST, changes=st.lists(CHANGES, max_size=25), foreign_keys=st.booleans())
@settings(max_examples=150, deadline=None)
def test_after_any_changes_the_counts_equal_a_recount_and_what_is_seen_has_another_version(
    new_instance: Path,
    first: list[tuple[Any, list[int]]],
    changes: list[tuple[str, tuple[Any, ...]]],
    foreign_keys: bool,
) -> None:
    with closing(copied(new_instance)) as sql:
        sql.execute(f"PRAGMA foreign_keys={foreign_keys:d}")
        sql.executemany("INSERT INTO tag (slug, name) VALUES (?1, ?1)", [("a",), ("b",), ("c",)])
        for number, (state, tags) in enumerate(first, start=1):
            sql.execute(insert_post("?", "?", slug=f"'first-{number}'"), state)
            carried = [(tag, number) for tag in tags]
            sql.executemany("INSERT INTO post_tag (tag_id, post_id) VALUES (?, ?)", carried)
        check_counts(sql)
        for statement, values in changes:
            before = version(sql), seen(sql)
            sql.execute(statement, values)
            check_counts(sql)
            if seen(sql) != before[1]:
                assert version(sql) > before[0]


def test_every_post_has_a_name_of_its_own_in_feeds_and_keeps_it(sql: sqlite3.Connection) -> None:
    def names() -> dict[int, str]:
        return dict(sql.execute("SELECT id, feed_id FROM post").fetchall())

    before = names()
    urn = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert len(set(before.values())) == 3
    assert all(urn.fullmatch(name) for name in before.values())
    sql.execute("UPDATE post SET slug = slug || '-moved', published_at = NULL, version = version + 1")
    assert names() == before
    sql.execute(insert_post("NULL", "NULL", slug="'brought'"))
    sql.execute("UPDATE post SET feed_id = 'tag:elsewhere.example,2001:1' WHERE slug = 'brought'")
    assert names()[4] == "tag:elsewhere.example,2001:1", "a post that is brought in may keep the one it had"
    sql.execute(insert_post("NULL", "NULL", slug="'last'"))
    assert urn.fullmatch(names()[5])
    assert urn.fullmatch(sql.execute("SELECT feed_id FROM site").fetchone()[0])
