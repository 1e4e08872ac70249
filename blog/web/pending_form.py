"""Forms that came when they could not be taken: kept in the page that says so, and offered again."""

import json
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from flask import request, url_for

from blog.web.base_path import asked_for, within
from blog.web.security import is_authors

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


class Held(NamedTuple):
    """A form that could not be taken: its session had ended, or the database was away."""

    path: str
    fields: Sequence[tuple[str, str]]
    files: Sequence[str] = ()
    """The names of files that came along, which a page cannot hold."""

    def written(self) -> str:
        return json.dumps(self, ensure_ascii=False)


def is_form() -> bool:
    """Whether a page's own form was sent, and not by a script that keeps what it has."""
    return request.mimetype in FORMS and "X-CSRFToken" not in request.headers


def wants_json() -> bool:
    """Whether a page's script asks, which stays on the page."""
    return request.accept_mimetypes.best == "application/json"


def sent() -> Held:
    """The form that this request brings, to be sent once more."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    files = [file.filename for file in request.files.values() if file.filename]
    return Held(asked_for(), fields, files)


def held_form() -> Held | None:
    """The form that this sign-in interrupted."""
    try:
        path, fields, files = json.loads(request.form.get("held", ""))
        pairs = [(str(name), str(value)) for name, value in fields]
        return Held(local_path(path), pairs, [str(name) for name in files])
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None  # the usual case, an empty field; or one that somebody made by hand


def local_path(path: str | None) -> str:
    """`path` if it is one of the author's pages here, else the desk: no link leads elsewhere after signing in."""
    # A browser drops tabs and newlines and takes a backslash for a slash; no path of ours has any of them.
    desk = url_for("desk.index")
    if path is None or not path.isprintable() or "\\" in path:
        return desk
    try:
        parts = urlsplit(path)
    except ValueError:  # `//[`
        return desk
    if any(unquote(segment) in {".", ".."} for segment in parts.path.split("/")):
        return desk  # a browser takes them out, and what is left may lie outside the blog
    here = None if parts.scheme or parts.netloc else within(parts.path)
    return path if here and is_authors(here) else desk
