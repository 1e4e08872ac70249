"""Databases of every age become what the code expects, without losing a row, or stay what they were."""

import fcntl
import json
import re
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from blog import create_app
from blog.errors import DatabaseUnusable
from blog.store import upgrading
from blog.store.db import Base, db
from blog.store.migrations import HEAD
from blog.store.models import search_due, search_text
from blog.store.sqlite import connections, triggers
from blog.writing import post_form
from tests.conftest import DATA
from tests.programs import is_one_sentence, rows, run, server
from tests.shown import shown
from tests.signing_in import author_client
from tests.web.author.forms import values

SCRIPTS = upgrading.SCRIPTS
MakeApp = Callable[..., Flask]

MIGRATION = '''
"""A migration for a test."""

import os
import signal

import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{head}"


def upgrade() -> None:
    for table in ("post", "tag"):
        kept = {{"sqlite_autoincrement": True}} if table == "post" else {{}}
        with op.batch_alter_table(table, recreate="always", table_kwargs=kept) as batch:
            batch.add_column(sa.Column("added", sa.String, server_default="new"))
    {more}
'''


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The instance of a site that was made with the first version of the schema."""
    instance = tmp_path / "old"
    instance.mkdir()
    with closing(sqlite3.connect(instance / "blog.db")) as connection:
        connection.executescript((DATA / "database-0001.sql").read_text(encoding="utf-8"))
    return instance


@pytest.fixture
def old_app(old: Path, make_app: MakeApp) -> Flask:
    """That site, at the present version; without the copy that was made on the way here."""
    app = make_app(INSTANCE=old)
    for copy in copies(old):
        copy.unlink()
    return app


@pytest.fixture
def scripts(tmp_path: Path) -> Callable[[str], Path]:
    """The migrations there are, and one more that makes the tables anew."""

    def write(more: str = "") -> Path:
        folder = tmp_path / "versions"
        shutil.copytree(SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "9000_test.py").write_text(MIGRATION.format(head=HEAD, more=more), encoding="utf-8")
        return folder

    return write


def upgrade(app: Flask, scripts: Path) -> upgrading.Upgrade | None:
    with app.app_context():
        db.engine.dispose()
        return upgrading.upgrade(app.config["INSTANCE"], scripts=scripts, head="9000")


def copies(instance: Path) -> list[Path]:
    return list(instance.glob("backups/*"))


def ours(_object: Any, name: str | None, kind: str, *_where: object) -> bool:
    """Whether a table is the models': those of the index for search are made by themselves."""
    return not (kind == "table" and (name or "").startswith("post_search"))


def structure(connection: sa.Connection) -> dict[str, Any]:
    """All that SQLite knows about each table and that comparing with Alembic leaves out."""

    def ask(pragma: str) -> list[tuple[Any, ...]]:
        return sorted(map(tuple, connection.exec_driver_sql(f"PRAGMA {pragma}")), key=repr)

    found = {}
    for name, sql in connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' "
        "AND name NOT GLOB 'post_search*'"
    ):
        indexes = [
            (index[1].replace("sqlite_autoindex", ""), index[2:], ask(f'index_xinfo("{index[1]}")'))
            for index in ask(f'index_list("{name}")')
        ]
        found[name] = {
            # In any order: a column that is added later stands last.
            "columns": sorted((column[1:] for column in ask(f'table_xinfo("{name}")')), key=repr),
            "keys": ask(f'foreign_key_list("{name}")'),
            "indexes": sorted(((unique, columns) for _, unique, columns in indexes), key=repr),
            "names": sorted(re.findall(r"CONSTRAINT (\w+)", sql)),
            "words": sorted(re.findall("AUTOINCREMENT|WITHOUT ROWID|CHECK|CASCADE", sql)),
        }
    return found


# --- the schema and the models


def test_a_new_database_is_what_the_models_say(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "include_object": ours}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_posts_of_before_there_were_feeds_get_their_names_for_good(old_app: Flask, make_app: MakeApp) -> None:
    def names(app: Flask) -> list[str]:
        with app.app_context(), db.engine.connect() as connection:
            return list(
                connection.scalars(sa.text("SELECT feed_id FROM post UNION SELECT feed_id FROM site"))
            )

    before = names(old_app)
    assert len(before) > 2
    assert all(name.startswith("urn:uuid:") for name in before)
    assert names(make_app(INSTANCE=old_app.config["INSTANCE"])) == before


def test_migrating_makes_the_very_tables_that_the_models_would_make(app: Flask, old_app: Flask) -> None:
    modelled = sa.create_engine("sqlite://")
    Base.metadata.create_all(modelled)
    with modelled.connect() as connection:
        expected = structure(connection)
    modelled.dispose()
    assert expected.keys() == Base.metadata.tables.keys() - {search_due.name, search_text.name}
    for each in (app, old_app):
        with each.app_context(), db.engine.connect() as connection:
            made = structure(connection)
        assert made.pop("alembic_version")
        assert made == expected


def test_the_tables_that_search_looks_through_are_those_of_the_models(app: Flask, old_app: Flask) -> None:
    """The index makes them, not a migration."""
    for each in (app, old_app):
        with each.app_context(), db.engine.connect() as connection:
            for table in (search_due, search_text):
                found = sa.inspect(connection)
                columns = [(column["name"], str(column["type"])) for column in found.get_columns(table.name)]
                assert columns == [(column.name, str(column.type)) for column in table.columns]
                assert found.get_pk_constraint(table.name)["constrained_columns"] == ["id"]


def test_the_head_that_the_code_names_is_that_of_the_scripts() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS.parent))
    config.set_main_option("path_separator", "newline")
    directory = ScriptDirectory.from_config(config)
    assert directory.get_heads() == [HEAD]
    # By this a start tells a database of a newer version from one to upgrade.
    for script in directory.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")


def test_a_first_start_makes_no_copy(tmp_path: Path, make_app: MakeApp) -> None:
    app = make_app(INSTANCE=tmp_path / "fresh" / "deeper")
    assert app.extensions["upgrade"] == upgrading.Upgrade(None, HEAD, None)
    assert copies(tmp_path / "fresh" / "deeper") == []


# --- upgrading


def test_what_forms_kept_before_there_were_series_opens_and_takes_no_series_away(
    old: Path, make_app: MakeApp
) -> None:
    """A site of the schema before: a revision and an unsaved text without the fields that came since."""
    engine = sa.create_engine(f"sqlite:///{old / 'blog.db'}")
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS.parent))
    with engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        triggers.remove(connection)
        command.upgrade(config, "0009")
        kept = json.dumps({"title": "An old site", "body": "Kept.", "tags": "salt"})
        connection.execute(
            sa.text(
                f"""INSERT INTO revision (post_id, version, reason, fields, made_at)
                VALUES (1, 1, 'saved', '{kept}', '2026-01-01 00:00:00.000000')"""
            )
        )
        connection.execute(
            sa.text(
                f"""INSERT INTO draft (form, sent, post_id, base_version, fields, zone, saved_at)
                VALUES ('then', 1, 1, 1, '{kept}', '', '2026-01-01 00:00:00.000000')"""
            )
        )
    engine.dispose()
    app = make_app(INSTANCE=old)
    assert app.extensions["upgrade"].before == "0009"
    with app.app_context():
        post = post_form.opened(1)
        assert (post.series, post.series_part, post.language) == (None, None, "")
    author = author_client(app)
    form = values(author.get("/author/posts/1?saved").text)
    assert (form["series"], form["series_part"], form["language"]) == ("", "", "")
    author.post("/author/posts/1", data={**form, "series": "Salt", "language": "de", "action": "save"})
    # The text that was kept goes on with the series that the post has now; so does what it was then, when restored.
    unsaved = values(author.get("/author/posts/1").text)
    assert (unsaved["body"], unsaved["series"], unsaved["language"]) == ("Kept.", "Salt", "de")
    conflict = author.post("/author/posts/1", data={**unsaved, "action": "save"})
    assert conflict.status_code == 409
    held = values(conflict.text, "form[@action='/author/posts/1/join']")
    joined = author.post("/author/posts/1/join", data=held)
    assert values(author.get(joined.location).text)["series"] == "Salt"
    shown = author.get("/author/posts/1/revisions/1")
    assert "<h3>Series</h3>" not in shown.text
    author.post("/author/posts/1/revisions/1/restore", data={"base_version": "2"})
    with app.app_context():
        post = post_form.opened(1)
        assert post.body == "Kept."
        assert post.series is not None
        assert (post.series.title, post.language) == ("Salt", "de")


def test_an_old_site_is_readable_and_keeps_its_rows(old: Path, make_app: MakeApp) -> None:
    before = rows(old)
    app = make_app(INSTANCE=old)
    (copy,) = copies(old)
    assert app.extensions["upgrade"] == upgrading.Upgrade("0001", HEAD, copy)
    after = rows(old)
    for name in ("post", "post_tag", "tag"):
        width = len(before[name][0])  # new columns stand behind the old ones
        assert [row[:width] for row in after[name]] == before[name]
    # What was published before addresses were noted leads on from now on, too.
    assert set(after["redirect"]) == {(row[1], row[0]) for row in before["post"] if row[8] and not row[11]}
    page = app.test_client().get("/")
    assert "An old site" in page.text
    assert shown(page.text).counts == {"salt": 2, "pepper": 1}


def test_a_table_is_made_anew_without_losing_a_row_a_trigger_or_an_id(
    old: Path, old_app: Flask, scripts: Callable[[str], Path]
) -> None:
    before = rows(old)
    done = upgrade(old_app, scripts(""))
    assert done is not None
    assert (done.before, done.after) == (HEAD, "9000")

    after = rows(old)
    assert after.pop("alembic_version") == [("9000",)]
    before.pop("alembic_version")
    for name in ("post", "tag"):
        after[name] = [row[:-1] for row in after[name] if row[-1] == "new"]
    # The counts were worked out afresh and came out the same; cached pages of the old code are never asked for again.
    (site,) = before["site"]
    (site_after,) = after["site"]
    assert [new for new, was in zip(site_after, site, strict=True) if new != was] == [site[8] + 1]
    del before["site"], after["site"]
    assert after == before
    assert len(after["post_tag"]) == 7

    with old_app.app_context(), db.engine.connect() as connection:
        assert triggers.installed(connection)
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert "AUTOINCREMENT" in str(
            connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'post'").scalar()
        )
        connection.exec_driver_sql("DELETE FROM post WHERE id = 1")
        assert connection.exec_driver_sql("SELECT count(*) FROM post_tag").scalar() == 5


def test_a_copy_is_made_first_that_opens_and_holds_everything(
    old: Path, old_app: Flask, scripts: Callable[[str], Path], tmp_path: Path
) -> None:
    before = rows(old)
    done = upgrade(old_app, scripts(""))
    assert done is not None
    assert [done.copy] == copies(old)
    assert upgrading.in_words(done) == (
        f"Upgraded the database from {HEAD} to 9000. A backup is in {done.copy}."
    )
    restored = tmp_path / "restored"
    restored.mkdir()
    shutil.copy(copies(old)[0], restored / "blog.db")
    assert rows(restored) == before
    assert create_app({"INSTANCE": restored}).test_client().get("/").status_code == 200
    assert (
        upgrade(old_app, SCRIPTS.parent.parent / "nowhere") is None
    )  # nothing to be done: no script is looked for
    assert len(copies(old)) == 1


@pytest.mark.parametrize(
    "more",
    [
        'op.execute("INSERT INTO nowhere VALUES (1)")',
        'op.execute("DELETE FROM tag WHERE id = 1")',  # its rows in post_tag would be without their tag
        'raise KeyError("a bug")',
    ],
)
def test_a_migration_that_fails_leaves_the_database_as_it_was(
    old: Path, old_app: Flask, scripts: Callable[[str], Path], more: str
) -> None:
    before = rows(old)
    with pytest.raises(DatabaseUnusable, match=r"could not be upgraded .* and was not changed") as failed:
        upgrade(old_app, scripts(more))
    assert is_one_sentence(failed.value.message)
    assert rows(old) == before
    assert copies(old) == []
    with old_app.app_context(), db.engine.connect() as connection:
        assert triggers.installed(connection)
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert old_app.test_client().get("/").status_code == 200


def test_a_migration_that_is_killed_leaves_the_database_as_it_was(
    old: Path, old_app: Flask, scripts: Callable[[str], Path]
) -> None:
    before = rows(old)
    folder = scripts("os.kill(os.getpid(), signal.SIGKILL)")
    code = (
        "import sys; from pathlib import Path; from blog import create_app; from blog.store import upgrading\n"
        "app = create_app()\n"
        f"with app.app_context(): upgrading.upgrade(app.config['INSTANCE'], scripts=Path({str(folder)!r}), head='9000')"
    )
    assert run(old, "-c", code).returncode == -9
    assert rows(old) == before
    assert old_app.test_client().get("/").status_code == 200


def test_a_database_of_a_newer_version_is_left_alone_in_one_sentence(old: Path) -> None:
    with closing(sqlite3.connect(old / "blog.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = rows(old)
    started = run(old, "app.py", PORT=1)
    assert (started.returncode, started.stdout) == (1, "")
    assert "was written by a newer version of Scrollwork" in started.stderr
    assert is_one_sentence(started.stderr)
    assert rows(old) == before
    assert copies(old) == []


def test_changed_triggers_are_put_right_at_the_next_start_without_a_migration(
    instance: Path, make_app: MakeApp
) -> None:
    with closing(sqlite3.connect(instance / "blog.db")) as database, database:
        database.execute("DROP TRIGGER post_inserted")
        database.execute("CREATE TRIGGER tag_added AFTER INSERT ON tag BEGIN DELETE FROM post; END")
        database.execute("UPDATE site SET published = 7")
    app = make_app()
    assert app.extensions["upgrade"] == upgrading.Upgrade(HEAD, HEAD, None)
    with app.app_context(), db.engine.connect() as connection:
        assert triggers.installed(connection)
    assert shown(app.test_client().get("/").text).total == 0
    assert copies(instance) == []
    assert make_app().extensions["upgrade"] is None


def test_a_start_with_nothing_to_do_does_without_alembic(old: Path, old_app: Flask, tmp_path: Path) -> None:
    code = "import sys; from blog import create_app; create_app(); print('alembic' in sys.modules)"
    assert run(old, "-c", code).stdout == "False\n"
    assert run(tmp_path / "fresh", "-c", code).stdout == "True\n"


# --- what stands in the way


def test_a_file_that_is_no_database_is_one_sentence_and_stays(tmp_path: Path) -> None:
    (tmp_path / "blog.db").write_bytes(b"My diary, which is no database.\n" * 200)
    with pytest.raises(DatabaseUnusable, match="file is not a database") as refused:
        create_app({"INSTANCE": tmp_path})
    assert is_one_sentence(refused.value.message)
    assert (tmp_path / "blog.db").read_bytes().startswith(b"My diary")


def test_a_folder_in_the_place_of_the_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "blog.db").mkdir()
    with pytest.raises(DatabaseUnusable, match="unable to open database file") as refused:
        create_app({"INSTANCE": tmp_path})
    assert is_one_sentence(refused.value.message)


@pytest.mark.long
def test_a_database_that_somebody_holds_is_one_sentence(
    instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(instance / "blog.db")) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseUnusable, match="database is locked") as refused:
            create_app({"INSTANCE": instance})
    assert is_one_sentence(refused.value.message)


def test_a_start_waits_for_an_upgrade_under_way(instance: Path, make_app: MakeApp) -> None:
    with (instance / "upgrade.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        starting = threading.Thread(target=make_app)
        starting.start()
        starting.join(0.5)
        assert starting.is_alive()
    starting.join(30)
    assert not starting.is_alive()


@pytest.mark.long
def test_servers_that_start_together_on_an_empty_instance_all_serve(tmp_path: Path) -> None:
    instance = tmp_path / "fresh"
    with ExitStack() as stack:
        servers = [stack.enter_context(server(instance)) for _ in range(3)]
        for each in servers:
            each.wait()
            with urlopen(f"http://127.0.0.1:{each.port}/", timeout=30) as response:
                assert 'data-announce="30 posts"' in response.read().decode()
    assert len(rows(instance)["post"]) == 30
