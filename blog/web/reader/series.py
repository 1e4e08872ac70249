"""Public pages of series: all series, and one with its parts in order."""

import re

from flask import Blueprint, Request, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blog.reading import series
from blog.web.caching import cached_page
from blog.web.redirects import redirect_permanently

bp = Blueprint("series", __name__)

NUMBER = re.compile(r"[1-9][0-9]{0,5}")


@bp.get("/series/")
@cached_page
def index() -> ResponseReturnValue:
    """All series by name."""
    return render_template("series/index.html", every=series.get_all())


@bp.get("/series/<slug>")
@cached_page
def show(slug: str) -> ResponseReturnValue:
    """The parts of a series in order, in pages."""
    number = page_number(request)
    found = series.by_slug(slug)
    if number == 1 and request.args.get("page"):
        return redirect_permanently(url_for(".show", slug=slug))
    return render_template("series/one.html", series=found, page=series.page(found, number))


def page_number(request: Request) -> int:
    """The argument `page` in its canonical spelling. Others, and nonexistent pages, would add cache keys without
    limit.
    """
    typed = request.args.get("page") or "1"
    if not NUMBER.fullmatch(typed):
        abort(404)
    return int(typed)
