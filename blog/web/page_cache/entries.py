"""Cache entries: a rendered page in each content coding, with its headers."""

import hashlib
from datetime import datetime
from typing import NamedTuple

from werkzeug.http import http_date

from blog.store.freshness import ContentState
from blog.web.compression import CODINGS, SMALLEST_COMPRESSED, Made, compressed

FOR_BROWSERS = "public, max-age=0, must-revalidate"
# For shared caches (RFC 9213): one second of staleness, and a day while the site is down.
FOR_SHARED_CACHES = "public, max-age=1, stale-while-revalidate=10, stale-if-error=86400"
# Shared caches store pages with unlimited variants as little as the site does: those that know RFC 9213 by one header,
# others by the other (RFC 9111, section 5.2.2.7). Browsers store either and revalidate each time.
LEFT_OUT_FOR_BROWSERS = "private, max-age=0, must-revalidate"
LEFT_OUT_FOR_SHARED_CACHES = "no-store"


OVERHEAD = 4_000
"""Bytes that an entry takes besides its bodies: headers, objects and its place in the cache. Measured, rounded up."""


class Entry(NamedTuple):
    """A rendered page, ready to be sent."""

    state: ContentState
    """The state of the content that it shows."""
    etag: str
    modified: datetime | None
    """Last-Modified in whole seconds. None within the second of a change, when it could not tell the states apart."""
    answers: dict[str, tuple[list[tuple[str, str]], bytes]]
    """Headers and body by content coding; `identity` is uncompressed."""

    @property
    def size(self) -> int:
        """In bytes."""
        return OVERHEAD + sum(len(body) for _, body in self.answers.values())


def finished(
    made: Made,
    state: ContentState,
    modified: datetime | None,
    *,
    keep: bool = True,
    codings: tuple[str, ...] = CODINGS,
) -> Entry:
    """Create a cache entry from a response.

    Without `keep`, the response is not cached, and shared caches are told not to store it either. It is compressed with
    each of `codings`.
    """
    etag = f'W/"{hashlib.sha256(made.body).hexdigest()[:24]}"'
    dropped = {"content-length", "cache-control", "vary", "etag"}
    headers = [(name, value) for name, value in made.headers if name.lower() not in dropped]
    headers += [
        ("Cache-Control", FOR_BROWSERS if keep else LEFT_OUT_FOR_BROWSERS),
        ("CDN-Cache-Control", FOR_SHARED_CACHES if keep else LEFT_OUT_FOR_SHARED_CACHES),
        # Weak, because the same tag stands for compressed and uncompressed bytes (RFC 9110, section 8.8.1).
        ("ETag", etag),
        ("Vary", "Accept-Encoding"),
    ]
    if modified:
        headers.append(("Last-Modified", http_date(modified)))
    answers = {"identity": ([*headers, ("Content-Length", str(len(made.body)))], made.body)}
    if len(made.body) >= SMALLEST_COMPRESSED:
        for coding in codings:
            body = compressed(made.body, coding)
            about = [("Content-Encoding", coding), ("Content-Length", str(len(body)))]
            answers[coding] = ([*headers, *about], body)
    return Entry(state, etag, modified, answers)
