"""What state the content is in: asked for every request, and answered in a microsecond or two by the backend."""

from datetime import UTC, datetime
from typing import NamedTuple, Protocol


class ContentState(NamedTuple):
    """A state of the content: pages with the same state are made of the same posts."""

    version: int
    """The content version, which triggers raise with each change that a reader could see."""
    newest: datetime | None
    """When the newest live post was published: the hour of a scheduled post comes without any change."""

    @property
    def changed(self) -> datetime:
        """When anything that a reader could see changed last: the content version is at least the milliseconds then."""
        at = datetime.fromtimestamp(self.version / 1000, UTC)
        return max(at, self.newest) if self.newest else at


class Unreachable(Exception):
    """The database cannot be read now."""


class Freshness(Protocol):
    """Reads the state of the database, for any thread; the database may be replaced meanwhile."""

    def state(self) -> ContentState:
        """The present state. Raises Unreachable."""

    def close(self) -> None:
        """Give up the connection; the next `state` opens another one."""
