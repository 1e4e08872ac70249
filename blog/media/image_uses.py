"""Where a picture is shown, and deleting one that is shown nowhere any more."""

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
    """A text that shows a picture; without post and draft, the site beside its title."""

    title: str
    post_id: int | None = None
    draft_id: int | None = None
    trashed: bool = False


class ImageInUse(BlogError):
    """A picture that is shown somewhere is not deleted: `uses` says where."""

    status = 409

    def __init__(self, image: Image, uses: Sequence[Use]) -> None:
        super().__init__(_("This image is in use and was not deleted."))
        self.picture = picture(image)
        self.alt = image.alt
        self.uses = uses


def uses(digest: str) -> Sequence[Use]:
    """Where a picture is shown: posts in every state, the trash among them, texts not saved yet, and the site.

    Not the revisions: a picture that only an earlier text showed could otherwise never go. Reads every text, so it is
    asked when a picture shall go, and not for a list of them.
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
    """Delete a picture, row and files, for good. Raises ImageUnknown, and ImageInUse if it is shown anywhere."""
    with alone(media):
        with writing() as session:
            image = session.get(Image, digest)
            if image is None:
                raise ImageUnknown
            if found := uses(digest):
                raise ImageInUse(image, found)
            session.delete(image)
            # A folder that may not be written to says so here, while nothing has been changed.
            gone = Path(tempfile.mkdtemp(prefix=".", dir=media))
        remove(media, digest, gone)


def remove(media: Path, digest: str, gone: Path) -> None:
    """Remove a picture's files, behind the commit: without a row they are in nobody's way.

    Their folder loses its name first, as it got it last: no crash leaves a part of it, which a later upload of the same
    picture would take for the whole.
    """
    try:
        (media / digest).rename(gone / digest)
        sync(media)
    except FileNotFoundError:
        pass
    finally:
        shutil.rmtree(gone, ignore_errors=True)
