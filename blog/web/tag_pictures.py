"""The picture for whoever shares a combination of tags: their names, drawn like the title of a post.

There may be more combinations than files should be kept, so a picture is drawn when it is asked for, and the last ones
are kept in memory (`sharing_pictures.drawn`).
"""

import io
import re
from collections.abc import Sequence

from flask import Blueprint, Flask, Response, url_for

from blog import drawing, sharing_pictures, tags
from blog.i18n import listed
from blog.pictures import HASH
from blog.posts import MOST_TAGS, TagCount
from blog.web.caching import standing
from blog.web.metadata import PNG, Picture, for_good, of_image, page_words, picture_of_site
from blog.web.templating import absolute

bp = Blueprint("tag_pictures", __name__)

IDS = re.compile(rf"[1-9]\d{{0,17}}(?:\+[1-9]\d{{0,17}}){{1,{MOST_TAGS - 1}}}", re.ASCII)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(picture_of_tags=picture_of_tags)
    app.register_blueprint(bp)


def picture_of_tags(chosen: Sequence[TagCount]) -> Picture:
    """What stands beside the title of the site, or else a picture of the names of one tag or several."""
    now = standing()
    if now.picture:
        return of_image(now.picture, now.site.title)
    if len(chosen) == 1:
        return picture_of_site("tags", chosen[0].id, chosen[0].name)
    said = page_words(listed([tag.name for tag in sorted(chosen, key=lambda tag: tag.slug)]))
    ids = "+".join(str(number) for number in sorted(tag.id for tag in chosen))
    url = absolute(url_for("tag_pictures.picture", ids=ids, digest=sharing_pictures.digest(said)))
    return Picture(url, drawing.WIDTH, drawing.HEIGHT, PNG, said.title)


@bp.get("/media/sharing/combinations/<ids>/<digest>.png")
def picture(ids: str, digest: str) -> Response:
    """The picture of a combination; 404 unless it is of the names that the tags have now."""
    numbers = [int(number) for number in ids.split("+")] if IDS.fullmatch(ids) else []
    names = tags.names_of(numbers)
    if not numbers or len(names) != len(numbers) or not HASH.fullmatch(digest):
        raise sharing_pictures.PictureUnknown
    said = page_words(listed(names))
    if numbers != sorted(numbers) or sharing_pictures.digest(said) != digest:
        raise sharing_pictures.PictureUnknown
    return for_good(io.BytesIO(sharing_pictures.drawn(said)), digest)
