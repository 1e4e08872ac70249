"""Image files: a folder per upload, which appears under its hash when it is complete.

A separate process, `blog.media.resizing`, makes the files, one image at a time.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from blog.errors import BlogError
from blog.i18n import gettext as _
from blog.i18n import number
from blog.media import resizing
from blog.text.pictures import HASH_LENGTH

LARGEST_UPLOAD = 25 * 1024 * 1024
"""Bytes."""
AT_A_TIME = 256 * 1024
"""Bytes of an upload read at a time."""
RESIZING_SECONDS = 180
"""Maximum seconds for processing an image, even on a busy machine."""

alone_here = threading.Lock()


class ImageRefused(BlogError):
    """The file was refused as an image, and nothing of it was stored."""

    status = 422

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))


@contextmanager
def alone(media: Path) -> Iterator[None]:
    """Lock the folder `media` against other threads and processes that store or delete images.

    Images are processed one at a time, which limits memory use, and no image is deleted while the same one is stored.
    """
    media.mkdir(parents=True, exist_ok=True)
    with alone_here:
        descriptor = os.open(media, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)  # this releases the lock


def digest_of(file: BinaryIO) -> str:
    """The hash of the image in `file`. Raises ImageRefused if the file is too large."""
    hashed, size = hashlib.sha256(), 0
    file.seek(0)
    while data := file.read(AT_A_TIME):
        hashed.update(data)
        size += len(data)
        if size > LARGEST_UPLOAD:
            raise ImageRefused(_("An image can be at most %(most)s MB.", most=LARGEST_UPLOAD // 1024**2))
    return hashed.hexdigest()[:HASH_LENGTH]


def keep(media: Path, digest: str, file: BinaryIO) -> resizing.Sizes:
    """Write the files of an image and return their sizes. The folder appears when it is complete. Requires the lock
    (`alone`).
    """
    for leftover in media.glob(".*"):  # left by a killed process
        shutil.rmtree(leftover, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=".", dir=media))
    try:
        upload = folder / "upload"
        with upload.open("wb") as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy, AT_A_TIME)
        sizes = resize(upload, folder)
        upload.unlink()
        if not (media / digest).is_dir():  # otherwise only the row was lost
            folder.chmod(0o755)
            sync(folder)
            folder.rename(media / digest)
            sync(media)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return sizes


def command(upload: Path, folder: Path) -> list[str]:
    """The program that makes the files. `-P`: our modules must not shadow modules of the standard library."""
    return [sys.executable, "-P", resizing.__file__, str(upload), str(folder)]


def resize(upload: Path, folder: Path) -> resizing.Sizes:
    """Make the files of an image in `folder`. Raises ImageRefused, and OSError if the disk fails."""
    try:
        done = subprocess.run(  # noqa: S603 -- a program of ours, and paths that were made here
            command(upload, folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=RESIZING_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ImageRefused(_("This image takes too long to process.")) from error
    if done.returncode < 0:  # the decoder crashed, or the system killed it
        raise ImageRefused(_("This image is damaged, or processing it takes too much memory or time."))
    done.check_returncode()
    said = json.loads(done.stdout)
    if "errno" in said:
        raise OSError(said["errno"], os.strerror(said["errno"]))
    if "refused" in said:
        raise refusal(**said)
    return resizing.Sizes(**said)


def refusal(refused: str, **numbers: Any) -> ImageRefused:
    """Why an image was refused, with the limit and what to do."""
    if refused == "high":
        return ImageRefused(
            _("An image that is %(width)s pixels wide can be at most %(most)s pixels high.", **numbers),
            _("Make it smaller, or split it into several images."),
        )
    if refused == "pixels":
        # Rounded up and down, so that the two numbers never look equal.
        there, most = -(-numbers["pixels"] // 100_000) / 10, numbers["most"] // 1_000_000
        return ImageRefused(
            _(
                "This image has %(pixels)s million pixels. The maximum for %(kind)s is %(most)s million.",
                pixels=number(there),
                kind=numbers["kind"],
                most=number(most),
            ),
            what_to_do(numbers["kind"]),
        )
    return ImageRefused(
        {
            "not a picture": _("This file is not a JPEG, PNG, WebP, AVIF or GIF image."),
            "damaged": _("This image is damaged or incomplete."),
            "memory": _("Processing this image takes too much memory. Make it smaller, or save it as JPEG."),
        }[refused]
    )


def what_to_do(kind: str) -> str:
    """What to do with an image in the format `kind` that has too many pixels."""
    if kind == "JPEG":
        return _("Make it smaller.")
    if kind.endswith("JPEG"):
        return _("Make it smaller, or save it as a non-progressive image.")
    return _("Make it smaller, or save it as JPEG, which allows more pixels.")


def sync(folder: Path) -> None:
    """Flush `folder` to disk, so that its files survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
