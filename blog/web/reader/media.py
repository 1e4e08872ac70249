"""The files of pictures."""

from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, abort, send_file

from blog.media import shared_formats
from blog.text import pictures
from blog.web import conditional
from blog.web.media import A_YEAR, media

bp = Blueprint("media", __name__)

TYPES = {"webp": "image/webp", "avif": "image/avif", **shared_formats.TYPES}


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
