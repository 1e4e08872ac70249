"""What the rest of the program asks of a database beyond SQL that SQLAlchemy writes for all: the protocol `Backend`.

`blog.store.sqlite.backend` implements it, a module of functions; `blog.store.current` says which one is used.
docs/decisions/0055 says what a second one would have to bring along.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa

from blog.store.freshness import Freshness


class Spans(NamedTuple):
    """Pairs of moments as a table, for a statement that asks something of each."""

    table: sa.FromClause
    place: sa.ColumnElement[int]
    """Counted from 0."""
    begin: sa.ColumnElement[Any]
    end: sa.ColumnElement[Any]


class Backend(Protocol):
    """A database that can keep a site.

    Its connections honour the execution option `writes`: a transaction with it holds the right to write from its
    beginning on, and waits for another one that does; without it, a transaction sees one state throughout.
    """

    # --- the machine and the settings

    def check_machine(self) -> None:
        """Check that the machine has what the database needs. Raises SettingInvalid."""

    def check_url(self, url: str) -> None:
        """Check the setting of the database's address, which may be empty. Raises ValueError."""

    def url_in(self, instance: Path, url: str) -> sa.URL:
        """The address of the database of `instance`, worked out from the setting, which may be empty."""

    def files(self, url: sa.URL) -> Sequence[Path]:
        """The files in which the database is kept, which nobody but their owner may read; none if it has none."""

    # --- outages

    def is_outage(self, error: sa.exc.SQLAlchemyError) -> bool:
        """Whether the database cannot be had: locked, damaged, full, gone. Any other error is a bug."""

    def what_is_wrong(self, error: BaseException) -> str:
        """What keeps the database from being used, in a sentence that is English until somebody translates it."""

    def trouble_writing(self) -> str:
        """What keeps a change from being written now, in such a sentence; empty if nothing does."""

    # --- making, copying and upgrading

    def exists(self, url: sa.URL) -> bool:
        """Whether there is a database, be it empty."""

    def create(self, url: sa.URL) -> None:
        """Make an empty database."""

    def place(self, url: sa.URL) -> str:
        """Where the database is, for whoever looks for it; without any password."""

    def copy_to(self, path: Path) -> None:
        """Copy the database, whole though others may write to it, to the file `path`."""

    def is_installed(self, connection: sa.Connection) -> bool:
        """Whether the database has the triggers and the search index of this version of the code."""

    def install(self, connection: sa.Connection) -> None:
        """Make triggers and search index anew, and bring what they keep up to date."""

    def migrating(self) -> AbstractContextManager[sa.Connection]:
        """A transaction for migrations, which may make tables anew without losing a row; it ends with `install`."""

    # --- freshness

    def freshness(self, prepare: Callable[[], object], *, is_prepared: bool) -> Freshness:
        """What tells this process how fresh content is; it calls `prepare` before it reads a database that is new here.

        `is_prepared` if the database that is there now was. Being asked costs a microsecond or two.
        """

    # --- expressions

    def numbers(self, ids: Iterable[int]) -> sa.Select[tuple[int]]:
        """Any number of ids as one parameter, for `IN`."""

    def spans(self, each: Sequence[tuple[datetime, datetime]]) -> Spans:
        """Pairs of moments as one parameter, so that the statement is the same for any number of them."""

    def least(self, one: Any, other: Any, **options: Any) -> Any:
        """The smaller of two values of a row; `type_` may say of which type it is."""

    def greatest(self, one: Any, other: Any, **options: Any) -> Any:
        """The greater of two values of a row; `type_` may say of which type it is."""

    def contains(self, text: sa.ColumnElement[str], word: str) -> sa.ColumnElement[bool]:
        """Whether `text` has `word` in it, in small or large letters of any script."""

    def sortable(self, moment: Any) -> sa.ColumnElement[str]:
        """A column of moments as text like that of `as_stored`."""

    def unindexed(self, column: Any) -> Any:
        """`column`, by which the planner shall not look rows up."""
