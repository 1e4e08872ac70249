"""Conditional requests and ranges (RFC 9110, sections 13 and 14), for pages and for files alike."""

import re
from datetime import datetime
from typing import Any

from flask import Response, abort, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import parse_date, parse_etags

NOT_MODIFIED = 304
PRECONDITION_FAILED = 412

REPRESENTATION = frozenset({"content-length", "content-type", "content-encoding", "content-language"})
"""Headers that describe a body. An answer without one leaves them out (RFC 9110, section 15.4.5)."""

ONE_RANGE = re.compile(
    r"\s*bytes\s*=\s*(?:(?P<first>\d+)\s*-\s*(?P<last>\d*)|-\s*(?P<suffix>\d+))\s*", re.ASCII | re.IGNORECASE
)
DIGITS = 18
"""Of a number in a range: no file is longer, and Python reads no number of more than 4,300."""

Environ = dict[str, Any]


def failed(environ: Environ, etag: str, modified: datetime | None = None) -> int | None:
    """The status that the preconditions of a GET or HEAD request lead to, 304 or 412; None if the answer is whole.

    `etag` is the present entity tag as it is sent, with quotes and perhaps `W/`. `modified` is when the content
    changed, in whole seconds. The order is that of RFC 9110, section 13.2.2.
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
    """The GET request whose answer a GET or HEAD request is given. HEAD knows no ranges (RFC 9110, section 14.2)."""
    asked = {**environ, "REQUEST_METHOD": "GET"}
    if environ["REQUEST_METHOD"] != "GET":
        asked.pop("HTTP_RANGE", None)
    return asked


def one_range(environ: Environ) -> bool:
    """Whether the request asks for one range of bytes, and nothing that goes before it says otherwise.

    A server may ignore any range (RFC 9110, section 14.2). Here that is one of an unknown unit, one of several, one of
    another method than GET, and one that comes with If-None-Match.
    """
    return (
        environ["REQUEST_METHOD"] == "GET"
        and "HTTP_IF_NONE_MATCH" not in environ
        and ONE_RANGE.fullmatch(environ.get("HTTP_RANGE", "")) is not None
    )


def within(asked: str, length: int) -> str:
    """The range `asked` for, one that `one_range` takes, in numbers that are no larger than the file is long.

    A suffix longer than the file means all of it (RFC 9110, section 14.1.2); werkzeug answers it with 416.
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
    """`response` with a whole file, or what of it this request wants: a range, 304 or 412. Raises 416 and 412 as pages.

    `etag` is the strong tag of the file's content, without quotes.
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
        # werkzeug is shown the range alone: what else is conditional was answered above.
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
