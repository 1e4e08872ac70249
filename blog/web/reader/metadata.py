"""Metadata of pages for search engines, messengers and social networks, and the social cards."""

import locale
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Flask, url_for

from blog.i18n import gettext as _
from blog.i18n import listed
from blog.media import images, shared_formats
from blog.media.cards import drawing, social_cards
from blog.media.cards.drawing import Words
from blog.reading import series
from blog.reading.posts import TagCount
from blog.reading.series import Known, Place
from blog.site import colours
from blog.store.models import Post
from blog.syndication import feeds
from blog.text import pictures
from blog.web.base_path import picture_url
from blog.web.caching import site_context
from blog.web.media import media
from blog.web.templating import absolute, local
from blog.writing import tags

PNG = "image/png"
WIDE_ENOUGH = 1200
"""Pixels: the recommended size for large previews."""

# Languages whose most likely region differs from the C library's tables, or depends on the script.
LOCALES = {"ar": "ar_AR", "zh-Hant": "zh_TW"}


class Picture(NamedTuple):
    """The preview image of a page."""

    url: str
    width: int
    height: int
    kind: str
    alt: str


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        og_locale=og_locale,
        picture_of=picture_of,
        picture_of_site=picture_of_site,
        picture_of_tags=picture_of_tags,
        blog_posting=blog_posting,
        series_data=series_data,
    )


# --- what is said


def og_locale(language: str) -> str:
    """A language in Open Graph's notation, with a region: `en_US` for `en`. Empty if the region is unknown."""
    spoken, *more = language.split("-")
    region = next((part for part in more if len(part) == 2 and part.isupper()), "")
    if region:
        return f"{spoken}_{region}"
    known = LOCALES.get("-".join([spoken, *more[:1]])) or LOCALES.get(spoken)
    found = known or locale.normalize(spoken).partition(".")[0].partition("@")[0]
    return found if "_" in found else ""


def picture_of(post: Post) -> Picture:
    """A published post's cover, or its social card."""
    if post.cover is not None:
        return of_image(images.picture(post.cover), post.cover_alt or post.cover.alt)
    site = site_context().site
    name = social_cards.digest(social_cards.words(post, site))
    url = absolute(url_for("social_cards.picture", post_id=post.id, digest=name))
    alt = _("%(title)s, by %(author)s", title=post.title, author=site.author) if site.author else post.title
    return Picture(url, drawing.WIDTH, drawing.HEIGHT, PNG, alt)


def picture_of_site(kind: str = "home", number: int = 0, title: str = "") -> Picture:
    """The site image, or else a social card with the page's title (`page_title`)."""
    now = site_context()
    if now.picture:
        return of_image(now.picture, now.site.title)
    said = page_words(title or page_title(kind, number))
    name = social_cards.digest(said)
    url = absolute(url_for("social_cards.page_picture", subject=kind, page=number, digest=name))
    return Picture(url, drawing.WIDTH, drawing.HEIGHT, PNG, said.title)


def picture_of_tags(chosen: Sequence[TagCount]) -> Picture:
    """What stands beside the title of the site, or else a picture of the names of one tag or several."""
    now = site_context()
    if now.picture:
        return of_image(now.picture, now.site.title)
    if len(chosen) == 1:
        return picture_of_site("tags", chosen[0].id, chosen[0].name)
    said = page_words(listed([tag.name for tag in sorted(chosen, key=lambda tag: tag.slug)]))
    ids = "+".join(str(number) for number in sorted(tag.id for tag in chosen))
    url = absolute(url_for("social_cards.combination_picture", ids=ids, digest=social_cards.digest(said)))
    return Picture(url, drawing.WIDTH, drawing.HEIGHT, PNG, said.title)


def page_words(title: str) -> Words:
    """The texts on the social card of a page other than a post."""
    site = site_context().site
    above = "" if title == site.title else site.title
    return Words(title, site.author, above, "", site.accent or colours.BUILT_IN, site.language)


def page_title(kind: str, number: int) -> str:
    """The title of a page: of a tag or series by its id, of an archive year, of others by kind.

    Raises PictureUnknown.
    """
    title = None
    if not number:
        title = {
            "home": site_context().site.title,
            "tags": _("Tags"),
            "archive": _("Archive"),
            "series": _("Series"),
        }[kind]
    elif kind == "tags":
        title = tags.name_of(number)
    elif kind == "series":
        title = series.title_of(number)
    if title is None:
        raise social_cards.PictureUnknown
    return title


def of_image(found: pictures.Picture, alt: str) -> Picture:
    width = next((each for each in found.widths if each >= WIDE_ENOUGH), found.widths[-1])
    height = max(1, round(width * found.height / found.width))
    ending = shared_formats.ending_for(media() / found.hash / f"{width}.webp")
    return Picture(
        absolute(picture_url(found, width, ending)), width, height, shared_formats.TYPES[ending], alt
    )


def blog_posting(post: Post, place: Place | None = None) -> dict[str, Any]:
    """A published post and its position in a series in schema.org terms: https://schema.org/BlogPosting."""
    site = site_context().site
    home = absolute(url_for("posts.index"))
    address = post.canonical_url or absolute(url_for("posts.post", slug=post.slug))
    shown = picture_of(post)
    image = {"@type": "ImageObject", "url": shown.url, "width": shown.width, "height": shown.height}
    whole = {"@type": "Blog", "name": site.title, "url": home}
    said = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "mainEntityOfPage": address,
        "url": address,
        "headline": post.title,
        "description": post.excerpt,
        "datePublished": moment(post.cursor.published_at),
        "dateModified": moment(feeds.updated(post)),
        "inLanguage": post.language or site.language,
        "wordCount": post.word_count,
        "keywords": [tag.name for tag in post.tags],
        "image": {**image, "caption": shown.alt} if shown.alt else image,
        "author": {"@type": "Person", "name": site.author, "url": home} if site.author else None,
        "isPartOf": [whole, creative_work(place)] if place else whole,
        "position": place and place.number,
        "license": site.licence.get("url"),
    }
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def creative_work(found: Place | Known) -> dict[str, str]:
    """A series in schema.org terms: https://schema.org/CreativeWorkSeries."""
    url = absolute(url_for("series.show", slug=found.slug))
    return {"@type": "CreativeWorkSeries", "name": found.title, "url": url}


def series_data(found: Known) -> dict[str, str]:
    """The same for its own page."""
    return {"@context": "https://schema.org", **creative_work(found)}


def moment(at: datetime) -> str:
    return local(at).isoformat(timespec="seconds")
