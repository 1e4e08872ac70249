"""Image files for tests."""

import io
import struct
import zlib
from typing import Any

from PIL import Image as Pillow

RED, BLUE = (200, 30, 30), (30, 30, 200)


def picture(width: int, height: int, form: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """An image whose left half is red and whose right half is blue."""
    made = Pillow.new("RGB", (width, height), RED)
    made.paste(BLUE, (width // 2, 0, width, height))
    return encoded(made.convert(mode), form, **options)


def encoded(made: Pillow.Image, form: str = "PNG", **options: Any) -> bytes:
    """An image file."""
    written = io.BytesIO()
    made.save(written, form, **options)
    return written.getvalue()


def header_only(width: int, height: int) -> bytes:
    """A PNG of a few bytes with a header of `width` by `height`."""
    return png(width, height, depth=8, kind=2, rows=bytes(1000))


def png(width: int, height: int, *, depth: int, kind: int, rows: bytes) -> bytes:
    """A hand-made PNG: `depth` in bits, `kind` 2 for colour and 6 for colour with alpha."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    size = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + body + chunk(b"IEND", b"")
