"""Imports point down: parsed from the source, so that a wrong one is found before it makes a circle."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "blog"

LEVELS = (
    {
        "absolute",
        "alerts",
        "audit",
        "base_path",
        "brackets",
        "clock",
        "colours",
        "contents",
        "digits",
        "cursors",
        "differences",
        "disk",
        "passwords",
        "drawing",
        "errors",
        "fields",
        "fonts",
        "footer",
        "front_matter",
        "gaps",
        "headings",
        "hosts",
        "i18n",
        "icons",
        "shared_formats",
        "listening",
        "languages",
        "lettering",
        "links",
        "line_breaks",
        "lines",
        "moments",
        "permissions",
        "start_checks",
        "pictures",
        "queries",
        "bare_links",
        "definitions",
        "fences",
        "footnotes",
        "html_blocks",
        "tables",
        "nesting",
        "raw_html",
        "raw_tags",
        "rendering",
        "sanitizing",
        "reordering",
        "resizing",
        "image_files",
        "settings",
        "slugs",
        "graphemes",
        "summaries",
        "syndication",
        "tag_warnings",
        "text_addresses",
        "text_warnings",
        "turning",
        "word_count",
    },
    {"db", "observability"},
    {"listings"},
    {"models"},
    {
        "accounts",
        "addresses",
        "archive",
        "backfill",
        "conflicts",
        "content_version",
        "corrections",
        "drafts",
        "findings",
        "freshness",
        "hub",
        "editing",
        "feeds",
        "image_uses",
        "images",
        "migrations",
        "opening",
        "posts",
        "previews",
        "readiness",
        "related",
        "restoring",
        "revisions",
        "saving",
        "search",
        "search_index",
        "series",
        "series_keeping",
        "series_triggers",
        "sharing",
        "sharing_pictures",
        "site",
        "site_settings",
        "spelling",
        "vocabulary",
        "sitemap",
        "tag_counts",
        "tag_triggers",
        "tags",
        "trash",
        "triggers",
        "upgrading",
        "work",
    },
    {"transfer", "samples"},
    {
        "web",
        "backfilling",
        "cli",
        "audit_commands",
        "author_commands",
        "connections",
        "request_parser",
        "pinging",
        "serving",
    },
    {""},  # the package itself: create_app
)
LEVEL = {area: number for number, areas in enumerate(LEVELS) for area in areas}
FEATURES = set().union(*LEVELS[:6])

# Alembic costs some 180 ms, which a start with nothing to migrate is spared.
IMPORTS_LATE = {"blog/upgrading.py": {"alembic"}, "blog/passwords.py": {"zxcvbn"}}

MOST_LINES = 250


def modules() -> list[Path]:
    return sorted(path.relative_to(ROOT) for path in PACKAGE.rglob("*.py"))


def area(module: str) -> str:
    """The part of the table that a dotted module name belongs to: `blog.web.caching` to `web`."""
    return ([*module.split("."), ""])[1]


def own(path: Path) -> str:
    parts = path.with_suffix("").parts
    return area(".".join(parts[:-1] if parts[-1] == "__init__" else parts))


def imported(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Each import statement of a file, with the dotted names of the modules it brings."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "blog":
            yield from ((node, f"blog.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, node.module or ""


def test_every_module_has_its_level() -> None:
    assert {own(path) for path in modules()} == set(LEVEL)


@pytest.mark.parametrize("path", modules(), ids=str)
def test_imports_point_down(path: Path) -> None:
    for _, name in imported(path):
        if name.split(".")[0] == "blog":
            assert LEVEL[area(name)] <= LEVEL[own(path)], f"{path} imports {name} from a level above its own"


@pytest.mark.parametrize("path", modules(), ids=str)
def test_nothing_is_imported_from_the_package_itself_but_its_modules(path: Path) -> None:
    for _, name in imported(path):
        if name.startswith("blog."):
            assert name.split(".")[1] in LEVEL, f"{path} imports the name {name} from blog/__init__.py"


@pytest.mark.parametrize("path", modules(), ids=str)
def test_imports_stand_at_the_top(path: Path) -> None:
    top = set(ast.parse((ROOT / path).read_text()).body)
    at_the_top = {(node.lineno, node.col_offset) for node in top}
    late = {
        name.split(".")[0]
        for node, name in imported(path)
        if (node.lineno, node.col_offset) not in at_the_top
    }
    assert late <= IMPORTS_LATE.get(path.as_posix(), set())


@pytest.mark.parametrize("path", [path for path in modules() if own(path) in FEATURES], ids=str)
def test_features_know_no_http(path: Path) -> None:
    # Settings fill Flask's configuration, logs say which request they belong to; neither looks at what was asked.
    if own(path) in {"settings", "observability"}:
        return
    for _, name in imported(path):
        if name == "werkzeug.security":  # hashes passwords
            continue
        assert name.split(".")[0] not in {"flask", "werkzeug", "htmx_flask", "waitress"}, (
            f"{path} imports {name}"
        )


@pytest.mark.parametrize("path", [path for path in modules() if own(path) == "web"], ids=str)
def test_there_is_no_sql_in_web(path: Path) -> None:
    # Which of SQLAlchemy's exceptions are an outage is the one thing that web/ has to know.
    if path.name == "errors.py":
        return
    for _, name in imported(path):
        assert name.split(".")[0] != "sqlalchemy"
        assert name not in {"blog.db", "blog.triggers"}


@pytest.mark.parametrize("path", modules(), ids=str)
def test_no_file_is_longer_than_a_sitting(path: Path) -> None:
    assert len((ROOT / path).read_text().splitlines()) <= MOST_LINES


def test_there_is_no_drawer_for_everything() -> None:
    assert not {path.stem for path in modules()} & {
        "utils",
        "helpers",
        "manager",
        "service",
        "base",
        "general",
    }
