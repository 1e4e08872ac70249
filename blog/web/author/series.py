"""The author's pages of series: rename them and reorder their parts."""

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blog.errors import FieldsWrong, FieldWrong
from blog.i18n import gettext as _
from blog.web import converters
from blog.writing import post_form, series

bp = Blueprint("author_series", __name__, url_prefix="/author/series")

FIELD = re.compile(r"part-([1-9][0-9]{0,17})")
"""The field of the post with this id. The number of digits is limited to what SQLite can store."""


@bp.get("/")
def index() -> str:
    """All series with their numbers of posts."""
    return render_template("author_series/index.html", every=series.uses())


@bp.get("/<int:number>")
def show(number: int) -> str:
    """One series: its name and its parts."""
    return render_series(number)


def render_series(number: int, errors: dict[str, str] | None = None) -> str:
    shown = next((each for each in series.uses() if each.id == number), None)
    if shown is None:
        raise series.SeriesGone
    skip = max(0, request.args.get("skip", 0, type=converters.number))
    return render_template(
        "author_series/one.html",
        series=shown,
        parts=series.parts(number, skip=skip),
        skip=skip,
        typed=request.form,
        state=post_form.state,
        errors=errors or {},
    )


@bp.post("/<int:number>/rename")
def rename(number: int) -> ResponseReturnValue:
    """Rename the series. Its address does not change."""
    try:
        renamed = series.rename(number, request.form.get("name", ""))
    except FieldWrong as error:
        return render_series(number, {error.field: error.message}), 422
    flash(_("The series was renamed to “%(title)s”. Its address has not changed.", title=renamed.title))
    return redirect(url_for(".show", number=number), 303)


@bp.post("/<int:number>/order")
def order(number: int) -> ResponseReturnValue:
    """Save the part numbers."""
    typed = {int(match[1]): text for name, text in request.form.items() if (match := FIELD.fullmatch(name))}
    try:
        moved = series.renumber(number, typed)
    except FieldsWrong as error:
        return render_series(number, error.errors), 422
    flash(_("The order was saved.") if moved else _("The order has not changed."))
    return redirect(url_for(".show", number=number, skip=request.args.get("skip")), 303)
