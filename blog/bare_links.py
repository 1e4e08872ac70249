"""Bare links."""

import re
from typing import Any

from linkify_it.main import LinkifyIt

EVIDENT_LINK = re.compile(r"(https?|ftp)://|mailto:|www\.|[^/@]+@", re.IGNORECASE)


class EvidentLinks(LinkifyIt):
    """Finds bare links that can be nothing else: README.md and app.py are files, though Moldova and Paraguay exist."""

    def match(self, text: str) -> list[Any]:
        found = super().match(text)  # type: ignore[no-untyped-call]
        return [link for link in found or [] if EVIDENT_LINK.match(link.raw)]


LINKS = EvidentLinks()  # type: ignore[no-untyped-call]
