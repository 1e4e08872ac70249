"""Pictures of the author's: checked by what they hold, made anew in a few widths, kept under the hash of the upload.

What is served was written by Pillow here, pixel by pixel: metadata, places, thumbnails, and whatever else travelled in
the uploaded file stay behind. An animation becomes its first picture: one that moves by itself for more than five
seconds would need a control to stop it (WCAG 2.2.2). The files are made by a process of their own (`blog.resizing`).
"""

import fcntl
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from blog import clock, resizing
from blog.db import db, writing
from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.i18n import number
from blog.lines import plain_line
from blog.models import Image
from blog.pictures import HASH_LENGTH, MENTIONED, Picture

LARGEST_UPLOAD = 25 * 1024 * 1024
"""Bytes."""
LONGEST_ALT = 1000
"""Characters."""
AT_A_TIME = 256 * 1024
"""Bytes of an upload that are read at a time."""
PATIENCE = 180
"""Seconds that making the files of a picture may take, however busy the machine is."""

alone_here = threading.Lock()


class ImageRefused(BlogError):
    """A file that is not taken as a picture; nothing of it was kept."""

    status = 422


class ImageUnknown(BlogError):
    """No image has this hash."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is no such image."))


@contextmanager
def alone(media: Path) -> Iterator[None]:
    """While no other thread and no other process stores or deletes a picture in the folder `media`.

    Pictures are worked on one at a time, which bounds the memory that uploads take; and none is deleted while the same
    one is stored.
    """
    media.mkdir(parents=True, exist_ok=True)
    with alone_here:
        descriptor = os.open(media, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)  # and with it the lock


def store(media: Path, upload: BinaryIO | bytes, alt: str = "") -> Image:
    """Keep the picture in `upload` in the folder `media`, if it is not there yet; its row.

    `alt` is remembered as what was last said of it, unless it is empty. Raises ImageRefused, and OSError if the disk
    fails; then nothing is kept.
    """
    alt = plain_line(alt)[:LONGEST_ALT]
    file = io.BytesIO(upload) if isinstance(upload, bytes) else upload
    digest = digest_of(file)
    with alone(media):
        image = known(digest)
        if image is None or not (media / digest).is_dir():
            sizes = keep(media, digest, file)
            width, height = sizes.widths[-1], sizes.heights[-1]
            image = Image(hash=digest, width=width, height=height, widths=sizes.widths, alt="")
        with writing() as session:
            kept = session.get(Image, digest)
            if kept is None:
                kept = image
                session.add(kept)
            kept.uploaded_at = clock.now()
            kept.alt = alt or kept.alt
    return kept


def digest_of(file: BinaryIO) -> str:
    """The name of the picture in `file`. Raises ImageRefused for a file that is too large."""
    hashed, size = hashlib.sha256(), 0
    file.seek(0)
    while data := file.read(AT_A_TIME):
        hashed.update(data)
        size += len(data)
        if size > LARGEST_UPLOAD:
            raise ImageRefused(
                _("A picture can have %(most)s MB at the most.", most=LARGEST_UPLOAD // 1024**2)
            )
    return hashed.hexdigest()[:HASH_LENGTH]


def keep(media: Path, digest: str, file: BinaryIO) -> resizing.Sizes:
    """Write the files of a picture; its sizes. Its folder appears when it is whole. Whoever calls is `alone`."""
    for leftover in media.glob(".*"):  # of a process that was killed
        shutil.rmtree(leftover, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=".", dir=media))
    try:
        upload = folder / "upload"
        with upload.open("wb") as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy, AT_A_TIME)
        sizes = resize(upload, folder)
        upload.unlink()
        if not (media / digest).is_dir():  # else the row was lost
            folder.chmod(0o755)
            sync(folder)
            folder.rename(media / digest)
            sync(media)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return sizes


def command(upload: Path, folder: Path) -> list[str]:
    """The program that makes the files. `-P`: modules of ours that are called as Python's must not hide those."""
    return [sys.executable, "-P", resizing.__file__, str(upload), str(folder)]


def resize(upload: Path, folder: Path) -> resizing.Sizes:
    """Have the files of a picture made in `folder`. Raises ImageRefused, and OSError if the disk fails."""
    try:
        done = subprocess.run(  # noqa: S603 -- a program of ours, and paths that were made here
            command(upload, folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ImageRefused(_("This picture takes too long to read.")) from error
    if done.returncode < 0:  # the decoder crashed, or the system ended it
        raise ImageRefused(_("This picture is damaged, or it takes too much memory or time to read."))
    done.check_returncode()
    said = json.loads(done.stdout)
    if "errno" in said:
        raise OSError(said["errno"], os.strerror(said["errno"]))
    if "refused" in said:
        raise refusal(**said)
    return resizing.Sizes(**said)


def refusal(refused: str, **numbers: Any) -> ImageRefused:
    """Why a picture is not taken, in a sentence that says what would be."""
    if refused == "high":
        return ImageRefused(
            _("A picture %(width)s pixels wide can be %(most)s pixels high at the most.", **numbers)
        )
    if refused == "pixels":
        # Rounded up and down, so that what there is never reads like what fits.
        there, most = -(-numbers["pixels"] // 100_000) / 10, numbers["most"] // 1_000_000
        return ImageRefused(
            _(
                "This picture has %(pixels)s million pixels. One in the format %(kind)s can have %(most)s million "
                "at the most.",
                pixels=number(there),
                kind=numbers["kind"],
                most=number(most),
            )
        )
    return ImageRefused(
        {
            "not a picture": _("This file is no picture in JPEG, PNG, WebP, AVIF or GIF."),
            "damaged": _("This picture is damaged or incomplete."),
            "memory": _("This picture takes too much memory to read; one with fewer pixels may fit."),
        }[refused]
    )


def sync(folder: Path) -> None:
    """See to it that what was put into `folder` is found there after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- looking them up


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
            image.alt = plain_line(alt)[:LONGEST_ALT]
    return image
