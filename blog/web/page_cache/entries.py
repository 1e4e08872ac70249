"""A finished page, with all the work done that is the same for every reader: in each coding, with its headers."""

import hashlib
from datetime import datetime
from typing import NamedTuple

from werkzeug.http import http_date

from blog.store.freshness import Mark
from blog.web.compression import CODINGS, SMALLEST_COMPRESSED, Made, compressed

FOR_BROWSERS = "public, max-age=0, must-revalidate"
# RFC 9213: what shared caches may do instead. One second of staleness, and a day of it while the site is down.
FOR_SHARED_CACHES = "public, max-age=1, stale-while-revalidate=10, stale-if-error=86400"
# Of addresses that can be varied without end, shared caches keep as little as the site: those that know RFC 9213 by the
# one field, all others (RFC 9111, section 5.2.2.7) by the other. A browser keeps either page, and asks each time.
LEFT_OUT_FOR_BROWSERS = "private, max-age=0, must-revalidate"
LEFT_OUT_FOR_SHARED_CACHES = "no-store"


OVERHEAD = 4_000
"""Bytes that an entry takes beside its bodies: headers, objects, its place in the store. Measured, rounded up."""


class Entry(NamedTuple):
    """A finished page, ready to be sent."""

    mark: Mark
    """The state of the content that it shows."""
    etag: str
    modified: datetime | None
    """Last-Modified, in whole seconds; None in the second in which the content changed, of which it could not tell the
    two states."""
    answers: dict[str, tuple[list[tuple[str, str]], bytes]]
    """Headers and body by content coding; `identity` for the plain one."""

    @property
    def size(self) -> int:
        """In bytes."""
        return OVERHEAD + sum(len(body) for _, body in self.answers.values())


def finished(
    made: Made,
    mark: Mark,
    modified: datetime | None,
    *,
    keep: bool = True,
    codings: tuple[str, ...] = CODINGS,
) -> Entry:
    """What is kept of an answer, with the work done that is the same for every reader.

    Without `keep` it is sent like any other, and tells shared caches not to keep it either. It is compressed in each of
    `codings`.
    """
    etag = f'W/"{hashlib.sha256(made.body).hexdigest()[:24]}"'
    dropped = {"content-length", "cache-control", "vary", "etag"}
    headers = [(name, value) for name, value in made.headers if name.lower() not in dropped]
    headers += [
        ("Cache-Control", FOR_BROWSERS if keep else LEFT_OUT_FOR_BROWSERS),
        ("CDN-Cache-Control", FOR_SHARED_CACHES if keep else LEFT_OUT_FOR_SHARED_CACHES),
        # Weak, since the same tag stands for the compressed and the plain bytes (RFC 9110, section 8.8.1).
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
    return Entry(mark, etag, modified, answers)
