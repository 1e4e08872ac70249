"""Public pages: the list of posts, with and without tags, single posts, all tags, the archive."""

from functools import partial

from flask import (
    Blueprint,
    abort,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from blog.errors import PostUnknown, TagUnknown, TooManyTags
from blog.reading import corrections, posts, redirects, series
from blog.reading.archive import months_in, titles_in, years_in
from blog.reading.tag_counts import tag_counts
from blog.search import related
from blog.text.contents import contents
from blog.web.caching import cached_page, leave_out, site_context
from blog.web.converters import cursor_from
from blog.web.redirects import redirect_permanently
from blog.web.templating import listing_url

bp = Blueprint("posts", __name__)


@bp.get("/")
@bp.get("/tags/<tags:slugs>")
@cached_page
def index(slugs: tuple[str, ...] = ()) -> ResponseReturnValue:
    """The newest posts, or those with all of some tags; older ones load while scrolling."""
    after, upto = cursor_from(request, "after"), cursor_from(request, "upto")
    if len(set(slugs)) > posts.MOST_TAGS_COMBINED:
        raise TooManyTags(posts.MOST_TAGS_COMBINED)
    site = site_context()
    try:
        tags = tag_counts(slugs)
    except TagUnknown:
        present = redirects.present_tags(slugs)
        return redirect_permanently(
            listing_url(present, after=after, upto=upto) if present else url_for("posts.tags")
        )
    if list(slugs) != sorted(set(slugs)):
        return redirect_permanently(listing_url(slugs, after=after, upto=upto))
    chosen = [tag for tag in tags if tag.chosen]
    page = posts.page(chosen, after=after, upto=upto, size=site.site.posts_per_page)
    # Invented cursors and combinations are not cached, or visitors could fill the cache with them. Restored ranges are
    # not cached either: they are large and only for one reader.
    if not page.genuine or (chosen and not page.posts):
        leave_out()
    return render_template(
        "posts/index.html",
        page=page,
        tags=tags,
        chosen=chosen,
        total=chosen[0].count if chosen else site.live,
        after=after,
        upto=upto,
        address=partial(listing_url, slugs),
        chip_address=listing_url,
        query=None,
        q="",
        why={},
    )


@bp.get("/posts/<slug>")
@cached_page
def post(slug: str) -> ResponseReturnValue:
    """A post with links to its neighbours. A former address redirects."""
    try:
        shown = posts.by_slug(slug)
    except PostUnknown:
        return redirect_permanently(url_for("posts.post", slug=redirects.present(slug)))
    return render_template(
        "posts/post.html",
        post=shown,
        around=posts.neighbours(shown),
        related=related.for_post(shown),
        series=series.place(shown),
        corrections=corrections.for_post(shown.id),
        contents=contents(shown.body_html, shown.word_count),
    )


@bp.get("/tags/")
@cached_page
def tags() -> ResponseReturnValue:
    """All tags by name."""
    every = sorted(tag_counts(), key=lambda tag: tag.slug)
    return render_template("posts/tags.html", tags=every, has_series=series.any_live())


@bp.get("/archive/")
@bp.get("/archive/<int(fixed_digits=4):year>/")
@cached_page
def archive(year: int | None = None) -> ResponseReturnValue:
    """The titles of a year, by default the newest one, with links to other years."""
    zone = site_context().zone
    years = years_in(zone)
    shown = year if year is not None or not years else years[0].year
    if year is not None and year not in {each.year for each in years}:
        abort(404)
    titles = titles_in(shown, zone) if shown is not None else []
    months = months_in(years, zone)
    return render_template(
        "posts/archive.html",
        years=years,
        year=year,
        shown=shown,
        titles=titles,
        months=months,
        has_series=series.any_live(),
    )
