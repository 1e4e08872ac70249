"""Imports point down: parsed from the source, so that a wrong one is found before it makes a circle."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "blog"

LEVELS = (
    {
        "absolute",
        "alerts",
        "audit",
        "base_path",
        "brackets",
        "chunks",
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
        "key_strength",
        "languages",
        "lengths",
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
        "sentences",
        "slugs",
        "graphemes",
        "search_tokens",
        "summaries",
        "syndication",
        "tag_warnings",
        "time_zones",
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
        "snippets",
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
        "chunked_body",
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


def dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


MODULES = {dotted(path) for path in modules()}


def area(module: str) -> str:
    """The part of the table that a dotted module name belongs to: `blog.web.caching` to `web`."""
    return ([*module.split("."), ""])[1]


def own(path: Path) -> str:
    return area(dotted(path))


def imported(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Each import statement of a file, with the dotted names of the modules it brings."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name for name in inside if node.module == "blog" or name in MODULES]
            yield from ((node, name) for name in names)
            if len(names) < len(inside):
                yield node, node.module


def needed(path: Path) -> set[str]:
    """The modules of ours that a file imports."""
    return {name for _, name in imported(path)} & MODULES


def test_every_module_has_its_level() -> None:
    assert {own(path) for path in modules()} == set(LEVEL)


def test_imports_point_down() -> None:
    wrong = [
        f"{path} imports {name} from a level above its own"
        for path in modules()
        for _, name in imported(path)
        if name.split(".")[0] == "blog" and LEVEL[area(name)] > LEVEL[own(path)]
    ]
    assert not wrong


def test_there_is_no_circle_of_imports_between_files() -> None:
    graph = {dotted(path): needed(path) for path in modules()}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the files


def test_nothing_is_imported_from_the_package_itself_but_its_modules() -> None:
    wrong = [
        f"{path} imports the name {name} from blog/__init__.py"
        for path in modules()
        for _, name in imported(path)
        if name.startswith("blog.") and name.split(".")[1] not in LEVEL
    ]
    assert not wrong


def test_imports_stand_at_the_top() -> None:
    wrong = []
    for path in modules():
        top = {(node.lineno, node.col_offset) for node in ast.parse((ROOT / path).read_text()).body}
        late = {
            name.split(".")[0] for node, name in imported(path) if (node.lineno, node.col_offset) not in top
        }
        if not late <= IMPORTS_LATE.get(path.as_posix(), set()):
            wrong.append(f"{path} imports {late} further down")
    assert not wrong


def test_features_know_no_http() -> None:
    http = {"flask", "werkzeug", "htmx_flask", "waitress"}
    wrong = [
        f"{path} imports {name}"
        for path in modules()
        # Settings fill Flask's configuration, logs say which request they belong to; neither looks at what was asked.
        if own(path) in FEATURES - {"settings", "observability"}
        for _, name in imported(path)
        if name.split(".")[0] in http and name != "werkzeug.security"  # which hashes passwords
    ]
    assert not wrong


def test_there_is_no_sql_in_web() -> None:
    wrong = [
        f"{path} imports {name}"
        for path in modules()
        # Which of SQLAlchemy's exceptions are an outage is the one thing that web/ has to know.
        if own(path) == "web" and path.name != "errors.py"
        for _, name in imported(path)
        if name.split(".")[0] == "sqlalchemy" or name in {"blog.db", "blog.triggers"}
    ]
    assert not wrong


def test_no_file_is_longer_than_a_sitting() -> None:
    lengths = {path: len((ROOT / path).read_text().splitlines()) for path in modules()}
    assert not {path: length for path, length in lengths.items() if length > MOST_LINES}


def test_there_is_no_drawer_for_everything() -> None:
    assert not {path.stem for path in modules()} & {
        "utils",
        "helpers",
        "manager",
        "service",
        "base",
        "general",
    }
