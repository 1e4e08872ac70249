"""Feeds of the site, of tags, combinations of tags and series, each in three formats and paged."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from flask import Blueprint, Flask, Response, make_response, request, url_for
from flask.typing import ResponseReturnValue

from blog.errors import TagUnknown, TooManyTags
from blog.i18n import gettext as _
from blog.i18n import listed
from blog.reading import posts, redirects, series
from blog.reading.posts import TagCount
from blog.reading.tag_counts import tag_counts
from blog.store.cursors import Cursor
from blog.syndication import atom, feeds, json_feed, rss
from blog.syndication.channel import Category, Channel, Enclosure, Item, Link
from blog.syndication.markup import XML
from blog.text.absolute import absolute as whole
from blog.text.links import as_uri
from blog.web.assets import asset
from blog.web.base_path import placed, placed_html
from blog.web.caching import cached_page, leave_out, site_context
from blog.web.converters import cursor_from
from blog.web.media import media
from blog.web.reader.icon_urls import icon_url
from blog.web.reader.metadata import of_image
from blog.web.redirects import redirect_permanently
from blog.web.templating import absolute, feed_url, is_foreign, labelled, listing_url, series_feed_url

bp = Blueprint("feeds", __name__)

"""Not the formats' own types: Chromium shows those as source, and this one with the style sheet."""


class Format(NamedTuple):
    type: str
    """Media type in links to it."""
    answer: str
    """Media type of the response."""
    write: Callable[[Channel], bytes]


FORMATS = {
    "atom": Format(atom.TYPE, XML, atom.write),
    "rss": Format(rss.TYPE, XML, rss.write),
    "json": Format(json_feed.TYPE, json_feed.TYPE, json_feed.write),
}


class Subject(NamedTuple):
    """What a feed contains."""

    id: str
    """Its permanent id."""
    title: str
    """Precedes the site's title; empty for the site's feed."""
    home: str
    address: Callable[..., str]
    """The address of the feed in a format: its first page, or the page after the cursor `after`."""

    @property
    def is_site(self) -> bool:
        return not self.title


@bp.get("/feed.<any(atom, rss, json):form>")
@bp.get("/tags/<tags:slugs>/feed.<any(atom, rss, json):form>")
@cached_page
def feed(form: str, slugs: tuple[str, ...] = ()) -> ResponseReturnValue:
    """The newest posts, or those with all of some tags, with their full texts and links to older pages."""
    after = cursor_from(request, "after")
    if len(set(slugs)) > posts.MOST_TAGS_COMBINED:
        raise TooManyTags(posts.MOST_TAGS_COMBINED)
    tags = []
    if slugs:
        try:
            tags = [tag for tag in tag_counts(slugs) if tag.chosen]
        except TagUnknown:
            present = redirects.present_tags(slugs)
            if not present:
                raise
            return redirect_permanently(feed_url(form, present, after=after))
        if list(slugs) != sorted(set(slugs)):
            return redirect_permanently(feed_url(form, slugs, after=after))
    return answer(form, tagged(tags), after, feeds.page(tags, after=after))


@bp.get("/series/<slug>/feed.<any(atom, rss, json):form>")
@cached_page
def of_series(form: str, slug: str) -> ResponseReturnValue:
    """The newest parts of a series with their full texts and links to older pages."""
    after = cursor_from(request, "after")
    found = series.by_slug(slug)
    subject = Subject(
        feeds.feed_id(site_context().site, series_id=found.id),
        found.title,
        url_for("series.show", slug=slug),
        partial(series_feed_url, slug=slug),
    )
    return answer(form, subject, after, feeds.page(series_id=found.id, after=after))


def tagged(tags: Sequence[TagCount]) -> Subject:
    """The posts with all of `tags`, or all posts."""
    slugs = sorted(tag.slug for tag in tags)
    names = [tag.name for tag in sorted(tags, key=lambda tag: tag.slug)]
    return Subject(
        feeds.feed_id(site_context().site, tags),
        _("Posts tagged %(names)s", names=listed(names)) if tags else "",
        listing_url(slugs),
        partial(feed_url, tags=slugs),
    )


def answer(form: str, subject: Subject, after: Cursor | None, page: feeds.Page) -> Response:
    """A page of a feed. Pages at cursors that are not linked, and empty pages, are not cached."""
    if not page.genuine or not (subject.is_site or page.entries):
        leave_out()
    made = channel(form, subject, after, page)
    response = make_response(FORMATS[form].write(made))
    response.headers["Content-Type"] = FORMATS[form].answer
    if made.hub:
        response.headers.add("Link", f'<{as_uri(made.hub)}>; rel="hub"')
        response.headers.add("Link", f'<{as_uri(made.url)}>; rel="self"')
    return response


def channel(form: str, subject: Subject, after: Cursor | None, page: feeds.Page) -> Channel:
    """The feed's metadata and the posts of `page`."""
    now = site_context()
    site, picture = now.site, now.picture

    def address(after: Cursor | None = None) -> str:
        return absolute(subject.address(form, after=after))

    return Channel(
        id=subject.id,
        title=" · ".join(filter(None, (subject.title, site.title))),
        subtitle=now.tagline,
        author=site.author or site.title,
        language=site.language,
        home=absolute(subject.home),
        url=address(after),
        first=address(),
        newer=None if page.from_top else address(page.newer),
        older=address(page.older) if page.older else None,
        others=[
            (other.type, absolute(subject.address(name))) for name, other in FORMATS.items() if name != form
        ],
        updated=max((entry.updated for entry in page.entries), default=site.welcomed_at or feeds.LONG_AGO),
        icon=absolute(icon_url(32)),
        logo=of_image(picture, "").url if picture else "",
        image=absolute(icon_url(144)),
        licence=Link(site.licence["label"], as_uri(site.licence["url"])) if site.licence else None,
        hub=as_uri(site.hub) if subject.is_site and not after else "",
        style=asset("feed.css"),
        hint=_(
            "This is a feed. Add its address to a feed reader to receive new posts. To read it in a browser, "
            "visit %(address)s",
            address=absolute(subject.home),
        ),
        read_on=_("Read on the site"),
        items=[item(entry) for entry in page.entries],
    )


def item(entry: feeds.Entry) -> Item:
    post = entry.post
    url = absolute(url_for("posts.post", slug=post.slug))
    picture = feeds.picture_of(entry, media())
    return Item(
        id=str(post.feed_id),
        url=url,
        canonical_url=as_uri(post.canonical_url),
        title=post.title,
        html=whole(placed_html(labelled(entry.html, post.language)), url),
        summary=post.excerpt,
        published=post.cursor.published_at,
        updated=entry.updated,
        categories=[Category(tag.slug, tag.name) for tag in post.tags],
        language=post.language if is_foreign(post.language) else "",
        enclosure=Enclosure(absolute(placed(picture.address)), picture.kind, picture.size)
        if picture
        else None,
    )


def hub_topics(app: Flask) -> list[str]:
    """The addresses of the feeds that name the hub."""
    with app.test_request_context(base_url=app.config["BASE_URL"]):
        return [absolute(feed_url(form)) for form in FORMATS]
