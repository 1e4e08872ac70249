"""The author: account, sessions, drafts, revisions, former addresses, images."""

import sqlalchemy as sa
from alembic import op

from blog.store.db import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("id = 1", name="one_row"),  # the naming convention puts ck_account_ before it
        sa.PrimaryKeyConstraint("id", name="pk_account"),
    )
    op.create_table(
        "signed_in",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("token_hash", sa.String, nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("began_at", UtcDateTime, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("browser", sa.String, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name="fk_signed_in_account_id_account", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_signed_in"),
        sa.UniqueConstraint("token_hash", name="uq_signed_in_token_hash"),
    )
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.String, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_invitation"),
    )
    op.create_table(
        "image",
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("widths", sa.JSON, nullable=False),
        sa.Column("alt", sa.String, nullable=False),
        sa.Column("uploaded_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_image"),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("form", sa.String, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("post_id", sa.Integer, nullable=True),
        sa.Column("base_version", sa.Integer, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("saved_at", UtcDateTime, nullable=False),
        sa.Column("closed_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_draft_post_id_post", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sa.UniqueConstraint("form", name="uq_draft_form"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_draft_post_id", "draft", ["post_id"])
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("post_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name="fk_revision_post_id_post", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
    )
    op.create_index("ix_revision_post_id", "revision", ["post_id"])
    op.create_table(
        "redirect",
        sa.Column("slug", sa.String, nullable=False),
        sa.Column("post_id", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name="fk_redirect_post_id_post", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name="pk_redirect"),
    )
    op.create_index("ix_redirect_post_id", "redirect", ["post_id"])
    op.create_table(
        "tag_redirect",
        sa.Column("slug", sa.String, nullable=False),
        sa.Column("tag_id", sa.Integer, nullable=True),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tag.id"], name="fk_tag_redirect_tag_id_tag", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("slug", name="pk_tag_redirect"),
    )
    op.create_index("ix_tag_redirect_tag_id", "tag_redirect", ["tag_id"])
    # Added in place: making the table anew would forget AUTOINCREMENT, and with it which ids were given out.
    for table, column in (("post", "cover_hash"), ("site", "picture_hash")):
        name = f"fk_{table}_{column}_image"  # which Alembic leaves out of a reference that is added in place
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR CONSTRAINT {name} REFERENCES image (hash)"
        )
    op.add_column("post", sa.Column("cover_alt", sa.String, nullable=False, server_default=sa.text("''")))
    op.add_column("post", sa.Column("canonical_url", sa.String, nullable=False, server_default=sa.text("''")))
    op.add_column("post", sa.Column("preview_hash", sa.String, nullable=True))
    op.add_column("site", sa.Column("accent", sa.String, nullable=False, server_default=sa.text("''")))
    op.create_index("ix_post_preview_hash", "post", ["preview_hash"], unique=True)
