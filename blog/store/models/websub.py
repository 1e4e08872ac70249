"""What the WebSub hub was told."""

from sqlalchemy.orm import Mapped, mapped_column

from blog.store.db import Base, MaybeMoment


class Ping(Base):
    """What the hub was last told of a feed, and what became of telling it more."""

    __tablename__ = "ping"

    topic: Mapped[str] = mapped_column(primary_key=True)
    """The feed's address."""
    told: Mapped[str]
    """A digest of what the feed said when the hub last heard of it, and of which hub; empty if it never did."""
    tries: Mapped[int]
    """How often it did not answer since."""
    due_at: Mapped[MaybeMoment]
    """When to try again, or to take over from a process that is trying."""
