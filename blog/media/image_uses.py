"""Find the uses of an image, and delete unused images."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.media.image_files import alone, sync
from blog.media.images import ImageUnknown, picture
from blog.store.db import db, writing
from blog.store.models import Draft, Image, Post, Site


class Use(NamedTuple):
    """A text that shows an image. Without post and draft: the site image."""

    title: str
    post_id: int | None = None
    draft_id: int | None = None
    trashed: bool = False


class ImageInUse(BlogError):
    """The image is in use and was not deleted; `uses` lists where."""

    status = 409

    def __init__(self, image: Image, uses: Sequence[Use]) -> None:
        super().__init__(_("This image is in use and was not deleted."))
        self.picture = picture(image)
        self.alt = image.alt
        self.uses = uses


def uses(digest: str) -> Sequence[Use]:
    """All uses of an image: posts in any state including the trash, unsaved drafts, and the site image.

    Revisions do not count: an image shown only in an old revision could otherwise never be deleted. Reads every text,
    so it is only called to delete an image, not for lists.
    """
    shown = sa.or_(Post.cover_hash == digest, Post.body.contains(digest, autoescape=True))
    posts = db.session.execute(
        sa.select(Post.title, Post.id, Post.trashed_at.is_not(None)).where(shown).order_by(Post.id)
    )
    unsaved = sa.cast(Draft.fields, sa.String).contains(digest, autoescape=True)
    title = Draft.fields["title"].as_string()
    drafts = db.session.execute(
        sa.select(title, Draft.id).where(unsaved, Draft.closed_at.is_(None)).order_by(Draft.id)
    )
    found = [Use(title, post_id=post_id, trashed=trashed) for title, post_id, trashed in posts]
    found += [Use(title, draft_id=draft_id) for title, draft_id in drafts]
    if db.session.scalar(sa.select(Site.id).where(Site.picture_hash == digest)):
        found.append(Use(""))
    return found


def delete(media: Path, digest: str) -> None:
    """Permanently delete an image, row and files. Raises ImageUnknown, and ImageInUse if it is used anywhere."""
    with alone(media):
        with writing() as session:
            image = session.get(Image, digest)
            if image is None:
                raise ImageUnknown
            if found := uses(digest):
                raise ImageInUse(image, found)
            session.delete(image)
            # A read-only folder fails here, before anything is changed.
            gone = Path(tempfile.mkdtemp(prefix=".", dir=media))
        remove(media, digest, gone)


def remove(media: Path, digest: str, gone: Path) -> None:
    """Delete an image's files after the commit: without a row they are unreachable.

    The folder is renamed first, the reverse of storing it: after a crash, no partial folder is taken for a complete
    image.
    """
    try:
        (media / digest).rename(gone / digest)
        sync(media)
    except FileNotFoundError:
        pass
    finally:
        shutil.rmtree(gone, ignore_errors=True)
