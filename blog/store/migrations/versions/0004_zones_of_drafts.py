"""The time zone in which the date of an unsaved text is meant: the site's may be another one when it is opened."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("draft", sa.Column("zone", sa.String, nullable=False, server_default=sa.text("''")))
