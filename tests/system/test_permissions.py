"""No other user of the machine reads what an installation owns."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from blog import create_app
from blog.errors import BlogError
from blog.store.current import backend
from blog.store.db import db
from blog.writing import editing
from tests.programs import server


def open_to_others(instance: Path) -> list[str]:
    """What in `instance` others could reach: its own mode, and that of whatever lies in it directly or in backups."""
    paths = [instance, *instance.iterdir(), *(instance / "backups").glob("*")]
    return [f"{path} {stat.S_IMODE(path.stat().st_mode):o}" for path in paths if path.stat().st_mode & 0o077]


@pytest.fixture(autouse=True)
def generous_machine() -> Iterator[None]:
    """On which a new file may be read by everybody unless its program says otherwise."""
    mask = os.umask(0)
    yield
    os.umask(mask)


def test_a_new_instance_is_its_owners_alone(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    app = create_app({"INSTANCE": instance})
    with app.app_context():
        editing.create(editing.Text("Some words.", "A post"))
        assert {"blog.db", "blog.db-wal", "blog.db-shm"} <= {path.name for path in instance.iterdir()}
        copy = instance / "backups" / "copy.db"
        backend.copy_to(copy)
        assert open_to_others(instance) == []
        db.session.remove()
        db.engine.dispose()


def test_an_instance_that_everybody_could_read_is_mended_by_the_next_start(
    instance: Path, make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    backups = instance / "backups"
    backups.mkdir()
    (backups / "old.db").write_bytes(b"")
    (instance / "blog.db-wal").touch()
    elsewhere = tmp_path / "on another disk"
    elsewhere.mkdir()
    (instance / "media").symlink_to(elsewhere)
    for path in (instance, *instance.iterdir(), backups / "old.db"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
    make_app()
    (instance / "media").unlink()
    assert open_to_others(instance) == []
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o777  # what a link leads to is somebody's decision


def test_a_running_site_leaves_nothing_open(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    with server(instance) as started:
        started.wait()
        (instance / started.log.name).unlink()  # the test's own
        assert open_to_others(instance) == []


def test_a_database_elsewhere_is_its_owners_alone_too(
    instance: Path, tmp_path: Path, make_app: Callable[..., Flask]
) -> None:
    database = (instance / "blog.db").rename(tmp_path / "elsewhere.db")
    database.chmod(0o644)
    make_app(SQLALCHEMY_DATABASE_URI=f"sqlite:///{database}")
    assert stat.S_IMODE(database.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["folder", "letters.txt"])
def test_what_is_no_database_keeps_its_rights_when_a_wrong_setting_names_it(
    instance: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "letters.txt").write_text("Of everybody here.")
    named = tmp_path / name
    named.chmod(0o755)
    with pytest.raises(BlogError):
        create_app({"INSTANCE": instance, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{named}"})
    assert stat.S_IMODE(named.stat().st_mode) == 0o755
