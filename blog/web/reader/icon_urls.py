"""The addresses of the site's icons."""

from flask import url_for

from blog.media import icons
from blog.web.caching import site_context


def design() -> icons.Design:
    site = site_context().site
    return icons.design(site.picture_hash, site.title, site.accent, site.language)


def icon_url(size: int, *, maskable: bool = False) -> str:
    """The address of an icon; it says what the icon is made of."""
    name = f"maskable-{size}" if maskable else str(size)
    return url_for("icons.versioned", digest=icons.digest(design()), name=name)
