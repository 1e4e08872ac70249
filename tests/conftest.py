"""Fixtures for all tests: a site of their own on a real SQLite file, a movable clock, a function that writes posts,
a query counter.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar, Protocol

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule
from werkzeug.security import generate_password_hash

import blog.clock
from blog import create_app, samples
from blog.accounts import account
from blog.store.db import db
from blog.writing import editing
from tests.marked import mark_site, spoken_from, write_marked
from tests.signing_in import QUICK, AuthorClient, author_client

DATA = Path(__file__).parent / "data"
LISTING = DATA / "seed-listing.txt"
TAG_RULES = DATA / "seed-tags.toml"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Clock:
    """The only mock in these tests."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def move_to(self, moment: datetime) -> None:
        self.now = moment

    def advance(self, **step: float) -> None:
        self.now += timedelta(**step)


class Compiled(BytecodeCache):
    """Templates compiled once for all applications of a test run, because compiling takes longer than most tests."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


# The duration of an example depends more on the machine than on the code.
hypothesis.settings.register_profile("without deadline", deadline=None)
hypothesis.settings.load_profile("without deadline")

COMPILED = Compiled()


class OnceCompiled(Rule):
    """A route that reuses the compiled form of an equal one: compiling takes most of an application's start."""

    compiled: ClassVar[dict[str, dict[str, object]]] = {}

    def compile(self) -> None:
        key = repr((self.rule, self.defaults, self.endpoint, self.merge_slashes))
        if key not in self.compiled:
            before = dict(vars(self))
            super().compile()
            missing = object()
            made = {name for name, value in vars(self).items() if value is not before.get(name, missing)}
            self.compiled[key] = {name: vars(self)[name] for name in {*made, "arguments"}}
        vars(self).update(self.compiled[key])


Flask.url_rule_class = OnceCompiled


class Statements(dict[tuple[object, ...], object]):
    """SQL compiled once for all engines of a test run, which have equal dialects.

    As the execution option `compiled_cache`, SQLAlchemy uses this instead of the engine's own cache.
    """

    def get(self, key: tuple[object, ...], default: object = None) -> object:
        return super().get(without_dialect(key), default)

    def __setitem__(self, key: tuple[object, ...], compiled: object) -> None:
        super().__setitem__(without_dialect(key), compiled)

    def __deepcopy__(self, _memo: object) -> "Statements":
        return self


def without_dialect(key: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(part for part in key if not isinstance(part, sa.Dialect))


COMPILED_STATEMENTS = Statements()


class Write(Protocol):
    def __call__(
        self,
        title: str = ...,
        *,
        body: str = ...,
        published_at: datetime | None = ...,
        tags: Sequence[str] = ...,
        draft: bool = ...,
        series: str = ...,
        part: int | None = ...,
        language: str = ...,
    ) -> int: ...


Prepared = Callable[[Callable[[Flask], object]], Path]


def pytest_xdist_auto_num_workers() -> int:
    """One and a half times the number of processors, because many tests wait for a browser or server."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors + max(1, processors // 2)


def copy_instance(source: Path, target: Path) -> Path:
    """Copy an instance that no server uses. Files in `assets`, which never change, are linked."""

    def copy(file: str, to: str) -> None:
        if Path(file).is_relative_to(source / "assets"):
            os.link(file, to)
        else:
            shutil.copy2(file, to)

    return Path(shutil.copytree(source, target, copy_function=copy))


@pytest.fixture(autouse=True, scope="session")
def usual_method() -> Iterator[str]:
    """Passwords are hashed at minimal cost."""
    usual = account.METHOD
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(account, "METHOD", QUICK)
        patch.setattr(account, "NOBODY", generate_password_hash(secrets.token_hex(), QUICK))
        yield usual


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder that `make` creates once for all processes of a test run; the others wait for the first."""
    ours = factory.getbasetemp()
    folder = (ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours) / "made-once" / name
    folder.parent.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = factory.mktemp(name) / name
            make(unfinished)
            unfinished.rename(folder)
    return folder


@contextmanager
def made(instance: Path) -> Iterator[Flask]:
    """The application of `instance`, closed at the end of the block."""
    app = create_app({"INSTANCE": instance, "BASE_URL": "http://localhost"})
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def new_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new instance, to be copied: creating one takes half a second."""

    def make(instance: Path) -> None:
        with made(instance):
            pass

    return made_once(tmp_path_factory, "new", make)


@pytest.fixture(scope="session")
def furnished_instance(new_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance after its first start, with the sample posts, to be copied."""

    def make(instance: Path) -> None:
        copy_instance(new_instance, instance)
        with made(instance) as app, app.app_context():
            samples.welcome()

    return made_once(tmp_path_factory, "furnished", make)


@pytest.fixture(scope="session")
def prepared(new_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Create an instance filled by `fill`, with everything dated at noon, to be copied."""

    def make(fill: Callable[[Flask], object]) -> Path:
        instance = copy_instance(new_instance, tmp_path_factory.mktemp("prepared") / "instance")
        with made(instance) as app, pytest.MonkeyPatch.context() as patch:
            patch.setattr(blog.clock, "now", lambda: NOON)
            fill(app)
        return instance

    return make


@pytest.fixture
def beginning(new_instance: Path) -> Path:
    """The instance that a test starts with a copy of. Test modules may override it."""
    return new_instance


@pytest.fixture
def instance(beginning: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    if "clock" in request.fixturenames:
        request.getfixturevalue("clock")  # before anything is written with the machine's time
    return copy_instance(beginning, tmp_path / "instance")


@pytest.fixture
def make_app(instance: Path) -> Iterator[Callable[..., Flask]]:
    """Create the application on this test's instance. Each call is like another process."""
    made: list[Flask] = []

    def make(**overrides: object) -> Flask:
        app = create_app(
            {
                "INSTANCE": instance,
                "BASE_URL": "http://localhost",
                "TESTING": False,
                "SQLALCHEMY_ENGINE_OPTIONS": {"execution_options": {"compiled_cache": COMPILED_STATEMENTS}},
                **overrides,
            }
        )
        app.jinja_env.bytecode_cache = COMPILED
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["page_cache"].freshness.close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def marked_catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "marked", write_marked)


@pytest.fixture
def marked_words(app: Flask, marked_catalogues: Path) -> Iterator[None]:
    """All interface text is in brackets: see tests/marked.py."""
    with spoken_from(marked_catalogues):
        mark_site(app)
        yield


@pytest.fixture
def author(app: Flask) -> AuthorClient:
    """The author's browser: signed in, and sending what our pages send with changes."""
    return author_client(app)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that shows noon until it is moved."""
    clock = Clock(NOON)
    monkeypatch.setattr(blog.clock, "now", lambda: clock.now)
    return clock


def pen(app: Flask) -> Write:
    """Write a post, published now by default; returns its id."""

    def write(
        title: str = "A post",
        *,
        body: str = "Some words to read.",
        published_at: datetime | None = None,
        tags: Sequence[str] = (),
        draft: bool = False,
        series: str = "",
        part: int | None = None,
        language: str = "",
    ) -> int:
        with app.app_context():
            text = editing.Text(body, title, tags=tags, series=series, series_part=part, language=language)
            return editing.create(text, published_at=None if draft else published_at or blog.clock.now())

    return write


@pytest.fixture
def write(app: Flask) -> Write:
    return pen(app)


@pytest.fixture
def queries(app: Flask) -> Iterator[list[str]]:
    """Every SQL statement except BEGIN and the like."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)
