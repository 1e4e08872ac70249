"""Keeping a picture that the author sent."""

from typing import BinaryIO, cast

from flask import current_app
from werkzeug.datastructures import FileStorage

from blog.media import images
from blog.store.models import Image
from blog.web.media import media


def store(file: FileStorage, alt: str = "") -> Image:
    """Keep a picture that was sent. Its request waits for the one before it, and others must not wait for it.

    Raises ImageRefused.
    """
    waiting = current_app.extensions["page_cache"].waiting
    waiting(+1)
    try:
        return images.store(media(), cast(BinaryIO, file.stream), alt)
    finally:
        waiting(-1)
