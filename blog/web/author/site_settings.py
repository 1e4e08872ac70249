"""The site settings form, and the style sheet with the accent colour."""

import json

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from blog import i18n
from blog.errors import FieldsWrong
from blog.i18n import gettext as _
from blog.media import images
from blog.media.image_files import ImageRefused
from blog.site import colours, overview, settings
from blog.syndication import websub
from blog.web.author.uploads import store
from blog.web.speaking import speak

bp = Blueprint("site_settings", __name__)

FOREVER = "public, max-age=31536000, immutable"


@bp.get("/author/site")
def show() -> str:
    return form(settings.shown(), {})


@bp.post("/author/site")
def change() -> ResponseReturnValue:
    """Save the settings, or show the form with errors. An uploaded image is stored in both cases."""
    typed, wrong = settings.joined(request.form, shown_before())
    file = request.files.get("picture")
    if "no_picture" in request.form:
        typed["picture_hash"] = ""
    elif file and file.filename:
        try:
            typed["picture_hash"] = store(file).hash
        except ImageRefused as error:
            wrong["picture"] = error.message
    try:
        settings.change(typed, wrong=wrong)
    except FieldsWrong as error:
        errors = dict(error.errors)
        if gone := errors.pop("picture_hash", None):
            typed["picture_hash"] = ""
            errors["picture"] = gone
        return form(typed, errors), error.status
    speak(overview.language())  # the language may have changed
    flash(_("Saved. The changes are public."))
    return redirect(url_for("site_settings.show"), 303)


def shown_before() -> dict[str, str]:
    """The settings when the form was opened."""
    try:
        return {str(name): str(value) for name, value in json.loads(request.form.get("began", "{}")).items()}
    except (ValueError, AttributeError, RecursionError):
        return {}  # A manipulated value.


def form(values: dict[str, str], errors: dict[str, str]) -> str:
    image = images.known(values["picture_hash"])
    return render_template(
        "site_settings/site.html",
        values=values,
        began=json.dumps(settings.shown(), ensure_ascii=False),
        errors=errors,
        picture=images.picture(image) if image else None,
        languages=i18n.languages(i18n.language()),
        with_words=i18n.with_words(),
        zones=sorted(settings.zone_choices()),
        sizes=settings.POSTS_PER_PAGE,
        readable=colours.READABLE,
        built_in=colours.BUILT_IN,
        deaf_until=websub.deaf_until(),
    )


@bp.get("/accent-<colour>.css")
def accent(colour: str) -> Response:
    """The accent colour for light and dark mode. The address contains the colour, so the response may be cached."""
    day = f"#{colour}"
    if not colours.is_colour(day) or colours.by_day(day) != day:
        abort(404)
    style = f":root {{ --accent: light-dark({day}, {colours.by_night(day)}); }}\n"
    return make_response(style, 200, {"Content-Type": "text/css; charset=utf-8", "Cache-Control": FOREVER})
