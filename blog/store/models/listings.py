"""The tables that lead the listings of tags: each stored in the order in which it is read, and kept by triggers."""

from datetime import UTC, datetime

import sqlalchemy as sa

from blog.store.db import Base, UtcDateTime
from blog.store.sqlite.table_options import IN_KEY_ORDER

# What post_tag.live_from holds for drafts and for posts in the trash: later than any date a post can have.
NEVER = datetime.max.replace(tzinfo=UTC)


post_tag = sa.Table(
    "post_tag",
    Base.metadata,
    sa.Column("tag_id", sa.ForeignKey("tag.id", ondelete="CASCADE"), nullable=False),
    sa.Column("live_from", UtcDateTime, nullable=False, server_default=f"{NEVER:%Y-%m-%d %H:%M:%S.%f}"),
    sa.Column("post_id", sa.ForeignKey("post.id", ondelete="CASCADE"), nullable=False),
    sa.PrimaryKeyConstraint("tag_id", "live_from", "post_id"),
    sa.UniqueConstraint("post_id", "tag_id"),
    comment="Stored in the order of a tag's listing; live_from is the post's published_at, kept by triggers.",
    **IN_KEY_ORDER,
)

# No index on other_id, which only the end of a tag would use, and which would be as large as the table.
post_pair = sa.Table(
    "post_pair",
    Base.metadata,
    sa.Column("tag_id", sa.ForeignKey("tag.id", ondelete="CASCADE"), nullable=False),
    sa.Column("other_id", sa.ForeignKey("tag.id", ondelete="CASCADE"), nullable=False),
    sa.Column("live_from", UtcDateTime, nullable=False),
    sa.Column("post_id", sa.ForeignKey("post.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.PrimaryKeyConstraint("tag_id", "other_id", "live_from", "post_id"),
    comment="Stored in the order of the listing of two tags, tag_id the smaller one; live and scheduled posts alone, "
    "kept by triggers.",
    **IN_KEY_ORDER,
)

tag_pair = sa.Table(
    "tag_pair",
    Base.metadata,
    sa.Column("tag_id", sa.ForeignKey("tag.id", ondelete="CASCADE"), nullable=False),
    sa.Column("other_id", sa.ForeignKey("tag.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("published", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("tag_id", "other_id"),
    comment="How many posts that are live or scheduled carry both tags, each pair both ways round; kept by triggers.",
    **IN_KEY_ORDER,
)
