"""Which posts are related."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "related",
        sa.Column("post_id", sa.Integer, nullable=False),
        sa.Column("other_id", sa.Integer, nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_related_post_id_post", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["other_id"], ["post.id"], name="fk_related_other_id_post", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "other_id", name="pk_related"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_related_other_id", "related", ["other_id"])
