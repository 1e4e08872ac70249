"""Whether the site can do its work: show readers its posts, and save what its author writes."""

from typing import NamedTuple

import sqlalchemy as sa

from blog.errors import BlogError
from blog.site import overview
from blog.store.current import backend
from blog.store.db import reconnect
from blog.store.freshness import Freshness, Unreachable


class Readiness(NamedTuple):
    """How the site stands."""

    live: int | None
    """The number of live posts; None if readers can be shown none."""
    trouble: str
    """What is wrong, in a sentence; empty if nothing is."""


def readiness(freshness: Freshness) -> Readiness:
    """Ask the database, as a reader's and as an author's request would."""
    try:
        freshness.mark()
    except Unreachable as error:
        cause = error.__cause__ or error
        return Readiness(
            None, cause.message if isinstance(cause, BlogError) else backend.what_is_wrong(cause)
        )
    try:
        return Readiness(overview.standing().live, backend.trouble_writing())
    except sa.exc.SQLAlchemyError as error:
        if not backend.is_outage(error):
            raise
        reconnect()
        return Readiness(None, backend.what_is_wrong(error))
