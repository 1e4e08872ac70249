"""Which version of the renderer made a post's HTML."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("post", sa.Column("renderer", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.create_index("ix_post_renderer", "post", ["renderer"])
