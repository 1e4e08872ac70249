"""Images: validated by content, resized to a few widths, and stored under the hash of the upload.

Pillow writes all served files from pixels, so that metadata, locations, thumbnails and other content of the upload are
removed. Only the first frame of an animation is kept: animations longer than five seconds would need a pause control
(WCAG 2.2.2). This module has their rows; `blog.media.image_files` has the files.
"""

import io
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa

from blog import clock
from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.media.image_files import alone, digest_of, keep
from blog.store.db import db, writing
from blog.store.models import Image
from blog.text.graphemes import shortened
from blog.text.lines import plain_line
from blog.text.pictures import MENTIONED, Picture

LONGEST_ALT = 1000
"""Maximum characters."""


class ImageUnknown(BlogError):
    """There is no image with this hash."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("This image does not exist."))


def store(media: Path, upload: BinaryIO | bytes, alt: str = "") -> Image:
    """Store the image in `upload` in the folder `media`, unless it exists. Returns its row.

    `alt` replaces the description unless it is empty. Raises ImageRefused, and OSError if the disk fails; then nothing
    is stored.
    """
    alt = shortened(plain_line(alt), LONGEST_ALT)
    file = io.BytesIO(upload) if isinstance(upload, bytes) else upload
    digest = digest_of(file)
    with alone(media):
        image = known_before = known(digest)
        if image is None or not (media / digest).is_dir():
            sizes = keep(media, digest, file)
            width, height = sizes.widths[-1], sizes.heights[-1]
            image = Image(hash=digest, width=width, height=height, widths=sizes.widths, alt="")
        try:
            return noted(image, alt)
        except sa.exc.SQLAlchemyError:
            if known_before is None:  # files without a row would only fill the disk
                shutil.rmtree(media / digest, ignore_errors=True)
            raise


def noted(image: Image, alt: str) -> Image:
    """Create or update the row of an image, with upload time and description."""
    with writing() as session:
        kept = session.get(Image, image.hash)
        if kept is None:
            kept = image
            session.add(kept)
        kept.uploaded_at = clock.now()
        kept.alt = alt or kept.alt
    return kept


def known(digest: str) -> Image | None:
    return db.session.get(Image, digest)


def newest(*, limit: int, skip: int = 0) -> Sequence[Image]:
    """The most recently uploaded images."""
    ordered = sa.select(Image).order_by(Image.uploaded_at.desc(), Image.hash)
    return db.session.scalars(ordered.offset(skip).limit(limit)).all()


def picture(image: Image) -> Picture:
    return Picture(image.hash, image.width, image.height, image.widths)


def mentioned(markdown: str) -> dict[str, Picture]:
    """The images in a text by hash, for `rendering.render`. At most one query."""
    hashes = set(MENTIONED.findall(markdown))
    if not hashes:
        return {}
    found = db.session.scalars(sa.select(Image).where(Image.hash.in_(hashes)))
    return {image.hash: picture(image) for image in found}


def lost(markdown: str) -> set[str]:
    """The hashes of deleted images that a text refers to."""
    return set(MENTIONED.findall(markdown)) - mentioned(markdown).keys()


def describe(digest: str, alt: str | None) -> Image:
    """Set the description of an image; None leaves it unchanged. Raises ImageUnknown."""
    with writing() as session:
        image = session.get(Image, digest)
        if image is None:
            raise ImageUnknown
        if alt is not None:
            image.alt = shortened(plain_line(alt), LONGEST_ALT)
    return image
