"""What search looks through. These tables are made with the index over them, and not by a migration."""

import sqlalchemy as sa

from blog.store.db import Base

search_text = sa.Table(
    "post_search_text",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.Text),
    sa.Column("excerpt", sa.Text),
    sa.Column("text", sa.Text),
    sa.Column("places", sa.Text),
    comment="The tokens of each published post by its id (`blog.text.search_tokens`); `places` leads from a token back "
    "to the letters that the author wrote.",
)

search_due = sa.Table(
    "post_search_due",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    comment="The ids of posts that are to be indexed again, noted by triggers.",
)
