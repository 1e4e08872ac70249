"""Pictures of the author's: checked by what they hold, made anew in a few widths, kept under the hash of the upload.

What is served was written by Pillow here, pixel by pixel: metadata, places, thumbnails, and whatever else travelled in
the uploaded file stay behind. An animation becomes its first picture: one that moves by itself for more than five
seconds would need a control to stop it (WCAG 2.2.2). Here are their rows; `blog.media.image_files` keeps the files.
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
"""Characters."""


class ImageUnknown(BlogError):
    """No image has this hash."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("This image does not exist."))


def store(media: Path, upload: BinaryIO | bytes, alt: str = "") -> Image:
    """Keep the picture in `upload` in the folder `media`, if it is not there yet; its row.

    `alt` is remembered as what was last said of it, unless it is empty. Raises ImageRefused, and OSError if the disk
    fails; then nothing is kept.
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
            if known_before is None:  # files without a row would be in the way of a disk that is full
                shutil.rmtree(media / digest, ignore_errors=True)
            raise


def noted(image: Image, alt: str) -> Image:
    """The row of an image, with the moment of its upload and what was said of it."""
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
    """The images uploaded last."""
    ordered = sa.select(Image).order_by(Image.uploaded_at.desc(), Image.hash)
    return db.session.scalars(ordered.offset(skip).limit(limit)).all()


def picture(image: Image) -> Picture:
    return Picture(image.hash, image.width, image.height, image.widths)


def mentioned(markdown: str) -> dict[str, Picture]:
    """The pictures that a text shows, by their hash: what `rendering.render` wants to know. At most one query."""
    hashes = set(MENTIONED.findall(markdown))
    if not hashes:
        return {}
    found = db.session.scalars(sa.select(Image).where(Image.hash.in_(hashes)))
    return {image.hash: picture(image) for image in found}


def lost(markdown: str) -> set[str]:
    """The hashes of pictures that a text would show, had they not been deleted."""
    return set(MENTIONED.findall(markdown)) - mentioned(markdown).keys()


def describe(digest: str, alt: str | None) -> Image:
    """Remember what is said of an image; None leaves it as it is. Raises ImageUnknown."""
    with writing() as session:
        image = session.get(Image, digest)
        if image is None:
            raise ImageUnknown
        if alt is not None:
            image.alt = shortened(plain_line(alt), LONGEST_ALT)
    return image
