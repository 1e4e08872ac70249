"""JSON-LD about the site and breadcrumbs (https://schema.org/, Google's "Breadcrumb structured data")."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, url_for

from blog.i18n import gettext as _
from blog.i18n import listed
from blog.i18n import year as year_in_words
from blog.reading.posts import TagCount
from blog.reading.series import Known, Place
from blog.store.models import Post
from blog.web.caching import site_context
from blog.web.templating import absolute, listing_url

CONTEXT = "https://schema.org"

Step = tuple[str, str]
"""The name of a page and its path."""


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        website_data=website_data,
        way_to_post=way_to_post,
        way_to_tags=way_to_tags,
        way_to_archive=way_to_archive,
        way_to_series=way_to_series,
    )


def website_data() -> dict[str, Any]:
    """The site, for its home page: https://schema.org/WebSite."""
    now = site_context()
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": now.site.title,
        "description": now.tagline,
        "url": absolute(url_for("posts.index")),
        "inLanguage": now.site.language,
    }


def way(*steps: Step) -> dict[str, Any]:
    """Breadcrumbs from the home page: https://schema.org/BreadcrumbList."""
    home = (site_context().site.title, url_for("posts.index"))
    places = [
        {"@type": "ListItem", "position": position, "name": name, "item": absolute(path)}
        for position, (name, path) in enumerate([home, *steps], start=1)
    ]
    return {"@context": CONTEXT, "@type": "BreadcrumbList", "itemListElement": places}


def way_to_post(post: Post, place: Place | None) -> dict[str, Any]:
    """Breadcrumbs of a post, via its series if it is in one."""
    series = [all_series(), one_series(place)] if place else []
    return way(*series, (post.title, url_for("posts.post", slug=post.slug)))


def way_to_tags(chosen: Sequence[TagCount] = ()) -> dict[str, Any]:
    """Breadcrumbs of the list of tags, or of the posts with the chosen ones."""
    tags = (_("Tags"), url_for("posts.tags"))
    if not chosen:
        return way(tags)
    names, slugs = [tag.name for tag in chosen], [tag.slug for tag in chosen]
    return way(tags, (listed(names), listing_url(slugs)))


def way_to_archive(year: int | None) -> dict[str, Any]:
    """Breadcrumbs of the archive, or of a year."""
    years = [] if year is None else [(year_in_words(year), url_for("posts.archive", year=year))]
    return way((_("Archive"), url_for("posts.archive")), *years)


def way_to_series(series: Known | None = None) -> dict[str, Any]:
    """Breadcrumbs of the list of series, or of a series."""
    return way(all_series(), *([one_series(series)] if series else []))


def all_series() -> Step:
    return _("Series"), url_for("series.index")


def one_series(series: Known | Place) -> Step:
    return series.title, url_for("series.show", slug=series.slug)
