"""Readiness: whether readers get pages and the author can save."""

from typing import NamedTuple

import sqlalchemy as sa

from blog.errors import BlogError
from blog.site import overview
from blog.store.current import backend
from blog.store.db import reconnect
from blog.store.freshness import Freshness, Unreachable


class Readiness(NamedTuple):
    """The state of the site."""

    live: int | None
    """Number of published posts, or None if readers get no pages."""
    trouble: str
    """What is wrong, in a sentence; empty if nothing is."""


def readiness(freshness: Freshness) -> Readiness:
    """Query the database as requests of readers and of the author would."""
    try:
        freshness.state()
    except Unreachable as error:
        cause = error.__cause__ or error
        return Readiness(
            None, cause.message if isinstance(cause, BlogError) else backend.what_is_wrong(cause)
        )
    try:
        return Readiness(overview.read().live, backend.trouble_writing())
    except sa.exc.SQLAlchemyError as error:
        if not backend.is_outage(error):
            raise
        reconnect()
        return Readiness(None, backend.what_is_wrong(error))
