"""Which content coding an answer goes out in (RFC 9110, sections 8.4 and 12.5.3), and the compression itself."""

import gzip
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import brotli
import zstandard
from werkzeug.http import parse_accept_header

SMALLEST_COMPRESSED = 500
"""Bytes: a smaller page would not become smaller."""
CODINGS = ("zstd", "br", "gzip")
"""The best first. The levels are argued in docs/decisions/0013-compress-pages-when-they-are-cached.md."""

UNCOMPRESSED = ("/author", "/static/", "/media/", "/preview/", "/healthz", "/readyz")
"""Addresses whose answers go out as they are: files, words for machines, and what holds a secret beside something that
others may choose, whose length would tell of it when compressed (the BREACH attack)."""
COMPRESSIBLE = ("text/", "application/json", "application/xml", "application/feed+json")
UNACCEPTABLE = ""
"""In the place of a coding: the request takes none that there is, nor the plain bytes."""
LONGEST_KEPT = 200
"""Characters of an Accept-Encoding whose meaning is remembered; browsers send some thirty."""


class Made(NamedTuple):
    """What Flask answered."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


def preferred(accepted: str, codings: tuple[str, ...] = CODINGS) -> str:
    """The best of `codings` that `Accept-Encoding` takes (RFC 9110, section 12.5.3); `identity` for none.

    UNACCEPTABLE if it refuses the plain bytes as well, by `identity;q=0` or `*;q=0`.
    """
    # What no browser sends is worked out each time and not kept: kept headers must not fill the memory.
    return remembered(accepted, codings) if len(accepted) <= LONGEST_KEPT else best(accepted, codings)


def best(accepted: str, codings: tuple[str, ...]) -> str:
    qualities = {coding.lower(): quality for coding, quality in parse_accept_header(accepted)}
    rest = qualities.get("*", 0)
    first = max(codings, key=lambda coding: qualities.get(coding, rest))  # the first of equals
    quality = qualities.get(first, rest)
    if quality > 0 and quality >= qualities.get("identity", 0):
        return first
    return "identity" if qualities.get("identity", qualities.get("*", 1)) > 0 else UNACCEPTABLE


remembered = lru_cache(256)(best)


def not_acceptable(start_response: Any, headers: Iterable[tuple[str, str]] = ()) -> list[bytes]:
    """The answer to a request whose Accept-Encoding takes nothing that there is (RFC 9110, section 15.5.7)."""
    body = f"The content codings of this site are {', '.join(CODINGS)} and identity.\n".encode()
    told = [
        *headers,
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Vary", "Accept-Encoding"),
    ]
    start_response("406 NOT ACCEPTABLE", told)
    return [body]


def compressed(body: bytes, coding: str) -> bytes:
    """`body` in `coding`, one of CODINGS."""
    if coding == "zstd":
        # Copied, since zstandard gives back a buffer that has room for more than the whole page.
        return bytes(memoryview(zstandard.compress(body, 6)))
    if coding == "br":
        return bytes(brotli.compress(body, quality=5))  # type: ignore[no-untyped-call]
    return gzip.compress(body, 6, mtime=0)


def for_one(made: Made, environ: dict[str, Any]) -> Made:
    """`made` in the coding that this request prefers, if its kind of content becomes smaller by that."""
    names = {name.lower(): value for name, value in made.headers}
    if "content-encoding" in names or not names.get("content-type", "").startswith(COMPRESSIBLE):
        return made
    vary = ", ".join(filter(None, (names.get("vary", ""), "Accept-Encoding")))
    headers = [
        (name, value) for name, value in made.headers if name.lower() not in {"vary", "content-length"}
    ]
    headers.append(("Vary", vary))
    body = made.body
    coding = preferred(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if coding in CODINGS and len(body) >= SMALLEST_COMPRESSED:
        body = compressed(body, coding)
        headers.append(("Content-Encoding", coding))
    return Made(made.status, [*headers, ("Content-Length", str(len(body)))], body)
