"""Redirects within this site. The host comes from BLOG_BASE_URL, never from the request."""

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, make_response, redirect


def init_app(app: Flask) -> None:
    app.after_request(stay_home)


def stay_home(response: Response) -> Response:
    """Set the site's host in every redirect, including werkzeug's for slashes, which use the request's host."""
    if 300 <= response.status_code < 400 and (url := response.location) is not None:
        if not url.startswith("/") or url.startswith("//"):
            response.location = at_home(url)
        response.headers.setdefault("Cache-Control", "no-cache")
    return response


def redirect_permanently(url: str, status: int = 301) -> Response:
    """Redirect permanently to `url`, without caching.

    If a post later takes back a previous address, browsers that had cached the redirect would loop.
    """
    response = make_response(redirect(url, status))
    response.headers["Cache-Control"] = "no-cache"
    return response


def for_now(url: str) -> Response:
    """Redirect temporarily to `url`: the address may mean something else one day."""
    return redirect_permanently(url, 302)


def at_home(url: str) -> str:
    """`url` with the scheme and host of the site. Only its path and query are used."""
    home, parts = urlsplit(current_app.config["ORIGIN"]), urlsplit(url)
    path = f"/{parts.path.lstrip('/')}"  # `//elsewhere/` would be another host.
    complete: str = home._replace(path=path, query=parts.query, fragment="").geturl()
    return complete
