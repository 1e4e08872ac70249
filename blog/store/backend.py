"""What the rest of the program asks of a database beyond SQL that SQLAlchemy writes for all: the protocol `Backend`.

`blog.store.sqlite.backend` implements it, a module of functions; `blog.store.current` says which one is used.
docs/decisions/0058 says what a second one would have to bring along.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blog.store.freshness import Freshness
from blog.text.search_tokens import Wanted


class Spans(NamedTuple):
    """Pairs of moments as a table, for a statement that asks something of each."""

    table: sa.FromClause
    place: sa.ColumnElement[int]
    """Counted from 0."""
    begin: sa.ColumnElement[Any]
    end: sa.ColumnElement[Any]


class Terms(NamedTuple):
    """What is searched for."""

    parts: Sequence[Wanted]
    """Words and phrases, in tokens."""
    any_of: bool = False
    """One of them is enough; otherwise a post has all."""
    in_any_form: bool = True
    """English words count in any form ("caching" finds "cached"); otherwise as they stand."""
    in_title: bool = False
    """They are in the title."""


class Limits(NamedTuple):
    """What else is asked of a post that matches."""

    tags: Sequence[int] = ()
    """Ids; it carries all of them."""
    phrases: Sequence[Wanted] = ()
    """It has all of these as they stand."""
    without: Sequence[Wanted] = ()
    """It has none of these as they stand."""
    also: Sequence[Wanted] = ()
    """It has all of these in any form."""


class Highlighted(NamedTuple):
    """A post that was found, and where."""

    id: int
    in_title: str
    """The tokens of the title, with marks around those that were found (`blog.text.search_tokens.indexed`)."""
    in_text: str
    title: str
    text: str
    places: list[int]
    """Where units of the text begin, as its tokens were made."""
    tail: list[int]
    """Which units of the text the other spellings behind its tokens stand for."""
    title_tail: list[int]


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

    # --- search

    def index_changes(self, session: Session) -> None:
        """Index what a transaction has changed so far; what it changes later is indexed before it is committed."""

    def index_pending(self) -> None:
        """Index what other programs have changed: some posts now, and if there are many the others in a thread."""

    def matching(
        self, terms: Terms, limits: Limits, *, most: int, weights: tuple[float, float, float] | None
    ) -> dict[int, float]:
        """The published posts with the highest ids that match, at most so many, and how well each does: BM25.

        `weights` are those of title, excerpt and text; without them each post's score is 0.
        """

    def ids_matching(self, terms: Terms) -> sa.Select[tuple[int]]:
        """The ids of the published posts that match, for `IN`."""

    def count_matching(self, session: Session, terms: Terms, most: int) -> int:
        """How many published posts match; the count stops at `most`."""

    def highlights(self, terms: Terms, ids: Sequence[int], marks: tuple[str, str]) -> Iterable[Highlighted]:
        """Those of the posts `ids` that match, with `marks` around each token that was found."""

    def words(self, connection: sa.Connection) -> Iterable[tuple[str, int]]:
        """Every word of published posts, as a token, and in how many of them it is."""
