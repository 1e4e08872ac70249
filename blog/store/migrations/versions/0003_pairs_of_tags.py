"""How many posts carry each pair of tags, so that a tag's page need not count them; what is in the trash, in order."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "tag_pair",
        sa.Column("tag_id", sa.Integer, nullable=False),
        sa.Column("other_id", sa.Integer, nullable=False),
        sa.Column("published", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name="fk_tag_pair_tag_id_tag", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["other_id"], ["tag.id"], name="fk_tag_pair_other_id_tag", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tag_id", "other_id", name="pk_tag_pair"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tag_pair_other_id", "tag_pair", ["other_id"])
    # Each save looks for what has been in the trash for thirty days.
    op.create_index(
        "ix_post_trashed_at", "post", ["trashed_at"], sqlite_where=sa.text("trashed_at IS NOT NULL")
    )
