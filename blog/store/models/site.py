"""The site's own row."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from blog.store.db import Base, MaybeMoment


class Site(Base):
    """The one row of what the author decides about the site, and its content version."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    tagline: Mapped[str]
    author: Mapped[str]
    language: Mapped[str]
    time_zone: Mapped[str]
    posts_per_page: Mapped[int]
    footer_links: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON)
    """Each with `label` and `url`, and `rel` if the page there is the author's own."""
    accent: Mapped[str] = mapped_column(server_default=sa.text("''"))
    """The author's colour, `#8d351f`; empty for the style sheet's own."""
    picture_hash: Mapped[str | None] = mapped_column(sa.ForeignKey("image.hash"))
    """Stands beside the title of the site."""
    licence: Mapped[dict[str, str]] = mapped_column(sa.JSON, server_default=sa.text("'{}'"))
    """With `label` and `url`; empty where nothing is said."""
    feed_id: Mapped[str | None]
    hub: Mapped[str] = mapped_column(server_default=sa.text("''"))
    content_version: Mapped[int] = mapped_column(server_default="1")
    """Raised by triggers with each change that a reader could see."""
    published_count: Mapped[int] = mapped_column("published", server_default="0")
    """How many posts are live or scheduled; kept by triggers."""
    welcomed_at: Mapped[MaybeMoment]
    """When the first start was over: samples are not offered again."""

    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)
