"""Which package may import which: parsed from the source, and held against the table in ARCHITECTURE.md."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HTTP = {"flask", "werkzeug", "htmx_flask", "waitress", "flask_caching", "flask_wtf"}
KNOW_HTTP = {"web", "web/reader", "web/author", "web/page_cache", "commands", "server", "create_app"}
# Settings fill Flask's configuration, logs name the request they belong to, and Flask-SQLAlchemy brings the store.
BESIDE_HTTP = {
    ("settings", "flask"),
    ("settings", "werkzeug"),
    ("observability", "flask"),
    ("observability", "werkzeug"),
    ("store", "flask"),
}
# Alembic and zxcvbn take so long to import that a start which does not need them is spared it.
IMPORTS_LATE = {"blog/store/upgrading.py": {"alembic"}, "blog/accounts/passwords.py": {"zxcvbn"}}
MOST_LINES = 250
# Which database is used is said in one place. Options of tables are no SQL: SQLAlchemy prefixes them with a database.
NAME_SQLITE = {
    ("blog/store/current.py", "blog.store.sqlite.backend"),
    *(
        (f"blog/store/models/{name}.py", "blog.store.sqlite.table_options")
        for name in ("author", "listings", "posts")
    ),
}
STANDARD_SQL = {"coalesce", "count", "length", "lower", "max", "min", "row_number", "substr"}
# Beside them SQL as text, but for the defaults of columns.
SQLITE_WORDS = re.compile(
    r"(?i:sqlite3|sqlite_\w|pragma|fts5|json_each|json_extract|rowid|julianday|vacuum|begin immediate)"
    r"|bm25\(|\bMATCH\b|exec_driver_sql|-(?:shm|wal)\b"
    r"""|\bsa\.text\((?!"(?:''|'{}'|0)"\))"""
)

FILES = sorted(path.relative_to(ROOT) for path in (ROOT / "blog").rglob("*.py"))
NAMES = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in FILES}


def package(path: Path) -> str:
    """The row of the table that a file belongs to: its folder, or its own name if it stands beside the folders."""
    folder = path.parent.relative_to("blog").as_posix()
    if folder == ".":
        return "create_app" if path.stem == "__init__" else path.stem
    return "store" if folder.startswith("store/") else folder  # the parts of the store need each other


def imported(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Each import statement of a file, with the dotted names that it brings."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                yield node, inside if inside in NAMES else node.module


def needed(path: Path) -> set[Path]:
    """The files of ours that a file imports."""
    return {NAMES[name] for _, name in imported(path) if name in NAMES}


def packages() -> dict[str, set[str]]:
    """What each package imports, by the source."""
    found: dict[str, set[str]] = {package(path): set() for path in FILES}
    for path in FILES:
        found[package(path)] |= {package(other) for other in needed(path)} - {package(path)}
    return found


def table() -> dict[str, set[str]]:
    """What each package may import, by ARCHITECTURE.md: a row names packages, what they may import, what is in them."""
    rows = re.findall(
        r"^\| ((?:`[\w/]+` ?)+)\|([^|]*)\|[^|]*\|$", (ROOT / "ARCHITECTURE.md").read_text(), re.MULTILINE
    )
    listed = [
        (re.findall(r"`([\w/]+)`", names), re.findall(r"`([\w/]+)`", allowed)) for names, allowed in rows
    ]
    clean = str.rstrip
    return {
        clean(name, "/"): {clean(other, "/") for other in allowed}
        for names, allowed in listed
        for name in names
    }


def test_packages_import_what_the_table_in_the_architecture_names() -> None:
    assert table().keys() == packages().keys()
    wrong = {name: others - table()[name] for name, others in packages().items() if name != "create_app"}
    assert not {name: others for name, others in wrong.items() if others}
    left = {name: allowed - packages()[name] for name, allowed in table().items()}
    assert not {name: allowed for name, allowed in left.items() if allowed}, "listed, and not needed any more"


def test_there_is_no_circle_between_files() -> None:
    TopologicalSorter(
        {path: needed(path) for path in FILES}
    ).prepare()  # raises CycleError, which names the files


def test_there_is_no_circle_between_packages() -> None:
    TopologicalSorter(packages()).prepare()


def test_views_do_not_import_views() -> None:
    views = {path for path in FILES if "web" in path.parts and "Blueprint(" in (ROOT / path).read_text()}
    assert len(views) > 15
    assert not {(str(path), str(other)) for path in views for other in needed(path) & views}


def test_features_know_no_http() -> None:
    wrong = {
        (str(path), name)
        for path in FILES
        if (here := package(path)) not in KNOW_HTTP
        for _, name in imported(path)
        if (outside := name.split(".")[0]) in HTTP and (here, outside) not in BESIDE_HTTP
        if name != "werkzeug.security"  # which hashes passwords
    }
    assert not wrong


def outside_sqlite() -> list[Path]:
    """The files that may not know which database there is; a migration is a piece of history of the one there was."""
    rooms = (Path("blog/store/sqlite"), Path("blog/store/migrations"))
    return [path for path in FILES if not any(path.is_relative_to(room) for room in rooms)]


def test_sqlite_is_known_in_its_room_alone() -> None:
    found = {
        (str(path), name)
        for path in outside_sqlite()
        for _, name in imported(path)
        if re.match(r"sqlite3\b|sqlalchemy\.dialects\b|blog\.store\.sqlite\b", name)
    }
    assert found == NAME_SQLITE


def test_functions_of_sql_are_those_that_every_database_has() -> None:
    found = {
        (str(path), function.attr, len(node.args))
        for path in outside_sqlite()
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.Call)
        if isinstance(function := node.func, ast.Attribute) and ast.unparse(function.value) == "sa.func"
        # Of two values of a row, min and max are SQLite's alone (`backend.least`).
        if function.attr not in STANDARD_SQL or (function.attr in {"min", "max"} and len(node.args) > 1)
    }
    assert not found


def test_sql_of_sqlites_own_is_spelt_in_its_room_alone() -> None:
    found = {
        (str(path), words)
        for path in outside_sqlite()
        if (words := tuple(SQLITE_WORDS.findall((ROOT / path).read_text())))
    }
    assert not found


def test_there_is_no_sql_in_web() -> None:
    wrong = {
        (str(path), name)
        for path in FILES
        # Which of SQLAlchemy's exceptions are an outage is the one thing that web/ has to know.
        if "web" in path.parts and path.name != "errors.py"
        for _, name in imported(path)
        if name.split(".")[0] == "sqlalchemy" or name == "blog.store.db"
    }
    assert not wrong


def test_imports_stand_at_the_top() -> None:
    wrong = []
    for path in FILES:
        top = {(node.lineno, node.col_offset) for node in ast.parse((ROOT / path).read_text()).body}
        late = {
            name.split(".")[0] for node, name in imported(path) if (node.lineno, node.col_offset) not in top
        }
        if not late <= IMPORTS_LATE.get(path.as_posix(), set()):
            wrong.append(f"{path} imports {late} further down")
    assert not wrong


def test_no_file_is_longer_than_a_sitting() -> None:
    lengths = {path: len((ROOT / path).read_text().splitlines()) for path in FILES}
    assert not {path: length for path, length in lengths.items() if length > MOST_LINES}


def test_there_is_no_drawer_for_everything() -> None:
    assert not {path.stem for path in FILES} & {"utils", "helpers", "manager", "service", "base", "general"}
