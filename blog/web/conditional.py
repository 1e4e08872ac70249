"""Conditional and range requests (RFC 9110, sections 13 and 14) for pages and files."""

import re
from datetime import datetime
from typing import Any

from flask import Response, abort, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import parse_date, parse_etags

NOT_MODIFIED = 304
PRECONDITION_FAILED = 412

REPRESENTATION = frozenset({"content-length", "content-type", "content-encoding", "content-language"})
"""Headers that describe a body. A response without a body omits them (RFC 9110, section 15.4.5)."""

ONE_RANGE = re.compile(
    r"\s*bytes\s*=\s*(?:(?P<first>\d+)\s*-\s*(?P<last>\d*)|-\s*(?P<suffix>\d+))\s*", re.ASCII | re.IGNORECASE
)
DIGITS = 18
"""Maximum digits of a number in a range: no file is longer, and Python refuses numbers of more than 4,300 digits."""

Environ = dict[str, Any]


def failed(environ: Environ, etag: str, modified: datetime | None = None) -> int | None:
    """The status of a GET or HEAD request with preconditions: 304, 412, or None for a full response.

    `etag` is the current entity tag with quotes and an optional `W/`. `modified` is the time of the last change in
    whole seconds. Evaluated in the order of RFC 9110, section 13.2.2.
    """
    opaque, weak = etag.removeprefix("W/").strip('"'), etag.startswith("W/")
    if "HTTP_IF_MATCH" in environ:
        wanted = parse_etags(environ["HTTP_IF_MATCH"])
        # A strong comparison, which a weak tag never passes.
        if not (wanted.star_tag or (not weak and wanted.is_strong(opaque))):
            return PRECONDITION_FAILED
    elif "HTTP_IF_UNMODIFIED_SINCE" in environ and modified is not None:
        until = parse_date(environ["HTTP_IF_UNMODIFIED_SINCE"])
        if until is not None and modified > until:
            return PRECONDITION_FAILED
    if "HTTP_IF_NONE_MATCH" in environ:
        known = parse_etags(environ["HTTP_IF_NONE_MATCH"])
        return NOT_MODIFIED if known.star_tag or known.contains_weak(opaque) else None
    if "HTTP_IF_MODIFIED_SINCE" in environ and modified is not None:
        since = parse_date(environ["HTTP_IF_MODIFIED_SINCE"])
        return NOT_MODIFIED if since is not None and modified <= since else None
    return None


def as_get(environ: Environ) -> Environ:
    """The GET request that a GET or HEAD request corresponds to. HEAD ignores ranges (RFC 9110, section 14.2)."""
    asked = {**environ, "REQUEST_METHOD": "GET"}
    if environ["REQUEST_METHOD"] != "GET":
        asked.pop("HTTP_RANGE", None)
    return asked


def one_range(environ: Environ) -> bool:
    """Whether the request asks for a single byte range that applies.

    A server may ignore any range (RFC 9110, section 14.2). Ignored here: unknown units, several ranges, methods other
    than GET, and requests with If-None-Match.
    """
    return (
        environ["REQUEST_METHOD"] == "GET"
        and "HTTP_IF_NONE_MATCH" not in environ
        and ONE_RANGE.fullmatch(environ.get("HTTP_RANGE", "")) is not None
    )


def within(asked: str, length: int) -> str:
    """The range `asked`, accepted by `one_range`, limited to the length of the file.

    A suffix longer than the file means the whole file (RFC 9110, section 14.1.2); werkzeug would answer 416.
    """
    match = ONE_RANGE.fullmatch(asked)
    assert match is not None  # noqa: S101 -- for the type checker

    def bounded(digits: str) -> int:
        digits = digits.lstrip("0")
        return min(int(digits or 0), length) if len(digits) <= DIGITS else length

    first, last, suffix = match.group("first", "last", "suffix")
    if suffix:
        return f"bytes=-{bounded(suffix)}"
    return f"bytes={bounded(first)}-{bounded(last) if last else ''}"


def file(response: Response, etag: str) -> Response:
    """Reduce `response`, a whole file, to what the request asks for: a range, 304 or 412. Raises 416 and 412 as pages.

    `etag` is the strong tag of the content, without quotes.
    """
    status = failed(request.environ, f'"{etag}"', response.last_modified)
    if status == PRECONDITION_FAILED:
        response.close()
        abort(PRECONDITION_FAILED)
    response.set_etag(etag)
    if status == NOT_MODIFIED:
        response.close()
        response.response, response.status_code = [], NOT_MODIFIED
        for name in REPRESENTATION:
            response.headers.pop(name, None)
        return response
    if one_range(request.environ):
        # werkzeug gets only the range: the preconditions were evaluated above.
        asked = ("REQUEST_METHOD", "HTTP_RANGE", "HTTP_IF_RANGE")
        environ = {name: request.environ[name] for name in asked if name in request.environ}
        if response.content_length is not None:
            environ["HTTP_RANGE"] = within(environ["HTTP_RANGE"], response.content_length)
        try:
            response.make_conditional(environ, accept_ranges=True, complete_length=response.content_length)
        except RequestedRangeNotSatisfiable:
            response.close()
            raise
        return response
    response.accept_ranges = "bytes"
    return response
