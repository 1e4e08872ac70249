"""Every word of the posts, kept in memory: reading them from the index takes a third of a second at sixty thousand.

A small vocabulary is read again as soon as something was published. A large one is read again behind the request that
asks for it, which gets the one from before: what a word stands for is only ever a proposal, and is looked up.
"""

import threading
from typing import NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from blog.store.current import backend
from blog.store.db import db

READ_AT_ONCE = 10_000
"""Words that are read in some fifty milliseconds."""


class Words(NamedTuple):
    """The words with one initial letter."""

    terms: list[str]
    docs: list[int]
    """In how many posts each is, drafts left out."""


class Known(NamedTuple):
    version: int
    """The content version under which it was read."""
    size: int
    """How many there are."""
    by_letter: dict[str, Words]


NO_WORDS = Words([], [])
kept: WeakKeyDictionary[sa.Engine, Known] = WeakKeyDictionary()
reading = threading.Lock()


def beginning_with(letter: str, version: int) -> Words:
    """The words of published posts that begin with `letter`; `version` is the present content version."""
    engine = db.session.get_bind()
    if not isinstance(engine, sa.Engine):
        raise TypeError("the session has no engine of its own")
    known = kept.get(engine)
    if known is None or (known.version != version and known.size < READ_AT_ONCE):
        with reading:  # those who ask at the same time wait for one that reads
            known = kept.get(engine)
            if known is None or known.version != version:
                known = kept[engine] = read(db.session.connection(), version)
    elif known.version != version:
        renew_behind(engine, version)
    return known.by_letter.get(letter, NO_WORDS)


def read(connection: sa.Connection, version: int) -> Known:
    by_letter: dict[str, Words] = {}
    count = 0
    for term, docs in backend.words(connection):
        words = by_letter.setdefault(term[:1], Words([], []))
        words.terms.append(term)
        words.docs.append(docs)
        count += 1
    return Known(version, count, by_letter)


def renew_behind(engine: sa.Engine, version: int) -> None:
    """Read them again in a thread of its own, unless one does already."""

    def renew() -> None:
        try:
            with engine.connect() as connection:
                kept[engine] = read(connection, version)
        except sa.exc.SQLAlchemyError as error:
            if not backend.is_outage(error):
                raise
        finally:
            reading.release()

    if reading.acquire(blocking=False):
        threading.Thread(target=renew, name="vocabulary", daemon=True).start()
