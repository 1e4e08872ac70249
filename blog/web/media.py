"""Pictures over HTTP for everyone: their files, and the HTML that shows one as a cover."""

from io import BytesIO
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, send_file
from markupsafe import Markup

from blog.media import image_files, images, shared_formats
from blog.store.models import Post
from blog.text import pictures
from blog.web import conditional
from blog.web.base_path import placed_html

bp = Blueprint("media", __name__)

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
