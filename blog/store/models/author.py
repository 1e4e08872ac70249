"""What only the author's part knows: who is signed in, what forms keep, what posts were."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from blog.store.db import Base, MaybeMoment, Moment
from blog.store.sqlite.table_options import NEVER_REUSED_IDS


class Account(Base):
    """The author, who signs in; there is one."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[Moment]

    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)


class LoginSession(Base):
    """A browser in which the author is signed in."""

    __tablename__ = "signed_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    began_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    address: Mapped[str]
    browser: Mapped[str]


class SetupLink(Base):
    """A one-time link at which the author chooses name and password."""

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[Moment]


class Draft(Base):
    """What a form kept by itself: exactly what was typed, valid or not, until it is saved. No reader sees it.

    Each opened form has its own, so that two tabs with the same post cannot overwrite each other's.
    """

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(unique=True)
    """The form's own name for itself, made up when it was opened."""
    sequence: Mapped[int] = mapped_column("sent")
    """The form counts what it sends, so that a text that was held up on the way cannot replace a later one."""
    post_id: Mapped[int | None] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), index=True)
    """The post that is being changed; None for one that was never saved."""
    base_version: Mapped[int]
    """The post's version that the text began from; 0 without a post."""
    fields: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    zone: Mapped[str] = mapped_column(server_default=sa.text("''"))
    """The time zone in which its date and time are meant; empty for the site's."""
    saved_at: Mapped[Moment]
    closed_at: Mapped[MaybeMoment]
    """When it was saved or put away: what of the form arrives later than that is of no use any more."""

    __table_args__ = (NEVER_REUSED_IDS,)


class Revision(Base):
    """What a post's form held at an explicit save, a publication or a restoration."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    """The post's version that it became."""
    reason: Mapped[str]
    """`found` (as it was before the first change), `saved`, `published`, `scheduled`, `withdrawn`, `restored`,
    or `set aside` for a text that was given up for another one."""
    fields: Mapped[dict[str, str]] = mapped_column(sa.JSON, deferred=True)
    made_at: Mapped[Moment]
