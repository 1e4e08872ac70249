"""Serve the blog below a path of a host: recognise its requests and add the base path to addresses.

The base path comes from BLOG_BASE_URL, never from a request. Proxies may keep or strip the base path: both forms of a
request work the same.
"""

from collections.abc import Iterable
from typing import Any

from flask import Flask, current_app, request
from markupsafe import Markup

from blog import base_path
from blog.text import pictures
from blog.web.security import WithHeaders

Environ = dict[str, Any]


def init_app(app: Flask) -> None:
    """Register the base path with templates, and install the middleware if there is one."""
    app.jinja_env.globals.update(picture_url=picture_url, placed=placed)
    app.jinja_env.filters.update(placed_html=placed_html, placed_markdown=placed_markdown)


def stand_in_front(app: Flask) -> None:
    if app.config["BASE_PATH"]:
        app.wsgi_app = BelowPath(app)  # type: ignore[method-assign]


class BelowPath:
    """Splits the base path from the request path into SCRIPT_NAME and PATH_INFO (WSGI, PEP 3333)."""

    def __init__(self, app: Flask) -> None:
        self.inner = app.wsgi_app
        self.path: str = app.config["BASE_PATH"]
        self.home = f"{app.config['BASE_URL']}/"
        self.moved = WithHeaders(self.to_home)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        asked = environ["PATH_INFO"]
        if asked.startswith(f"{self.path}/"):
            environ["PATH_INFO"] = asked[len(self.path) :]
        elif asked in {"", self.path}:  # SCRIPT_NAME is set if the server has already split them.
            if environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
                return self.moved(environ, start_response)
            environ["PATH_INFO"] = "/"
        environ["SCRIPT_NAME"] = self.path
        return self.inner(environ, start_response)

    def to_home(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Redirect `/blog` to `/blog/`."""
        query = environ.get("QUERY_STRING", "")
        headers = [
            ("Location", f"{self.home}?{query}" if query else self.home),
            ("Cache-Control", "no-cache"),
        ]
        start_response("301 MOVED PERMANENTLY", [*headers, ("Content-Length", "0")])
        return []


def placed(address: str) -> str:
    """`address`, relative to the root of the blog, with the base path."""
    return base_path.placed(address, current_app.config["BASE_PATH"])


def placed_html(html: str) -> str:
    """The same for every address in safe `html`. Markup stays Markup."""
    made = base_path.placed_html(html, current_app.config["BASE_PATH"])
    return Markup(made) if isinstance(html, Markup) else made  # noqa: S704 -- as safe as it was


def placed_markdown(markdown: str) -> str:
    """The same for addresses in Markdown."""
    return base_path.placed_markdown(markdown, current_app.config["BASE_PATH"])


def picture_url(picture: pictures.Picture, width: int, ending: str = "webp") -> str:
    """The address of an image file."""
    return placed(picture.address(width, ending))


def asked_for() -> str:
    """Path and query of this request, from the root of the host."""
    return f"{request.script_root}{request.full_path}".rstrip("?")


def within(path: str) -> str | None:
    """`path`, from the root of the host, relative to the root of the blog. None if it is outside."""
    base: str = current_app.config["BASE_PATH"]
    return path.removeprefix(base) or "/" if base_path.is_below(path, base) else None
