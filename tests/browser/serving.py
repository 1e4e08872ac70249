"""A real server for a browser: `python app.py` in a process of its own, on an instance of its own."""

import multiprocessing
import os
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import NamedTuple

from flask import Flask

from blog import create_app
from blog.db import db
from tests.commands import ROOT, free_port


class Site(NamedTuple):
    """A running site."""

    url: str
    app: Flask
    """The same instance in this process, to change something behind the server's back: enter its app_context()."""
    process: ForkServerProcess
    printed: list[str]
    """The lines that the server printed at its start."""

    @property
    def instance(self) -> Path:
        return Path(self.app.config["INSTANCE"])


# Importing the blog takes longer than anything else in the start of a server, so it is done once: each server is forked
# from a process that has done nothing else.
forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(["blog"])


def run_app(environment: dict[str, str], console: Connection, log: Path) -> None:
    """`python app.py` in this process: what it prints goes to `console`, what it logs to `log`."""
    os.environ.update(environment)
    os.dup2(console.fileno(), sys.stdout.fileno())
    with log.open("wb") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())
    console.close()
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")


@contextmanager
def running(instance: Path, *, port: int = 0, path: str = "") -> Iterator[Site]:
    """Serve `instance` until the end of the block, on `port` or on one that is free, below the path `path`."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}{path}"
    app = create_app({"INSTANCE": instance, "BASE_URL": url})
    environment = {**os.environ, "BLOG_INSTANCE": str(instance), "BLOG_PORT": str(port), "BLOG_BASE_URL": url}
    console, its_console = forks.Pipe(duplex=False)
    process = forks.Process(target=run_app, args=(environment, its_console, instance / "server.log"))
    process.start()
    its_console.close()
    with console, os.fdopen(console.fileno(), closefd=False) as lines:
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
