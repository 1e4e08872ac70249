"""Content codings: choose one for a request (RFC 9110, sections 8.4 and 12.5.3) and compress responses."""

import gzip
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import brotli
import zstandard
from werkzeug.http import parse_accept_header

SMALLEST_COMPRESSED = 500
"""Bytes. Smaller responses do not get smaller."""
CODINGS = ("zstd", "br", "gzip")
"""Preferred first. For the levels, see docs/decisions/0013-compress-pages-when-they-are-cached.md."""

UNCOMPRESSED = ("/author", "/static/", "/media/", "/preview/", "/healthz", "/readyz")
"""Paths whose responses are not compressed: files, plain text for machines, and pages that show a secret next to input
of others, where the compressed length could reveal the secret (BREACH attack).
"""
COMPRESSIBLE = ("text/", "application/json", "application/xml", "application/feed+json")
UNACCEPTABLE = ""
"""In place of a coding: the request accepts no available coding and not the uncompressed bytes either."""
LONGEST_KEPT = 200
"""Maximum length of an Accept-Encoding header whose result is cached. Browsers send about 30 characters."""


class Made(NamedTuple):
    """The response of Flask."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


def preferred(accepted: str, codings: tuple[str, ...] = CODINGS) -> str:
    """The preferred coding of `codings` that `Accept-Encoding` allows (RFC 9110, section 12.5.3), or `identity`.

    UNACCEPTABLE if uncompressed bytes are refused as well (`identity;q=0` or `*;q=0`).
    """
    # Unusual headers are not cached, so that requests cannot fill the memory.
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
    """The response if Accept-Encoding allows no available coding (RFC 9110, section 15.5.7)."""
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
    """Compress `body` with `coding`, one of CODINGS."""
    if coding == "zstd":
        # Copied, because zstandard returns a buffer larger than the result.
        return bytes(memoryview(zstandard.compress(body, 6)))
    if coding == "br":
        return bytes(brotli.compress(body, quality=5))  # type: ignore[no-untyped-call]
    return gzip.compress(body, 6, mtime=0)


def for_one(made: Made, environ: dict[str, Any]) -> Made:
    """The response in the preferred coding of this request, if its content type is compressible."""
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
