"""Where an address leads that people type, guess, or get from a program that took a mark behind it for a part of it.

Asked when there is nothing at an address, and answered only with an address at which there is something. So a wrong
address stays a 404, and nobody is sent on twice.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from typing import Any

from flask import Request, Response, current_app, g, request, url_for
from werkzeug.exceptions import HTTPException

from blog.errors import PostUnknown, TagUnknown
from blog.reading import redirects, series
from blog.reading.archive import years_in
from blog.reading.posts import MOST_TAGS, TagCount
from blog.reading.tag_counts import tag_counts
from blog.text.bare_links import STOP
from blog.text.slugs import is_slug, slug_from
from blog.web.caching import standing
from blog.web.redirects import for_now, moved
from blog.web.templating import feed_url, listing_url, series_feed_url

LONGEST = 500
"""Characters of a path; what is longer was not typed."""
READERS = ("/author", "/preview/", "/static/", "/media/")
"""Below these nothing is looked for: addresses there are secret, or made by the site for its own pages."""

# What stands behind an address in a sentence, in brackets or quotes, or as a mark of Markdown: punctuation and symbols,
# but for those that a name may end with (C++, C#).
TRAILING = re.compile(r"(?:(?![+#%&@])[^\w]|_)+$")
SLASHES = re.compile(r"/{2,}")
# Names that feeds have on other blogs, alone or behind the address of a tag or a series.
FEED = re.compile(
    r"(?P<home>.*?)/(?:feeds?/)?(?P<name>feeds?|rss2?|atom|index|json)(?:\.(?P<ending>xml|rdf|rss|atom|json))?",
    re.IGNORECASE,
)
HOMES = frozenset({"/index", "/index.html", "/index.htm", "/index.php", "/home", "/posts", "/post"})
INDEX = re.compile(r"/index\.(?:html?|php)$|\.(?:html?|php)$", re.IGNORECASE)
"""What other sites' addresses of pages end with."""
MARKDOWN = re.compile(r"\.md$", re.IGNORECASE)
ONE = {"post": "posts", "tag": "tags", "archives": "archive"}
"""The names of our folders as they are on other sites."""


def way_on(request: Request) -> Response | None:
    """The way to what this request for an unknown address means; None if that cannot be told."""
    path = request.path
    if request.method not in {"GET", "HEAD"} or len(path) > LONGEST or path.startswith(READERS):
        return None
    for candidate in candidates(path):
        found = address_of(candidate)
        if found is not None and found != f"{request.script_root}{path}":
            query = request.query_string.decode("latin-1")
            url = f"{found}?{query}" if query else found
            # A listing of all posts may stand there one day.
            return for_now(url) if candidate.lower() in {"/posts", "/post"} else moved(url)
    return None


def candidates(path: str) -> Iterator[str]:
    """What may have been meant by `path`, the likeliest first."""
    # A letter with its accent may come as two characters: macOS writes names in that way.
    path = unicodedata.normalize("NFC", SLASHES.sub("/", unescape(path)))
    cleaned = TRAILING.sub("", path) or "/"
    whole = path.rstrip("/") or "/"
    # Where a program took words of a text without spaces along.
    first = STOP.split(path, maxsplit=1)[0].rstrip("/") or "/"
    yield from dict.fromkeys([cleaned, whole, INDEX.sub("", cleaned) or "/", first])


def address_of(path: str) -> str | None:
    """The present address of what lies at `path`, in any spelling of its names; None if there is nothing."""
    kind, _, rest = path.removeprefix("/").partition("/")
    kind = ONE.get(kind.lower(), kind.lower())
    if path.lower() in HOMES:
        return url_for("reading.index")
    if kind in {"posts", "tags", "series", "archive"} and rest:
        # With nothing before it, it is a name itself: of a tag called “RSS”.
        if (feed := FEED.fullmatch(f"/{rest}")) and feed["home"]:
            return feed_of(kind, feed["home"].removeprefix("/"), form_of(feed))
        return {"posts": post, "tags": tag, "series": of_series, "archive": year}[kind](rest)
    if (feed := FEED.fullmatch(path)) and not feed["home"]:
        return feed_url(form_of(feed))
    return fixed(f"/{kind}" if kind in ONE.values() and not rest else path.lower())


def post(name: str) -> str | None:
    """A post, or its Markdown; or the site's feed, which other sites have beside their posts."""
    name = name.rstrip("+#%&@")  # no post ends with these, as a tag may
    stem = MARKDOWN.sub("", name)
    endpoint = "reading.post" if stem == name else "machines.markdown"
    titles = (
        ()
        if stem.isascii() and is_slug(stem)
        else (slug_from(stem), slug_from(stem, standing().site.language))
    )
    for slug in others(dict.fromkeys(filter(None, (stem, stem.lower(), *titles)))):
        try:
            return url_for(endpoint, slug=redirects.present(slug))
        except PostUnknown:
            continue
    feed = FEED.fullmatch(f"/{name}")
    return feed_url(form_of(feed)) if feed else None


def tag(name: str) -> str | None:
    slugs = tags_of(name)
    return listing_url(slugs) if slugs else None


def tags_of(name: str) -> Sequence[str]:
    """The tags that `name` means: one by its own name (“C++”), or several joined by `+`."""
    known: dict[str, str] = {}
    for one in all_tags():
        known.setdefault(one.name.casefold(), one.slug)
        known[one.slug] = one.slug
    for parts in ([name], name.split("+")):
        found = [next((known[each] for each in spellings(part) if each in known), part) for part in parts]
        if len(found) > MOST_TAGS:
            return []
        if set(found) == set(asked("slugs") or ()):
            continue
        try:
            return redirects.present_tags(found)
        except TagUnknown:
            continue
    return []


def of_series(name: str) -> str | None:
    for slug in others(spellings(name)):
        try:
            return url_for("series.one", slug=series.by_slug(slug).slug)
        except series.SeriesUnknown:
            continue
    return None


def year(name: str) -> str | None:
    number = int(name) if re.fullmatch(r"\d{4}", name) else None  # in the digits of any script
    if number is None or number == asked("year"):
        return None
    years = {each.year for each in years_in(standing().zone)}
    return url_for("reading.archive", year=number) if number in years else None


def feed_of(kind: str, name: str, form: str) -> str | None:
    """The feed of tags or of a series."""
    if kind == "tags" and (slugs := tags_of(name)):
        return feed_url(form, slugs)
    if kind == "series":
        for slug in others(spellings(name)):
            try:
                return series_feed_url(form, series.by_slug(slug).slug)
            except series.SeriesUnknown:
                continue
    return None


def form_of(feed: re.Match[str]) -> str:
    """The format that the name of a feed tells, by its ending or by itself; Atom if it tells none."""
    ending, name = (feed["ending"] or "").lower(), feed["name"].lower()
    form = ending if ending not in {"", "xml"} else name
    return {"rss": "rss", "rss2": "rss", "rdf": "rss", "json": "json"}.get(form, "atom")


def fixed(path: str) -> str | None:
    """An address of this site in which nothing varies, such as /robots.txt."""
    adapter = current_app.url_map.bind("")
    for spelling in (path, f"{path}/"):
        try:
            endpoint, values = adapter.match(spelling, method="GET")
        except HTTPException:
            continue
        if not values and not spelling.startswith("/author"):
            return url_for(endpoint)
    return None


def asked(name: str) -> Any:
    """What the view that found nothing was asked for: to look for the same again would cost queries."""
    return (request.view_args or {}).get(name)


def others(slugs: Iterable[str]) -> Iterator[str]:
    """Those of `slugs` that the view has not looked for."""
    return (slug for slug in slugs if slug != asked("slug"))


def all_tags() -> list[TagCount]:
    """All tags that live posts carry, read once for a request."""
    if "all_tags" not in g:
        g.all_tags = tag_counts()
    found: list[TagCount] = g.all_tags
    return found


def spellings(name: str) -> Iterator[str]:
    """How the slug of what is called `name` may be written, the likeliest first."""
    name = name.strip()
    yield from dict.fromkeys(filter(None, (name, name.lower(), name.casefold(), slug_from(name))))
