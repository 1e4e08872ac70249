"""The only clock. All code asks it for the time, so that tests can move it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current time in UTC, with time zone."""
    return datetime.now(UTC)
