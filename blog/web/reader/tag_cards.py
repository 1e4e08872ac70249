"""The picture for whoever shares a combination of tags: their names, drawn like the title of a post.

There may be more combinations than files should be kept, so a picture is drawn when it is asked for, and the last ones
are kept in memory (`sharing_pictures.drawn`).
"""

import io
import re
from collections.abc import Sequence

from flask import Blueprint, Flask, Response, url_for

from blog.i18n import listed
from blog.media.cards import drawing, social_cards
from blog.reading.posts import MOST_TAGS, TagCount
from blog.text.pictures import HASH
from blog.web.caching import standing
from blog.web.reader.metadata import PNG, Picture, for_good, of_image, page_words, picture_of_site
from blog.web.templating import absolute
from blog.writing import tags

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
    url = absolute(url_for("tag_pictures.picture", ids=ids, digest=social_cards.digest(said)))
    return Picture(url, drawing.WIDTH, drawing.HEIGHT, PNG, said.title)


@bp.get("/media/sharing/combinations/<ids>/<digest>.png")
def picture(ids: str, digest: str) -> Response:
    """The picture of a combination; 404 unless it is of the names that the tags have now."""
    numbers = [int(number) for number in ids.split("+")] if IDS.fullmatch(ids) else []
    names = tags.names_of(numbers)
    if not numbers or len(names) != len(numbers) or not HASH.fullmatch(digest):
        raise social_cards.PictureUnknown
    said = page_words(listed(names))
    if numbers != sorted(numbers) or social_cards.digest(said) != digest:
        raise social_cards.PictureUnknown
    return for_good(io.BytesIO(social_cards.drawn(said)), digest)
