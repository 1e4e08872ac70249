"""Run commands and servers like a person or script, and read the database as rows to compare."""

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
    """The environment of a process on `instance`, without settings of this process."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("BLOG_")}
    named = {f"BLOG_{name}": str(value) for name, value in settings.items()}
    return {**rest, "BLOG_INSTANCE": str(instance), **named}


def run(instance: Path, *arguments: str | Path, **settings: object) -> subprocess.CompletedProcess[str]:
    """`python …` in a separate process, until it ends."""
    command = list(map(str, arguments))
    with TemporaryDirectory() as folder:
        errors = Path(folder, "errors")
        process = Forked(command, folder=ROOT, environment=environment(instance, **settings), errors=errors)
        # A thread reads the pipe, because a full pipe would block the process.
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
    """A port for a server, outside of the range that the system uses for outgoing connections."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Server(NamedTuple):
    """A starting server in a separate process."""

    process: Forked
    port: int
    log: Path

    def wait(self) -> list[str]:
        """Wait until it prints the site's address. Returns its standard output."""
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
    """The whole database, table by table, including the content version and the next ids."""
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
    """Root may read and write everything, so this process temporarily becomes nobody."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def is_one_sentence(text: str) -> bool:
    """Whether `text` is one line that ends like a sentence, without programming terms."""
    line = text.removeprefix("Error: ").removesuffix("\n")
    return "\n" not in line and line.endswith(".") and line[:1].isprintable() and "Traceback" not in line
