"""Files for programs: sitemaps, robots.txt, llms.txt, and posts as Markdown."""

from datetime import datetime

from flask import Blueprint, Response, abort, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from blog.errors import PostUnknown
from blog.reading import posts, redirects, series
from blog.reading.tag_counts import tag_counts
from blog.syndication import sitemap, sitemap_xml
from blog.syndication.markup import XML
from blog.text.links import as_uri
from blog.web.caching import cached_page, site_context
from blog.web.redirects import redirect_permanently
from blog.web.templating import absolute, listing_url

bp = Blueprint("sitemap", __name__)

PLAIN = "text/plain; charset=utf-8"
MARKDOWN = "text/markdown; charset=utf-8"
NEWEST = 50
"""Number of posts in llms.txt."""

Page = tuple[str, datetime | None]


def answer(body: bytes | str, kind: str) -> Response:
    """A response with this body. Text files end with a line end (POSIX), which Jinja removes."""
    if isinstance(body, str) and not body.endswith("\n"):
        body += "\n"
    return make_response(body, 200, {"Content-Type": kind})


@bp.get("/robots.txt")
@cached_page
def robots() -> ResponseReturnValue:
    """robots.txt: everything may be crawled except the author's pages, preview links and search."""
    return answer(render_template("sitemap/robots.txt"), PLAIN)


@bp.get("/sitemap.xml")
@cached_page
def sitemap_index() -> ResponseReturnValue:
    """The sitemap index: the parts of the sitemap, each with its last change."""
    site_context()
    pages = other_pages()
    slices = [pages[start : start + sitemap.MOST] for start in range(0, len(pages), sitemap.MOST)]
    parts = [
        ("pages", number, max((at for _, at in each if at), default=None))
        for number, each in enumerate(slices, start=1)
    ]
    parts += [("posts", part.number, part.changed) for part in sitemap.parts(site_context().newest)]
    entries = [
        (absolute(url_for("sitemap.sitemap_part", kind=kind, number=number)), at)
        for kind, number, at in parts
    ]
    return answer(sitemap_xml.index(entries), XML)


@bp.get("/sitemap-<any(pages, posts):kind>-<number:number>.xml")
@cached_page
def sitemap_part(kind: str, number: int) -> ResponseReturnValue:
    """A part of the sitemap: posts, or all other pages."""
    site_context()
    pages: list[Page] = []
    if kind == "pages":
        pages = other_pages()[(number - 1) * sitemap.MOST : number * sitemap.MOST]
    else:
        found = sitemap.posts_of(number)
        pages = [(absolute(url_for("posts.post", slug=each.name)), each.changed) for each in found]
    if not pages:
        abort(404)
    return answer(sitemap_xml.part(pages), XML)


def other_pages() -> list[Page]:
    """All pages that are not posts: home page, tags, archive, series."""
    tags, years, found = sitemap.tags(), sitemap.years(site_context().zone), sitemap.series()
    newest = max((year.changed for year in years), default=None)
    return [
        (absolute(url_for("posts.index")), newest),
        (absolute(url_for("posts.tags")), newest),
        *((absolute(url_for("posts.archive", year=int(year.name))), year.changed) for year in years),
        *((absolute(listing_url([tag.name])), tag.changed) for tag in tags),
        *((absolute(url_for("series.index")), max(each.changed for each in found)) for _ in found[:1]),
        *((absolute(url_for("series.show", slug=each.name)), each.changed) for each in found),
    ]


@bp.get("/posts/<slug>.md")
@cached_page
def markdown(slug: str) -> ResponseReturnValue:
    """A post as Markdown. A former address redirects."""
    site_context()
    try:
        found = posts.by_slug(slug, written=True)
    except PostUnknown:
        return redirect_permanently(url_for("sitemap.markdown", slug=redirects.present(slug)))
    response = answer(render_template("sitemap/post.md", post=found), MARKDOWN)
    page = found.canonical_url or absolute(url_for("posts.post", slug=found.slug))
    response.headers["Link"] = f'<{as_uri(page)}>; rel="canonical"'
    return response


@bp.get("/llms.txt")
@cached_page
def llms() -> ResponseReturnValue:
    """A description of the site and its texts for language models (https://llmstxt.org/)."""
    site_context()
    newest = posts.page(size=NEWEST)
    return answer(
        render_template("sitemap/llms.txt", posts=newest.posts, tags=tag_counts(), series=series.get_all()),
        PLAIN,
    )
