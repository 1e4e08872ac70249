"""Answers that lead to another address of this site. Where it lies is said by BLOG_BASE_URL, never by the request."""

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, make_response, redirect


def init_app(app: Flask) -> None:
    app.after_request(stay_home)


def stay_home(response: Response) -> Response:
    """Give every redirect the site's own host, those too by which werkzeug adds a slash: it takes the request's."""
    if 300 <= response.status_code < 400 and (url := response.location) is not None:
        if not url.startswith("/") or url.startswith("//"):
            response.location = at_home(url)
        response.headers.setdefault("Cache-Control", "no-cache")
    return response


def moved(url: str, status: int = 301) -> Response:
    """Send the reader to `url` for good.

    A browser that kept the answer would go round in circles when a post takes back an address it had before.
    """
    response = make_response(redirect(url, status))
    response.headers["Cache-Control"] = "no-cache"
    return response


def for_now(url: str) -> Response:
    """Send the reader to `url`, though the address may mean something else one day."""
    return moved(url, 302)


def at_home(url: str) -> str:
    """`url` with scheme and host of the site; of what it says itself only path and query count."""
    home, parts = urlsplit(current_app.config["ORIGIN"]), urlsplit(url)
    path = f"/{parts.path.lstrip('/')}"  # `//elsewhere/` would be another host
    complete: str = home._replace(path=path, query=parts.query, fragment="").geturl()
    return complete
