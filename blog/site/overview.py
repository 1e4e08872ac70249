"""The site's settings, number of posts and content version."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from blog.i18n import gettext as _
from blog.reading.posts import live, scheduled
from blog.store.db import db, writing
from blog.store.models import Image, Post, Site
from blog.text.pictures import Picture


class SiteContext(NamedTuple):
    """Data that every page needs, read in one query."""

    site: Site
    live: int
    """Number of published posts."""
    newest: datetime | None
    """Date of the newest published post. Changes when a scheduled post becomes public, and with it the cache key."""
    picture: Picture | None
    """The site image, if there is one."""

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone for dates."""
        return ZoneInfo(self.site.time_zone)

    @property
    def tagline(self) -> str:
        """The author's tagline, or the default one."""
        return self.site.tagline or _("Notes, posts and everything in between, on one scrolling page.")


AHEAD = scheduled().with_only_columns(sa.func.count()).scalar_subquery()
NEWEST = (
    live().with_only_columns(sa.func.max(Post.published_at, type_=Post.published_at.type)).scalar_subquery()
)
STANDING = sa.select(Site, AHEAD, NEWEST, Image).outerjoin(Image, Image.hash == Site.picture_hash)


def read() -> SiteContext:
    """The site's row, its number of published posts and the date of the newest one, in one query.

    Triggers count the posts with a date. The few scheduled ones are counted here and subtracted.
    """
    site, waiting, newest_at, image = db.session.execute(STANDING).one()
    picture = Picture(image.hash, image.width, image.height, image.widths) if image else None
    return SiteContext(site, site.published_count - waiting, newest_at, picture)


def language() -> str:
    """Only the language of the site."""
    return db.session.execute(sa.select(Site.language)).scalar_one()


def choose_tagline(tagline: str) -> bool:
    """Set `tagline` unless the author has set one. Returns whether it was set."""
    with writing() as session:
        site = session.get_one(Site, 1)
        if site.tagline or not tagline:
            return False
        site.tagline = tagline
        return True
