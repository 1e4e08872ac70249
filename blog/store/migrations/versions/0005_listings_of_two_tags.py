"""The listing of each two tags that posts carry together, in order: it need not be looked for among those of one."""

import sqlalchemy as sa
from alembic import op

from blog.store.db import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "post_pair",
        sa.Column("tag_id", sa.Integer, nullable=False),
        sa.Column("other_id", sa.Integer, nullable=False),
        sa.Column("live_from", UtcDateTime, nullable=False),
        sa.Column("post_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name="fk_post_pair_tag_id_tag", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["other_id"], ["tag.id"], name="fk_post_pair_other_id_tag", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name="fk_post_pair_post_id_post", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tag_id", "other_id", "live_from", "post_id", name="pk_post_pair"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_post_pair_post_id", "post_pair", ["post_id"])
