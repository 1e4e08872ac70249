"""The picture that stands for a post without a cover wherever somebody shares it: drawn when the post is written.

Its address says the post and all that is drawn, so a file never changes, and whoever asks for one that no post shows is
told so without anything being drawn. What is missing, after an import or when the author's name or colour changed, is
drawn when it is asked for first.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blog import i18n
from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.media.cards import drawing
from blog.media.cards.drawing import Words
from blog.reading import posts
from blog.site import colours
from blog.store.current import backend
from blog.store.db import db
from blog.store.models import Post, Site
from blog.store.models.posts import IS_PUBLISHED
from blog.text.pictures import HASH_LENGTH

log = logging.getLogger(__name__)

LOOK = 2
"""Raised when pictures of the same words are to look different."""
MOST_IN_MEMORY = 32
"""Pictures; some 30 kB each."""
WRITTEN, DELETED = "written", "deleted"
"""Under which a session remembers posts until its work is done."""

# One at a time: each takes some fifty milliseconds, and whoever asks for them all must not keep readers waiting.
drawing_one = threading.Lock()


class PictureUnknown(BlogError):
    """No post shows this picture."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("This image does not exist."))


def words(post: Post, site: Site) -> Words:
    """What the picture of a published post says: its day in the language of the site, whoever asks."""
    date = post.cursor.published_at.astimezone(ZoneInfo(site.time_zone)).date()
    day = i18n.day_in(site.language, date)
    accent, language = site.accent or colours.BUILT_IN, post.language or site.language
    return Words(post.title, site.author, site.title, day, accent, language)


def digest(said: Words) -> str:
    return hashlib.sha256(json.dumps([LOOK, *said]).encode()).hexdigest()[:HASH_LENGTH]


def path(folder: Path, post_id: int, name: str) -> Path:
    """Where the picture of a post with the digest `name` is kept, whether it is there or not."""
    return folder / str(post_id) / f"{name}.png"


def asked_for(folder: Path, post_id: int, name: str) -> bytes:
    """The picture of a live post that is not there yet. Raises PictureUnknown."""
    post = db.session.scalars(posts.live().where(Post.id == post_id)).one_or_none()
    if post is None or post.cover_hash:
        raise PictureUnknown
    said = words(post, db.session.get_one(Site, 1))
    if digest(said) != name:
        raise PictureUnknown
    db.session.rollback()  # what is drawn was read: nothing is kept open meanwhile
    return made(folder, post_id, said)


def made(folder: Path, post_id: int, said: Words) -> bytes:
    """The picture, kept in the place of what the post showed before."""
    file = path(folder, post_id, digest(said))
    with drawing_one:
        if file.is_file():
            return file.read_bytes()
        data = drawing.picture(said)
        try:
            keep(file, data)
        except OSError as error:
            log.warning("social card not saved post=%d error=%r", post_id, str(error))
    return data


@lru_cache(maxsize=MOST_IN_MEMORY)
def drawn(said: Words) -> bytes:
    """A picture of which there may be too many to keep a file of each: the last ones are kept in memory."""
    with drawing_one:
        return drawing.picture(said)


def keep(file: Path, data: bytes) -> None:
    """Write a file that is whole as soon as it has its name, also after a power cut, and remove its neighbours."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, ignore_cleanup_errors=True) as folder:
        unfinished = Path(folder) / file.name
        with unfinished.open("wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        unfinished.replace(file)
    for other in file.parent.iterdir():
        if other.is_dir():  # of a process that was killed
            shutil.rmtree(other, ignore_errors=True)
        elif other != file:
            other.unlink(missing_ok=True)


def remove(folder: Path, post_ids: Iterable[int]) -> None:
    for post_id in post_ids:
        shutil.rmtree(folder / str(post_id), ignore_errors=True)


# --- at the end of what was written


def wrote(session: Session, *post_ids: int) -> None:
    """Remember that posts were written, until the transaction is over: drawing takes longer than others may wait."""
    session.info.setdefault(WRITTEN, set()).update(post_ids)


def deleted(session: Session, post_ids: Iterable[int]) -> None:
    session.info.setdefault(DELETED, set()).update(post_ids)


def draw_written(folder: Path) -> None:
    """Draw the pictures of what was written, and remove those of what readers do not see any more.

    Whatever goes wrong here, the text is saved: the picture is then made when it is asked for.
    """
    ids = db.session().info.pop(WRITTEN, None)
    if not ids:
        return
    shown = sa.select(Post).where(Post.id.in_(ids), IS_PUBLISHED, Post.cover_hash.is_(None))
    try:
        site = db.session.get_one(Site, 1)
        say = {post.id: words(post, site) for post in db.session.scalars(shown)}
    except sa.exc.SQLAlchemyError as error:
        if not backend.is_outage(error):
            raise
        return
    remove(folder, ids - say.keys())
    for post_id, said in say.items():
        made(folder, post_id, said)


def remove_deleted(folder: Path) -> None:
    """Remove the pictures of posts that were deleted for good."""
    remove(folder, db.session().info.pop(DELETED, ()))
