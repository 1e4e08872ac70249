"""Python processes with the blog already imported, which saves more time than most of them need.

They are forked from a process that each test run starts once (multiprocessing's forkserver).
`tests/server/test_serving.py`, `tests/system/test_start_checks.py` and `tests/test_set_up.py` start new interpreters.
"""

import atexit
import multiprocessing
import os
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import IO

from flask import Flask
from jinja2 import FileSystemBytecodeCache

forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(["blog", "flask.cli"])


class Forked:
    """A running `python …`, used like subprocess.Popen."""

    def __init__(
        self, arguments: Sequence[str], *, folder: Path, environment: dict[str, str], errors: Path
    ) -> None:
        """Start it in `folder`. Standard output is the pipe `stdout`; standard error is appended to a file."""
        console, its_console = forks.Pipe(duplex=False)
        self.process: ForkServerProcess = forks.Process(
            target=run_python,
            args=(list(arguments),),
            kwargs={
                "folder": folder,
                "environment": environment,
                "console": its_console,
                "errors": errors,
                "templates": compiled_templates(),
            },
        )
        self.process.start()
        its_console.close()
        self.stdout: IO[str] = os.fdopen(os.dup(console.fileno()), encoding="utf-8")
        console.close()

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise subprocess.TimeoutExpired("python", timeout or 0)
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@lru_cache(maxsize=1)
def compiled_templates() -> str:
    """A folder for compiled templates, so that only the first server compiles them; deleted at the end."""
    folder = tempfile.mkdtemp(prefix="templates-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def run_python(
    arguments: list[str],
    *,
    folder: Path,
    environment: dict[str, str],
    console: Connection,
    errors: Path,
    templates: str,
) -> None:
    """Run in this process what `python` would run with these arguments: a file, `-c code` or `-m module`, with
    arguments.
    """
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(templates)}
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    os.dup2(console.fileno(), sys.stdout.fileno())
    console.close()
    with errors.open("ab") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())
    first, *rest = arguments
    if first == "-c":
        sys.argv = ["-c", *rest[1:]]
        exec(compile(rest[0], "<string>", "exec"), vars(sys.modules["__main__"]))
    elif first == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(first, run_name="__main__")
