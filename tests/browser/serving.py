"""A real server for browser tests: `python app.py` in a separate process with its own instance."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import NamedTuple

from flask import Flask

from blog import create_app
from blog.store.db import db
from tests.forked import Forked
from tests.programs import ROOT, free_port


class Site(NamedTuple):
    """A running site."""

    url: str
    app: Flask
    """The same instance in this process, for changes behind the server's back: enter its app_context()."""
    process: ForkServerProcess
    printed: list[str]
    """The lines that the server printed at its start."""

    @property
    def instance(self) -> Path:
        return Path(self.app.config["INSTANCE"])


QUICK_PAUSE = "0.3"
"""Seconds until the form sends its text: what a test waits for each time. The site's own pause is two seconds."""


@contextmanager
def running(
    instance: Path, *, port: int = 0, path: str = "", pause: str | None = QUICK_PAUSE
) -> Iterator[Site]:
    """Serve `instance` until the end of the block, on `port` or on one that is free, below the path `path`.

    With None the form pauses as long as it does on a site that sets nothing.
    """
    port = port or free_port()
    url = f"http://127.0.0.1:{port}{path}"
    app = create_app({"INSTANCE": instance, "BASE_URL": url})
    environment = {**os.environ, "BLOG_INSTANCE": str(instance), "BLOG_PORT": str(port), "BLOG_BASE_URL": url}
    if pause is not None:
        environment["BLOG_AUTOSAVE_PAUSE"] = pause
    started = Forked(["app.py"], folder=ROOT, environment=environment, errors=instance / "server.log")
    process = started.process
    with started.stdout as lines:
        printed = [lines.readline()]
        while printed[-1] and "Scrollwork is at" not in printed[-1]:
            printed.append(lines.readline())
        try:
            yield Site(url, app, process, printed)
        finally:
            process.terminate()
            process.join(timeout=10)
            assert process.exitcode is not None
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
