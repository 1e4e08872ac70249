"""The search page, which also answers the search box of the list while typing."""

import re
from collections.abc import Iterable, Sequence
from functools import partial
from html import escape
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from blog.errors import TooManyTags
from blog.reading import posts
from blog.reading.tag_counts import spellings, tag_counts
from blog.search import query as queries
from blog.search import ranking, snippets, spelling
from blog.search import results as findings
from blog.search.query import Query
from blog.search.ranking import Place
from blog.store.current import backend
from blog.text.graphemes import beginning
from blog.text.lines import plain_line
from blog.text.slugs import is_slug
from blog.web.caching import cached_page, site_context
from blog.web.templating import listing_url

bp = Blueprint("search", __name__)


@bp.get("/search")
@cached_page
def results() -> ResponseReturnValue:
    """The posts that match a query, best first. Never cached, because the number of queries is unlimited."""
    typed = beginning(request.args.get("q", ""), queries.LONGEST)
    query = queries.parsed(typed)
    every = tag_counts()
    spelt = spellings(every)
    asked = {*tags_from(request.args.get("tags", "")), *query.tags}
    slugs = sorted({spelt.get(slug, slug) for slug in asked})
    if len(slugs) > posts.MOST_TAGS_COMBINED:
        raise TooManyTags(posts.MOST_TAGS_COMBINED)
    if "q" in request.args and not query.asks and not query.text:
        return redirect(listing_url(slugs))
    known = {tag.slug: tag.id for tag in every}
    ids = [known[slug] for slug in slugs if slug in known]
    answer = ranking.Answer([])
    if query.asks and len(ids) == len(slugs):
        backend.index_pending()
        answer = ranking.find(query, ids)
    tags = findings.counts(answer, slugs) if answer.posts else every
    after, upto = (
        Place.parse(request.args[name]) if request.args.get(name) else None for name in ("after", "upto")
    )
    page = findings.page(answer, after=after, upto=upto, size=site_context().site.posts_per_page)
    return render_template(
        "search/results.html",
        query=query,
        q=plain_line(typed),
        answer=answer,
        page=page,
        why=reasons(query, page),
        total=len(answer.posts),
        nearest=""
        if answer.posts
        else spelling.suggestion(query, ids, version=site_context().site.content_version),
        tags=tags,
        chosen=[tag for tag in tags if tag.slug in slugs],
        after=after,
        upto=upto,
        address=partial(search_url, query.text, slugs),
        chip_address=partial(search_url, query.text) if query.asks else listing_url,
        search_url=search_url,
    )


def tags_from(typed: str) -> Iterable[str]:
    """The slugs in `typed`, joined by `+` as in paths; in a query string, `+` is a space."""
    return (part for part in re.split("[+ ]", typed) if is_slug(part))


def reasons(query: Query, page: findings.Page) -> dict[int, snippets.Shown]:
    found = snippets.shown(query, [post.id for post in page.posts])
    return {number: snippets.Shown(*map(marked, shown)) for number, shown in found.items()}


def marked(text: str) -> Markup:
    """Plain `text` with its matches marked."""
    begin, end = snippets.MARKS
    return Markup(escape(text, quote=False).replace(begin, "<mark>").replace(end, "</mark>"))  # noqa: S704 -- escaped


def search_url(
    text: str, tags: Sequence[str] = (), *, after: Place | None = None, upto: Place | None = None
) -> str:
    """The canonical address of a page of results."""
    arguments = {"q": text, "tags": "+".join(sorted(set(tags))), "after": after, "upto": upto}
    values: dict[str, Any] = {name: str(value) for name, value in arguments.items() if value}
    return url_for("search.results", **values)
