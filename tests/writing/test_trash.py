"""The trash is emptied hourly, whether or not anybody saves."""

from datetime import timedelta
from pathlib import Path

from flask import Flask

from blog.server.periodic import Pinger
from blog.store.db import db
from blog.store.models import Post
from blog.writing import editing
from tests.conftest import Clock, Write


def test_what_was_in_the_trash_for_thirty_days_goes_though_nobody_saves(
    app: Flask, clock: Clock, write: Write, instance: Path
) -> None:
    post_id = write("Thrown away")
    drawn = instance / "sharing" / str(post_id)
    with app.app_context():
        editing.trash(post_id)
        db.session.remove()
    drawn.mkdir(parents=True, exist_ok=True)
    thread = Pinger(app, [])

    def is_there() -> bool:
        with app.app_context():
            found = db.session.get(Post, post_id) is not None
            db.session.remove()
            return found

    thread.empty_trash()
    clock.move_to(clock.now + timedelta(days=29, hours=23))
    thread.empty_trash()
    assert is_there()
    clock.move_to(clock.now + timedelta(minutes=59))
    thread.empty_trash()
    assert is_there(), "it is looked through once an hour"
    clock.move_to(clock.now + timedelta(minutes=2))
    thread.empty_trash()
    assert not is_there()
    assert not drawn.exists()
