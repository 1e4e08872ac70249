"""The README's commands for backing up a running site and its steps to restore a backup, run as written."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from blog import clock, create_app
from blog.media import images
from blog.store.db import db
from blog.writing import editing
from tests.pictures import picture
from tests.programs import ROOT, server


def section(heading: str) -> str:
    """The text below a heading of the README, up to the next heading."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition(f"### {heading}\n")[2]
    return re.split(r"^##", text, maxsplit=1, flags=re.MULTILINE)[0]


def commands() -> str:
    lines = re.findall(r"^    (.+)$", section("A copy of a running site"), re.MULTILINE)
    assert len(lines) == 3
    return "\n".join(lines)


def files(number: int) -> list[str]:
    """The files and folders that a restore step names."""
    step = re.search(rf"^{number}\. (.+(?:\n   .+)*)", section("Restore a copy"), re.MULTILINE)
    assert step
    return re.findall(r"`([\w.-]+)/?`", step[1])


def run(place: Path) -> None:
    subprocess.run(["sh", "-euc", commands()], cwd=place, check=True, timeout=60)


@pytest.fixture
def place(instance: Path, tmp_path: Path) -> Path:
    """A checkout with an environment and an instance, as the commands expect."""
    place = tmp_path / "site"
    (place / ".venv/bin").mkdir(parents=True)
    python = place / ".venv/bin/python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (place / "instance").symlink_to(instance)
    return place


def test_the_copy_has_the_newest_post_its_picture_and_the_key(
    make_app: Callable[..., Flask], instance: Path, place: Path
) -> None:
    app = make_app()
    with server(instance) as it:
        it.wait()
        with app.app_context():
            kept = images.store(instance / "media", picture(40, 30)).hash
            editing.create(editing.Text("Written just now.", "The newest"), published_at=clock.now())
            run(place)
            shutil.copy(instance / "blog.db", place / "plain.db")
            db.session.remove()
    assert (
        b"Written just now." not in (place / "plain.db").read_bytes()
    )  # the row is only in the log, which is why a plain copy is not enough
    copy = create_app({"INSTANCE": place / "copy", "BASE_URL": "http://localhost"})
    assert "The newest" in copy.test_client().get("/").text
    with copy.test_client().get(f"/media/{kept}/40.webp") as answer:
        assert answer.status_code == 200
    assert copy.config["SECRET_KEY"] == app.config["SECRET_KEY"]
    assert (place / "copy").stat().st_mode & 0o777 == 0o700


def test_a_copy_takes_the_place_of_what_was_written_since(
    make_app: Callable[..., Flask], instance: Path, place: Path
) -> None:
    since = make_app()
    (instance / "media").mkdir(exist_ok=True)
    run(place)
    with since.app_context():
        editing.create(editing.Text("Words.", "Written since"), published_at=clock.now())
        db.session.remove()
    assert "Written since" in since.test_client().get("/").text
    gone, put = files(2), files(3)
    assert {"blog.db", "blog.db-wal", "blog.db-shm"} == set(gone)
    assert "blog.db" in put
    assert (instance / "blog.db-wal").exists()
    for name in gone:
        (instance / name).unlink()
    for name in put:
        subprocess.run(["cp", "-a", place / "copy" / name, instance], check=True)
    restored = create_app({"INSTANCE": instance}).test_client().get("/")
    assert restored.status_code == 200
    assert "Written since" not in restored.text
