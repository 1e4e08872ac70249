"""A site that starts can serve its pages; one that cannot says in one sentence why."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.programs import ROOT, environment, is_one_sentence


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The program's own files, to be damaged."""
    for name in ("blog", "static", "templates"):
        shutil.copytree(ROOT / name, tmp_path / "program" / name)
    shutil.copy(ROOT / "app.py", tmp_path / "program")
    return tmp_path / "program"


def start(program: Path, code: str = "import app") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=program,
        env=environment(program.parent / "instance"),
        capture_output=True,
        text=True,
        check=False,
    )


LISTING = (
    "import app; assert app.app.test_client().get('/', headers={'Host': 'localhost'}).status_code == 200"
)


def link_vendor(program: Path) -> None:
    vendor = (program / "static" / "vendor").rename(program.parent / "vendor")
    (program / "static" / "vendor").symlink_to(vendor)


def link_file(program: Path) -> None:
    file = program / "static" / "site.css"
    file.symlink_to(file.rename(program.parent / "site.css"))


def link_in_a_circle(program: Path) -> None:
    (program / "static" / "again").symlink_to(program / "static")


@pytest.mark.parametrize("change", [link_vendor, link_file, link_in_a_circle])
def test_links_among_the_files_are_followed(program: Path, change: Callable[[Path], None]) -> None:
    change(program)
    started = start(program, LISTING)
    assert (started.returncode, started.stderr) == (0, "")


def remove(name: str) -> Callable[[Path], None]:
    return lambda program: (program / name).unlink()


def break_link(name: str) -> Callable[[Path], None]:
    def change(program: Path) -> None:
        (program / name).unlink()
        (program / name).symlink_to("nowhere")

    return change


def write(name: str, content: str) -> Callable[[Path], None]:
    def change(program: Path) -> None:
        (program / name).write_text(content)

    return change


def remove_folder(name: str) -> Callable[[Path], None]:
    return lambda program: shutil.rmtree(program / name)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (remove("static/vendor/htmx.min.js"), "make run"),
        (break_link("static/vendor/htmx.min.js"), "cannot be read"),
        (write("static/vendor/htmx.min.js", ""), "is not htmx"),
        (write("static/vendor/htmx.min.js", "<html>Not found</html>"), "is not htmx"),
        (remove("static/writing/form.js"), "static/writing/form.js is missing"),
        (remove_folder("static"), "cannot be read"),
        (remove_folder("templates"), "no templates"),
        (break_link("templates/posts/index.html"), "cannot be read"),
    ],
    ids=[
        "htmx-missing",
        "htmx-link-to-nothing",
        "htmx-empty",
        "htmx-something-else",
        "script-missing",
        "static-missing",
        "templates-missing",
        "template-link-to-nothing",
    ],
)
def test_a_file_that_a_page_would_miss_stops_the_start(
    program: Path, change: Callable[[Path], None], says: str
) -> None:
    change(program)
    started = start(program)
    assert started.returncode == 1
    assert says in started.stderr
    assert is_one_sentence(started.stderr)


def test_a_machine_without_time_zones_is_told_what_it_lacks(program: Path) -> None:
    code = "import sys, zoneinfo; zoneinfo.reset_tzpath(to=()); sys.modules['tzdata'] = None; import app"
    started = start(program, code)
    assert started.returncode == 1
    assert "tzdata" in started.stderr
    assert is_one_sentence(started.stderr)
