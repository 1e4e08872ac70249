"""Commands and servers, as a person or a script runs them, and the database as rows to compare."""

import os
import secrets
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from click.testing import Result
from flask import Flask

from tests.forked import Forked

ROOT = Path(__file__).resolve().parents[1]


def flask(app: Flask, *arguments: str | Path) -> Result:
    """`flask …` in this process."""
    return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])


def environment(instance: Path, **settings: object) -> dict[str, str]:
    """The environment of a process on `instance`, with none of the settings that this one may have."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("BLOG_")}
    named = {f"BLOG_{name}": str(value) for name, value in settings.items()}
    return {**rest, "BLOG_INSTANCE": str(instance), **named}


def run(instance: Path, *arguments: str | Path, **settings: object) -> subprocess.CompletedProcess[str]:
    """`python …` in a process of its own, until it ends."""
    command = list(map(str, arguments))
    with TemporaryDirectory() as folder:
        errors = Path(folder, "errors")
        process = Forked(command, folder=ROOT, environment=environment(instance, **settings), errors=errors)
        # A thread reads meanwhile, for a pipe that is full would hold the process up.
        with process.stdout, ThreadPoolExecutor(1) as reader:
            written = reader.submit(process.stdout.read)
            try:
                process.wait(60)
            finally:
                process.kill()
            return subprocess.CompletedProcess(command, process.wait(), written.result(), errors.read_text())


def run_flask(instance: Path, *arguments: str | Path, **settings: object) -> subprocess.CompletedProcess[str]:
    return run(instance, "-m", "flask", "--app", "app", *arguments, **settings)


def free_port() -> int:
    """A port for a server, of those that the system gives to no connection of its own meanwhile."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Server(NamedTuple):
    """A server that is starting, in a process of its own."""

    process: Forked
    port: int
    log: Path

    def wait(self) -> list[str]:
        """Until it says where the site is; all that it said on standard output."""
        lines: list[str] = []
        while not any("Scrollwork is at" in line for line in lines):
            lines.append(self.process.stdout.readline())
            assert lines[-1], self.log.read_text()
        return lines


@contextmanager
def server(instance: Path, *command: str | Path, **settings: object) -> Iterator[Server]:
    """`python app.py`, or another command that serves `instance`, until the end of the block."""
    port = free_port()
    instance.mkdir(exist_ok=True)
    log = instance / f"server-{port}.log"
    log.touch()
    process = Forked(
        list(map(str, command or ["app.py"])),
        folder=ROOT,
        environment=environment(instance, **{"PORT": port, **settings}),
        errors=log,
    )
    with process.stdout:
        try:
            yield Server(process, port, log)
        finally:
            process.terminate()
            process.wait()


def rows(instance: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the database, table by table: the content version and the next ids too."""
    with closing(sqlite3.connect(instance / "blog.db")) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall()
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for (name,) in tables
        }


@contextmanager
def somebody_else() -> Iterator[None]:
    """Root may read and write everything, so for a moment this process is nobody."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def is_one_sentence(text: str) -> bool:
    """Whether `text` is one line that ends like a sentence, and nothing that a program says to programmers."""
    line = text.removeprefix("Error: ").removesuffix("\n")
    return "\n" not in line and line.endswith(".") and line[:1].isprintable() and "Traceback" not in line
