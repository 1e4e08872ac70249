"""Logs: one line for an event, key=value, with the request it belongs to."""

import logging
import secrets
import sys
import time

from flask import Flask, Response, g, has_request_context, request

log = logging.getLogger(__name__)

FORMAT = "%(asctime)s %(levelname)s %(name)s%(request_id)s %(message)s"


class RequestId(logging.Filter):
    """Says with each line which request it was written for."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = f" request={g.request_id}" if has_request_context() and "request_id" in g else ""
        return True


def configure() -> None:
    """Send logs to standard error, from INFO up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT))
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


def told(path: str) -> str:
    """`path` without the token of a private or one-time link: whoever reads the log must not be able to use it."""
    token = (request.view_args or {}).get("token")
    return path.replace(token, "…") if token else path


def record(response: Response) -> Response:
    """Log the request: what was asked, what was answered, and how long it took."""
    if "began" in g:
        log.info(
            "request method=%s path=%r status=%d ms=%.1f cache=%s htmx=%s",
            request.method,
            told(request.path),
            response.status_code,
            (time.perf_counter() - g.began) * 1000,
            g.get("cache_status", "-"),
            "yes" if getattr(request, "htmx", False) else "no",
        )
    return response
