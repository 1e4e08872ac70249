"""A finished page, with all the work done that is the same for every reader: in each coding, with its headers."""

import gzip
import hashlib
from functools import lru_cache
from typing import Any, NamedTuple

import brotli
import zstandard
from werkzeug.http import parse_accept_header

from blog.freshness import Mark

SMALLEST_COMPRESSED = 500
"""Bytes: a smaller page would not become smaller."""
CODINGS = ("zstd", "br", "gzip")
"""The best first; DECISIONS.md says why at which level."""

FOR_BROWSERS = "public, max-age=0, must-revalidate"
# RFC 9213: what shared caches may do instead. One second of staleness, and a day of it while the site is down.
FOR_SHARED_CACHES = "public, max-age=1, stale-while-revalidate=10, stale-if-error=86400"
# Of addresses that can be varied without end, shared caches keep as little as the site: those that know RFC 9213 by the
# one field, all others (RFC 9111, section 5.2.2.7) by the other. A browser keeps either page, and asks each time.
LEFT_OUT_FOR_BROWSERS = "private, max-age=0, must-revalidate"
LEFT_OUT_FOR_SHARED_CACHES = "no-store"


class Made(NamedTuple):
    """What Flask answered."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


OVERHEAD = 4_000
"""Bytes that an entry takes beside its bodies: headers, objects, its place in the store. Measured, rounded up."""


class Entry(NamedTuple):
    """A finished page, ready to be sent."""

    mark: Mark
    """The state of the content that it shows."""
    etag: str
    modified: str
    """Last-Modified; empty in the second in which the content changed, of which it could not tell the two states."""
    answers: dict[str, tuple[list[tuple[str, str]], bytes]]
    """Headers and body by content coding; `identity` for the plain one."""

    @property
    def size(self) -> int:
        """In bytes."""
        return OVERHEAD + sum(len(body) for _, body in self.answers.values())


@lru_cache(256)
def preferred(accepted: str) -> str:
    """The best coding that `Accept-Encoding` takes (RFC 9110, section 12.5.3); `identity` for none."""
    offered = parse_accept_header(accepted)
    qualities = {coding.lower(): quality for coding, quality in offered}
    rest = qualities.get("*", 0)
    best = max(CODINGS, key=lambda coding: qualities.get(coding, rest))  # the first of equals
    return best if qualities.get(best, rest) > 0 else "identity"


def is_unchanged(entry: Entry, environ: dict[str, Any]) -> bool:
    """Whether the browser has this very page (RFC 9110, section 13.2.2)."""
    if "HTTP_IF_NONE_MATCH" in environ:
        tags = environ["HTTP_IF_NONE_MATCH"]
        return tags.strip() == "*" or entry.etag.removeprefix("W/") in tags
    return bool(entry.modified) and environ.get("HTTP_IF_MODIFIED_SINCE") == entry.modified


def finished(made: Made, mark: Mark, modified: str, *, keep: bool = True) -> Entry:
    """What is kept of an answer, with the work done that is the same for every reader.

    Without `keep` it is sent like any other, and tells shared caches not to keep it either.
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
        headers.append(("Last-Modified", modified))
    answers = {"identity": ([*headers, ("Content-Length", str(len(made.body)))], made.body)}
    if len(made.body) >= SMALLEST_COMPRESSED:
        for coding, body in compressed(made.body).items():
            about = [("Content-Encoding", coding), ("Content-Length", str(len(body)))]
            answers[coding] = ([*headers, *about], body)
    return Entry(mark, etag, modified, answers)


def compressed(body: bytes) -> dict[str, bytes]:
    return {
        # Copied, since zstandard gives back a buffer that has room for more than the whole page.
        "zstd": bytes(memoryview(zstandard.compress(body, 6))),
        "br": brotli.compress(body, quality=5),  # type: ignore[no-untyped-call]
        "gzip": gzip.compress(body, 6, mtime=0),
    }
