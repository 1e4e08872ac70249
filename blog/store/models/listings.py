"""The tables that lead the listings of tags: each stored in the order in which it is read, and kept by triggers."""

from datetime import UTC, datetime

import sqlalchemy as sa

from blog.store.db import Base, UtcDateTime

# What post_tag.live_from holds for drafts and for posts in the trash: later than any date a post can have.
NEVER = datetime.max.replace(tzinfo=UTC)


def published(row: str) -> str:
    """SQL: `row` of post is live or scheduled. Whether its hour has come is asked when reading (`posts.live`)."""
    return f"({row}.published_at IS NOT NULL AND {row}.trashed_at IS NULL)"


def noted(table: str, owner: str) -> str:
    """SQL: the address of the row NEW belongs to it, and leads to it for good."""
    return f"""
            UPDATE {table} SET {owner} = NEW.id WHERE slug = NEW.slug AND {owner} IS NOT NEW.id;
            INSERT INTO {table} (slug, {owner}) SELECT NEW.slug, NEW.id
                WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE slug = NEW.slug);
"""


post_tag = sa.Table(
    "post_tag",
    Base.metadata,
    sa.Column("tag_id", sa.ForeignKey("tag.id", ondelete="CASCADE"), nullable=False),
    sa.Column("live_from", UtcDateTime, nullable=False, server_default=f"{NEVER:%Y-%m-%d %H:%M:%S.%f}"),
    sa.Column("post_id", sa.ForeignKey("post.id", ondelete="CASCADE"), nullable=False),
    sa.PrimaryKeyConstraint("tag_id", "live_from", "post_id"),
    sa.UniqueConstraint("post_id", "tag_id"),
    sqlite_with_rowid=False,
    comment="Stored in the order of a tag's listing; live_from is the post's published_at, kept by triggers.",
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
    sqlite_with_rowid=False,
    comment="Stored in the order of the listing of two tags, tag_id the smaller one; live and scheduled posts alone, "
    "kept by triggers.",
)

tag_pair = sa.Table(
    "tag_pair",
    Base.metadata,
    sa.Column("tag_id", sa.ForeignKey("tag.id", ondelete="CASCADE"), nullable=False),
    sa.Column("other_id", sa.ForeignKey("tag.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("published", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("tag_id", "other_id"),
    sqlite_with_rowid=False,
    comment="How many posts that are live or scheduled carry both tags, each pair both ways round; kept by triggers.",
)
