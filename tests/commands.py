"""Commands, as a person or a script runs them, and the database as rows to compare."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from click.testing import Result
from flask import Flask

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
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env=environment(instance, **settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def run_flask(instance: Path, *arguments: str | Path, **settings: object) -> subprocess.CompletedProcess[str]:
    return run(instance, "-m", "flask", "--app", "app", *arguments, **settings)


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


def is_one_sentence(text: str) -> bool:
    """Whether `text` is one line that ends like a sentence, and nothing that a program says to programmers."""
    line = text.removeprefix("Error: ").removesuffix("\n")
    return "\n" not in line and line.endswith(".") and line[:1].isprintable() and "Traceback" not in line
