"""README's commands for a copy of a running site, as they stand there."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from blog import clock, create_app
from blog.media import images
from blog.store.db import db
from blog.writing import editing
from tests.pictures import picture
from tests.programs import ROOT, server


def commands() -> str:
    section = (
        (ROOT / "README.md").read_text().partition("### A copy of a running site\n")[2].partition("\n## ")[0]
    )
    lines = re.findall(r"^    (.+)$", section, re.MULTILINE)
    assert len(lines) == 3
    return "\n".join(lines)


def test_the_copy_has_the_newest_post_its_picture_and_the_key(
    make_app: Callable[..., Flask], instance: Path, tmp_path: Path
) -> None:
    place = tmp_path / "site"
    (place / ".venv/bin").mkdir(parents=True)
    python = place / ".venv/bin/python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (place / "instance").symlink_to(instance)
    app = make_app()
    with server(instance) as it:
        it.wait()
        with app.app_context():
            kept = images.store(instance / "media", picture(40, 30)).hash
            editing.create(editing.Text("Written just now.", "The newest"), published_at=clock.now())
            subprocess.run(["sh", "-euc", commands()], cwd=place, check=True, timeout=60)
            shutil.copy(instance / "blog.db", place / "plain.db")
            db.session.remove()
    assert (
        b"Written just now." not in (place / "plain.db").read_bytes()
    )  # it is in the log: the reason for all this
    copy = create_app({"INSTANCE": place / "copy", "BASE_URL": "http://localhost"})
    assert "The newest" in copy.test_client().get("/").text
    with copy.test_client().get(f"/media/{kept}/40.webp") as answer:
        assert answer.status_code == 200
    assert copy.config["SECRET_KEY"] == app.config["SECRET_KEY"]
    assert (place / "copy").stat().st_mode & 0o777 == 0o700
