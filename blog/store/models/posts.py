"""Posts, and what belongs to them where readers see them."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.store.cursors import Cursor
from blog.store.db import Base, MaybeMoment, Moment
from blog.store.models.listings import post_tag
from blog.store.sqlite.table_options import IN_KEY_ORDER, NEVER_REUSED_IDS, only_where


class Post(Base):
    """A post in any state: draft, scheduled, live or in the trash, told by its dates alone."""

    __tablename__ = "post"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    title_derived: Mapped[bool] = mapped_column(default=False)
    """The title is the opening of the text and not the author's; `body_html` then goes on behind it."""
    body: Mapped[str] = mapped_column(deferred=True, deferred_raiseload=True)
    """Markdown."""
    body_html: Mapped[str] = mapped_column(deferred=True, deferred_raiseload=True)
    """Sanitised: the only HTML that templates print unescaped."""
    excerpt: Mapped[str]
    """Plain text, one paragraph."""
    word_count: Mapped[int] = mapped_column("words")
    published_at: Mapped[MaybeMoment]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    trashed_at: Mapped[MaybeMoment]
    version: Mapped[int] = mapped_column()
    """Raised by each save; SQLAlchemy refuses to save over a newer one."""
    source: Mapped[str | None] = mapped_column(unique=True)
    """Where an imported post came from, so that importing again finds it: `listing:…`, `sample:…`."""
    cover_hash: Mapped[str | None] = mapped_column(sa.ForeignKey("image.hash"))
    cover_alt: Mapped[str] = mapped_column(server_default=sa.text("''"))
    canonical_url: Mapped[str] = mapped_column(server_default=sa.text("''"))
    """Where the post stands first, if it was published elsewhere."""
    preview_hash: Mapped[str | None] = mapped_column(index=True, unique=True)
    """Of the token in the private link at which a draft can be read."""
    plain_text: Mapped[str] = mapped_column(
        "text", server_default=sa.text("''"), deferred=True, deferred_raiseload=True
    )
    """All words in plain text, a line for each paragraph: what search looks through."""
    changed_at: Mapped[MaybeMoment]
    """When its words last changed after they were published: not by a tag, a date or a better rendering."""
    feed_id: Mapped[str | None] = mapped_column(index=True, unique=True)
    """What feeds call it for good, a URN; made by triggers if it came without one."""

    series_id: Mapped[int | None] = mapped_column(sa.ForeignKey("series.id"))
    series_part: Mapped[int | None]
    """By this number the posts of a series are in order; what readers are told is counted among those that are live.
    The database gives a post one that comes into a series without."""
    language: Mapped[str] = mapped_column(default="", server_default=sa.text("''"))
    """That it is written in, a tag of RFC 5646; empty for the site's."""

    renderer: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"), index=True)
    """The version of the renderer that made `body_html` (`rendering.RENDERER`); below zero if that one failed, and
    `backfill.RELATED_LATER` while its related posts are not worked out yet."""

    cover: Mapped["Image | None"] = relationship(lazy="raise")
    series: Mapped["Series | None"] = relationship(lazy="raise")
    tags: Mapped[list["Tag"]] = relationship(
        secondary=post_tag, order_by=lambda: Tag.slug, lazy="raise", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy's own spelling
    __table_args__ = (
        sa.Index("ix_post_published_at_id", "published_at", "id", **only_where("trashed_at IS NULL")),
        sa.Index("ix_post_trashed_at", "trashed_at", **only_where("trashed_at IS NOT NULL")),
        sa.Index("ix_post_changed_at", "changed_at", **only_where("changed_at IS NOT NULL")),
        # One in the order of the parts, one in that of a listing; each with all that is asked where parts are counted.
        sa.Index(
            "ix_post_series_part",
            "series_id",
            "series_part",
            "published_at",
            "id",
            "trashed_at",
            **only_where("series_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_post_series_date",
            "series_id",
            "published_at",
            "id",
            "trashed_at",
            **only_where("series_id IS NOT NULL"),
        ),
        # An id is never given out twice, since cursors and browsers remember it.
        NEVER_REUSED_IDS,
    )

    @property
    def cursor(self) -> Cursor:
        """The place in a listing where this post stands; only for a post with a date."""
        if self.published_at is None:
            raise ValueError(f"post {self.id} has no place in a listing")
        return Cursor(self.published_at, self.id)


IS_PUBLISHED = sa.and_(Post.published_at.is_not(None), Post.trashed_at.is_(None))
"""Whether a post is live or scheduled; whether its hour has come is asked when reading (`posts.live`)."""


class Tag(Base):
    """A tag, known to readers as soon as a live post carries it."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    published: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many posts with this tag are live or scheduled; kept by triggers."""


class Series(Base):
    """Posts that are read in order; gone with the last post that is in it, which triggers see to."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    """Made of its first title, and for good."""
    title: Mapped[str]

    # An id is never given out twice, since the name of its feed is made of it.
    __table_args__ = (NEVER_REUSED_IDS,)


class Redirect(Base):
    """An address at which a post was or is published; noted by triggers."""

    __tablename__ = "redirect"

    slug: Mapped[str] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), index=True)


class TagRedirect(Base):
    """An address at which a tag was or is published; without a tag when it was deleted. Noted by triggers."""

    __tablename__ = "tag_redirect"

    slug: Mapped[str] = mapped_column(primary_key=True)
    tag_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tag.id", ondelete="SET NULL"), index=True)


class Image(Base):
    """An uploaded picture, kept in the instance's folder `media` under the hash of its content."""

    __tablename__ = "image"

    hash: Mapped[str] = mapped_column(primary_key=True)
    width: Mapped[int]
    height: Mapped[int]
    widths: Mapped[list[int]] = mapped_column(sa.JSON)
    """The widths in pixels in which it is kept, each as WebP and AVIF."""
    alt: Mapped[str]
    """What was last said of it, offered again where it is used again."""
    uploaded_at: Mapped[Moment]


class Related(Base):
    """A post that is related to another, kept by `blog.search.related`."""

    __tablename__ = "related"

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(
        sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    score: Mapped[int]

    __table_args__ = (IN_KEY_ORDER,)


class Correction(Base):
    """What the author tells readers has changed in a post since it was published."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[Moment]
    note: Mapped[str]
    """One line of plain text."""
