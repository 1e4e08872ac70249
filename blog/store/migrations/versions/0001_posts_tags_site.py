"""Posts, tags and the site's one row."""

import sqlalchemy as sa
from alembic import op

from blog.store.db import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "post",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("slug", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("title_derived", sa.Boolean, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("body_html", sa.String, nullable=False),
        sa.Column("excerpt", sa.String, nullable=False),
        sa.Column("words", sa.Integer, nullable=False),
        sa.Column("published_at", UtcDateTime, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("trashed_at", UtcDateTime, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("source", sa.String, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_post"),
        sa.UniqueConstraint("slug", name="uq_post_slug"),
        sa.UniqueConstraint("source", name="uq_post_source"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_post_published_at_id", "post", ["published_at", "id"], sqlite_where=sa.text("trashed_at IS NULL")
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("slug", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("published", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_tag"),
        sa.UniqueConstraint("slug", name="uq_tag_slug"),
    )
    op.create_table(
        "post_tag",
        sa.Column("tag_id", sa.Integer, nullable=False),
        sa.Column("live_from", UtcDateTime, nullable=False, server_default="9999-12-31 23:59:59.999999"),
        sa.Column("post_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name="fk_post_tag_tag_id_tag", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name="fk_post_tag_post_id_post", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tag_id", "live_from", "post_id", name="pk_post_tag"),
        sa.UniqueConstraint("post_id", "tag_id", name="uq_post_tag_post_id_tag_id"),
        sqlite_with_rowid=False,
    )
    site = op.create_table(
        "site",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("tagline", sa.String, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("time_zone", sa.String, nullable=False),
        sa.Column("posts_per_page", sa.Integer, nullable=False),
        sa.Column("footer_links", sa.JSON, nullable=False),
        sa.Column("content_version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("published", sa.Integer, nullable=False, server_default="0"),
        sa.Column("welcomed_at", UtcDateTime, nullable=True),
        sa.CheckConstraint("id = 1", name="one_row"),  # the naming convention puts ck_site_ before it
        sa.PrimaryKeyConstraint("id", name="pk_site"),
    )
    row = {
        "id": 1,
        "title": "Scrollwork",
        "tagline": "",
        "author": "",
        "language": "en",
        "time_zone": "UTC",
        "posts_per_page": 12,
        "footer_links": [],
    }
    op.bulk_insert(site, [row])
