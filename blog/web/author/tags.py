"""The author's pages of tags: rename, merge, delete."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blog.errors import FieldWrong
from blog.i18n import gettext as _
from blog.web import converters
from blog.writing import tags

bp = Blueprint("author_tags", __name__, url_prefix="/author/tags")


@bp.get("/")
def index() -> str:
    """All tags with their numbers of posts."""
    return render_template("author/tags.html", tags=tags.uses())


@bp.get("/<int:number>")
def tag(number: int) -> str:
    """One tag and its actions."""
    return render_tag(number)


def render_tag(number: int, errors: dict[str, str] | None = None) -> str:
    every = tags.uses()
    shown = next((each for each in every if each.id == number), None)
    if shown is None:
        raise tags.TagGone
    name = request.form.get("name", shown.name)
    others = [each for each in every if each.id != number]
    return render_template("author/tag.html", tag=shown, others=others, name=name, errors=errors or {})


@bp.post("/<int:number>/rename")
def rename(number: int) -> ResponseReturnValue:
    """Rename the tag. Its address changes with the name."""
    try:
        renamed = tags.rename(number, request.form.get("name", ""))
    except FieldWrong as error:
        return render_tag(number, {error.field: error.message}), 422
    flash(
        _("The tag was renamed to “%(name)s”. Its old address redirects to the new one.", name=renamed.name)
    )
    return redirect(url_for("author_tags.index"), 303)


@bp.post("/<int:number>/merge")
def merge(number: int) -> ResponseReturnValue:
    """Give another tag to all posts with this one."""
    try:
        into = tags.merge(number, request.form.get("into", 0, type=converters.number))
    except FieldWrong as error:
        return render_tag(number, {error.field: error.message}), 422
    flash(_("The posts now have the tag “%(name)s”. The old address redirects to it.", name=into.name))
    return redirect(url_for("author_tags.index"), 303)


@bp.post("/<int:number>/delete")
def delete(number: int) -> ResponseReturnValue:
    """Remove the tag from all posts."""
    gone = tags.delete(number)
    flash(_("The tag “%(name)s” was deleted. Its address redirects to the list of tags.", name=gone.name))
    return redirect(url_for("author_tags.index"), 303)
