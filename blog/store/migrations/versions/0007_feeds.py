"""Feeds: what they call a post for good, and when its words changed; the site's licence; a hub."""

import sqlalchemy as sa
from alembic import op

from blog.store.db import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    # Names are given by the triggers' own statements, which follow each migration.
    op.add_column("post", sa.Column("changed_at", UtcDateTime, nullable=True))
    op.add_column("post", sa.Column("feed_id", sa.String, nullable=True))
    op.create_index("ix_post_feed_id", "post", ["feed_id"], unique=True)
    op.create_index(
        "ix_post_changed_at", "post", ["changed_at"], sqlite_where=sa.text("changed_at IS NOT NULL")
    )
    op.add_column("site", sa.Column("feed_id", sa.String, nullable=True))
    op.add_column("site", sa.Column("licence", sa.JSON, nullable=False, server_default=sa.text("'{}'")))
    op.add_column("site", sa.Column("hub", sa.String, nullable=False, server_default=sa.text("''")))
    op.create_table(
        "ping",
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("told", sa.String, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("topic", name="pk_ping"),
    )
