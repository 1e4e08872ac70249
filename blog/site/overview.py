"""The site as a whole: what its author decided, how much there is to read, and where its content stands."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from blog.i18n import gettext as _
from blog.reading.posts import live, scheduled
from blog.store.db import db, writing
from blog.store.models import Image, Post, Site
from blog.text.pictures import Picture


class Standing(NamedTuple):
    """What every page begins with, read in one query."""

    site: Site
    live: int
    """Number of live posts."""
    newest: datetime | None
    """When the newest live post was published: changes when a scheduled post comes due, and with it the cache key."""
    picture: Picture | None
    """What stands beside the title, if the author chose something."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the site shows its dates."""
        return ZoneInfo(self.site.time_zone)

    @property
    def tagline(self) -> str:
        """The author's tagline, or one to begin with."""
        return self.site.tagline or _("Notes, posts and everything in between, on one scrolling page.")


AHEAD = scheduled().with_only_columns(sa.func.count()).scalar_subquery()
NEWEST = (
    live().with_only_columns(sa.func.max(Post.published_at, type_=Post.published_at.type)).scalar_subquery()
)
STANDING = sa.select(Site, AHEAD, NEWEST, Image).outerjoin(Image, Image.hash == Site.picture_hash)


def standing() -> Standing:
    """The site's row, the number of its live posts and the newest one's date: one query, whatever the number of posts.

    The database counts what is published; what of it is still scheduled is few and is counted here.
    """
    site, waiting, newest_at, image = db.session.execute(STANDING).one()
    picture = Picture(image.hash, image.width, image.height, image.widths) if image else None
    return Standing(site, site.published - waiting, newest_at, picture)


def language() -> str:
    """The language of the site, by itself."""
    return db.session.execute(sa.select(Site.language)).scalar_one()


def choose_tagline(tagline: str) -> bool:
    """Give the site `tagline` unless its author already chose one; whether it did."""
    with writing() as session:
        site = session.get_one(Site, 1)
        if site.tagline or not tagline:
            return False
        site.tagline = tagline
        return True
