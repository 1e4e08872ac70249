"""Pictures over HTTP: the author's page of them, uploading, and the files themselves for everyone."""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from blog import image_files, image_uses, images, pictures, shared_formats
from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.i18n import ngettext
from blog.models import Image, Post
from blog.web import conditional, converters
from blog.web.base_path import placed_html
from blog.web.holding import wants_json

bp = Blueprint("uploads", __name__)

ON_A_PAGE = 60
ON_A_POST = pictures.Room(highest="70vh")
"""A post's cover, as .cover in site.css says."""
FEATURED = pictures.Room(shape=16 / 9)
SMALL = pictures.Room("26rem", "22rem", shape=16 / 9)
"""A card's cover, as .card-cover in site.css says."""
A_YEAR = 365 * 24 * 3600
TYPES = {"webp": "image/webp", "avif": "image/avif", **shared_formats.TYPES}


def init_app(app: Flask) -> None:
    app.jinja_env.globals["largest_upload"] = image_files.LARGEST_UPLOAD
    app.jinja_env.filters["cover"] = cover
    app.jinja_env.filters["picture"] = images.picture
    app.jinja_env.filters["image_markdown"] = lambda image: pictures.markdown(image.hash, image.alt)
    app.register_blueprint(bp)


def cover(post: Post, *, card: str = "") -> Markup:
    """The cover of a post that has one, as HTML: on its page, or in a listing on a `featured` or a `small` card."""
    if post.cover is None:
        return Markup()
    # Everything in it is escaped where it is put together.
    alt = post.cover_alt or post.cover.alt
    room = {"": ON_A_POST, "featured": FEATURED, "small": SMALL}[card]
    html = pictures.html(images.picture(post.cover), alt, kind="u-photo", lazy=card == "small", room=room)
    return Markup(placed_html(html))  # noqa: S704


@bp.get("/author/images/")
def index() -> str:
    """All images, the newest first, with the Markdown that shows each."""
    return page(skip=min(request.args.get("skip", 0, type=converters.number), 10**9))


def page(
    *,
    skip: int = 0,
    errors: dict[str, str] | None = None,
    alt: str = "",
    in_use: image_uses.ImageInUse | None = None,
) -> str:
    skip = max(0, skip)
    shown = images.newest(limit=ON_A_PAGE + 1, skip=skip)
    more = skip + ON_A_PAGE if len(shown) > ON_A_PAGE else None
    return render_template(
        "author/images.html",
        images=shown[:ON_A_PAGE],
        skip=skip,
        more=more,
        errors=errors or {},
        alt=alt,
        in_use=in_use,
    )


@bp.post("/author/images/")
def upload() -> ResponseReturnValue:
    """Keep those of the pictures sent as `files` that can be kept; a script sends one and is told its Markdown."""
    files = [file for file in request.files.getlist("files") if file.filename]
    alt = request.form.get("alt", "")
    kept, refused = [], []
    for file in files:
        try:
            kept.append(store(file, alt))
        except BlogError as error:
            refused.append(f"{file.filename}: {error.message}" if len(files) > 1 else error.message)
    if not files:
        refused.append(_("Choose a picture first."))
    if wants_json():
        return (jsonify(error=refused[0]), 422) if refused else jsonify(said(kept[0]))
    if kept:
        flash(ngettext("The picture is here.", "%(number)s pictures are here.", len(kept)))
    if refused:
        return page(errors={"upload-files": "\n".join(refused)}, alt=alt), 422
    return redirect(url_for("uploads.index"), 303)


def store(file: FileStorage, alt: str = "") -> Image:
    """Keep a picture that was sent. Its request waits for the one before it, and others must not wait for it.

    Raises ImageRefused.
    """
    waiting = current_app.extensions["front"].waiting
    waiting(+1)
    try:
        return images.store(media(), cast(BinaryIO, file.stream), alt)
    finally:
        waiting(-1)


@bp.post("/author/images/<digest>")
def describe(digest: str) -> ResponseReturnValue:
    """Remember what an image shows."""
    image = images.describe(digest, request.form.get("alt"))
    if wants_json():
        return jsonify(said(image))
    flash(_("The description is saved."))
    return redirect(url_for("uploads.index", skip=sent_skip() or None, _anchor=f"image-{image.hash}"), 303)


@bp.post("/author/images/<digest>/delete")
def delete(digest: str) -> ResponseReturnValue:
    """Delete an image, or say where it is still shown."""
    try:
        image_uses.delete(media(), digest)
    except image_uses.ImageInUse as error:
        return page(skip=sent_skip(), in_use=error), error.status
    flash(_("The picture is deleted."))
    return redirect(url_for("uploads.index", skip=sent_skip() or None), 303)


def sent_skip() -> int:
    """On which page of the list the author stands."""
    return request.form.get("skip", 0, type=converters.number)


def said(image: Image) -> dict[str, str]:
    """What a script is told of an image."""
    return {
        "hash": image.hash,
        "alt": image.alt,
        "describe": url_for("uploads.describe", digest=image.hash),
        "markdown": pictures.markdown(image.hash, image.alt),
        "card": render_template("author/image.html", image=image),
    }


def media() -> Path:
    instance: Path = current_app.config["INSTANCE"]
    return instance / "media"


@bp.get("/media/<digest>")
@bp.get("/media/<digest>/<int:width>.<any(webp, avif, jpg, png):ending>")
def file(digest: str, width: int | None = None, ending: str = "webp") -> Response:
    """One of an image's files; without a width, the one for whoever knows no better.

    The path is made of what was checked here, a hash, a number and one of four words, and of nothing as it came in.
    """
    if not pictures.HASH.fullmatch(digest):
        abort(404)
    folder = media() / digest
    if width is None:
        widths = sorted(int(path.stem) for path in folder.glob("*.webp"))
        width = next((each for each in widths if each >= pictures.COMMON_WIDTH), widths[-1] if widths else 0)
    path: Path | BytesIO = folder / f"{width}.{ending}"
    if isinstance(path, Path) and not path.is_file():
        copy = ending in shared_formats.TYPES and shared_formats.copy(folder / f"{width}.webp", ending)
        if not copy:
            abort(404)
        path = BytesIO(copy)
    response = send_file(path, TYPES[ending], conditional=False, etag=False, max_age=A_YEAR)
    response.cache_control.public = True
    response.cache_control.immutable = True
    return conditional.file(response, f"{digest}-{width}-{ending}")
