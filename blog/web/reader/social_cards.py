"""Social cards over HTTP: the pictures of titles that stand for posts and pages wherever somebody shares a link.

Those of posts are drawn when the post is written. There may be more combinations of tags than files should be kept, so
their cards are drawn when they are asked for, and the last ones stay in memory (`social_cards.drawn`).
"""

import io
import re
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, send_file

from blog.i18n import listed
from blog.media.cards import social_cards
from blog.reading.posts import MOST_TAGS_COMBINED
from blog.text.pictures import HASH
from blog.web import conditional
from blog.web.media import A_YEAR
from blog.web.reader.metadata import PNG, page_title, page_words
from blog.writing import tags

bp = Blueprint("social_cards", __name__)

IDS = re.compile(rf"[1-9]\d{{0,17}}(?:\+[1-9]\d{{0,17}}){{1,{MOST_TAGS_COMBINED - 1}}}", re.ASCII)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.after_request(draw_written)
    app.teardown_appcontext(remove_deleted)


def folder() -> Path:
    instance: Path = current_app.config["INSTANCE"]
    return instance / "sharing"


@bp.get("/media/sharing/<number:post_id>/<digest>.png")
def picture(post_id: int, digest: str) -> Response:
    """The picture of a post; a file that is there needs no database.

    The path is made of what was checked here, a number and a digest, and of nothing as it came in.
    """
    if not HASH.fullmatch(digest):
        raise social_cards.PictureUnknown
    path = social_cards.path(folder(), post_id, digest)
    file = path if path.is_file() else io.BytesIO(social_cards.asked_for(folder(), post_id, digest))
    return for_good(file, digest)


@bp.get("/media/sharing/<any(home, tags, archive, series):subject>/<int:page>/<digest>.png")
def page_picture(subject: str, page: int, digest: str) -> Response:
    """The picture of a page that is no post, drawn when it is asked for first."""
    if not HASH.fullmatch(digest):
        raise social_cards.PictureUnknown
    path = social_cards.path(folder() / subject, page, digest)
    if path.is_file():
        return for_good(path, digest)
    said = page_words(page_title(subject, page))
    if social_cards.digest(said) != digest:
        raise social_cards.PictureUnknown
    return for_good(io.BytesIO(social_cards.made(folder() / subject, page, said)), digest)


@bp.get("/media/sharing/combinations/<ids>/<digest>.png")
def combination_picture(ids: str, digest: str) -> Response:
    """The picture of a combination; 404 unless it is of the names that the tags have now."""
    numbers = [int(number) for number in ids.split("+")] if IDS.fullmatch(ids) else []
    names = tags.names_of(numbers)
    if not numbers or len(names) != len(numbers) or not HASH.fullmatch(digest):
        raise social_cards.PictureUnknown
    said = page_words(listed(names))
    if numbers != sorted(numbers) or social_cards.digest(said) != digest:
        raise social_cards.PictureUnknown
    return for_good(io.BytesIO(social_cards.drawn(said)), digest)


def for_good(file: Path | io.BytesIO, digest: str) -> Response:
    response = send_file(file, PNG, conditional=False, etag=False, max_age=A_YEAR)
    response.cache_control.public = True
    response.cache_control.immutable = True
    return conditional.file(response, digest)


def draw_written(response: Response) -> Response:
    """Before the author hears that a post is published, its picture is there."""
    social_cards.draw_written(folder())
    return response


def remove_deleted(_error: BaseException | None) -> None:
    social_cards.remove_deleted(folder())
