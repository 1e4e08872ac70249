"""Series of posts, and the languages that posts are written in."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("slug", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
        sa.UniqueConstraint("slug", name="uq_series_slug"),
        sqlite_autoincrement=True,
    )
    # In place, as the covers were (0002): Alembic leaves the name out of a reference that is added so.
    op.execute(
        "ALTER TABLE post ADD COLUMN series_id INTEGER CONSTRAINT fk_post_series_id_series REFERENCES series (id)"
    )
    op.add_column("post", sa.Column("series_part", sa.Integer, nullable=True))
    op.add_column("post", sa.Column("language", sa.String, nullable=False, server_default=sa.text("''")))
    op.create_index(
        "ix_post_series_part",
        "post",
        ["series_id", "series_part", "published_at", "id", "trashed_at"],
        sqlite_where=sa.text("series_id IS NOT NULL"),
    )
    op.create_index(
        "ix_post_series_date",
        "post",
        ["series_id", "published_at", "id", "trashed_at"],
        sqlite_where=sa.text("series_id IS NOT NULL"),
    )
