"""Logs: one line for an event, key=value, with the request it belongs to."""

import logging
import re
import secrets
import sys
import time

from flask import Flask, Response, g, has_request_context, request

log = logging.getLogger(__name__)

# 256 random bits, as secrets.token_urlsafe writes them: 43 letters of base64 (RFC 4648, section 5). And whatever stands
# where one belongs, for half a token is a secret too.
TOKEN = re.compile(
    r"(?:(?<![\w-])|(?<=%2F))[\w-]{43}(?![\w-])"
    r"|(?:(?<=/preview/)|(?<=/welcome/)|(?<=preview%2F)|(?<=welcome%2F))[^/?#\s'\"]+",
    re.ASCII | re.IGNORECASE,
)
FORMAT = "%(asctime)s %(levelname)s %(name)s%(request_id)s %(message)s"


class RequestId(logging.Filter):
    """Says with each line which request it was written for."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = f" request={g.request_id}" if has_request_context() and "request_id" in g else ""
        return True


def configure() -> None:
    """Send logs to standard error, from INFO up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Masked(FORMAT))
    handler.addFilter(RequestId())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # waitress warns about each request that waits for a thread, which under load is most of them.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def init_app(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(record)


def begin() -> None:
    g.request_id = secrets.token_hex(4)
    g.began = time.perf_counter()


class Masked(logging.Formatter):
    """Writes lines without the tokens of private and one-time links, which whoever reads the log could use.

    It goes by their shape, in the finished line: whatever logs an address, in whichever words, routed or not.
    """

    def format(self, record: logging.LogRecord) -> str:
        return TOKEN.sub("…", super().format(record))


def record(response: Response) -> Response:
    """Log the request: what was asked, what was answered, and how long it took."""
    if "began" in g:
        log.info(
            "request method=%s path=%r status=%d ms=%.1f cache=%s htmx=%s",
            request.method,
            request.path,
            response.status_code,
            (time.perf_counter() - g.began) * 1000,
            g.get("cache_status", "-"),
            "yes" if getattr(request, "htmx", False) else "no",
        )
    return response
