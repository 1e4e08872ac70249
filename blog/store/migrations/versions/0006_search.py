"""The words of each post in plain text, which search looks through."""

import sqlalchemy as sa
from alembic import op

from blog.text.rendering import plain

revision = "0006"
down_revision = "0005"

BATCH = 500


def upgrade() -> None:
    op.add_column("post", sa.Column("text", sa.String, nullable=False, server_default=sa.text("''")))
    connection = op.get_bind()
    last = 0
    while True:
        rows = connection.execute(
            sa.text("SELECT id, body_html FROM post WHERE id > :last ORDER BY id LIMIT :batch"),
            {"last": last, "batch": BATCH},
        ).all()
        if not rows:
            break
        connection.execute(
            sa.text("UPDATE post SET text = :text WHERE id = :id"),
            [{"id": row.id, "text": plain(row.body_html)} for row in rows],
        )
        last = rows[-1].id
