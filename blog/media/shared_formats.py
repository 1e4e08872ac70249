"""Copies of the author's pictures for those who read no WebP: a JPEG, or a PNG where something shows through.

Networks that show links, and feed readers, know these two. A copy is made when it is asked for first, from the WebP in
the same width, so pictures that were uploaded before have one too; it is then kept beside it.
"""

import io
import os
import tempfile
import threading
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from PIL import Image as Pillow

TYPES = {"jpg": "image/jpeg", "png": "image/png"}
JPEG = {"quality": 85, "optimize": True, "progressive": True}

# One at a time: a copy of the largest takes some 60 MB.
copying = threading.Lock()


@lru_cache(maxsize=1_000)
def ending_for(webp: Path) -> str:
    """`png` for a picture with opacity, `jpg` for others and for one whose file is gone. Only the head is read."""
    with suppress(OSError), Pillow.open(webp, formats=("WEBP",)) as picture:
        return "png" if picture.has_transparency_data else "jpg"
    return "jpg"


def copy(webp: Path, ending: str) -> bytes | None:
    """The copy of a file that is kept; None where there is no such file or it wants the other ending."""
    if not webp.is_file() or ending_for(webp) != ending:
        return None
    file = webp.with_suffix(f".{ending}")
    with copying:
        if file.is_file():
            return file.read_bytes()
        data = encoded(webp, ending)
        with suppress(OSError):  # a full disk: it is made again
            keep(file, data)
    return data


def size(webp: Path, ending: str) -> int | None:
    """Bytes of the copy, which is made if it is not there yet; None where there is none."""
    file = webp.with_suffix(f".{ending}")
    if file.is_file():
        return file.stat().st_size
    data = copy(webp, ending)
    return None if data is None else len(data)


def encoded(webp: Path, ending: str) -> bytes:
    made = io.BytesIO()
    with Pillow.open(webp, formats=("WEBP",)) as picture:
        if ending == "png":
            picture.convert("RGBA").save(made, "PNG")
        else:
            picture.convert("RGB").save(made, "JPEG", **JPEG)
    return made.getvalue()


def keep(file: Path, data: bytes) -> None:
    """Write a file that is whole as soon as it has its name. Raises OSError, and leaves nothing then."""
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as unfinished:
        try:
            unfinished.write(data)
            unfinished.flush()
            os.fsync(unfinished.fileno())
        except OSError:
            Path(unfinished.name).unlink(missing_ok=True)
            raise
    Path(unfinished.name).replace(file)
