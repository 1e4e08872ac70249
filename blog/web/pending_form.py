"""Forms that could not be processed: embedded in the response, so that they can be sent again."""

import json
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from flask import request, url_for

from blog.web.base_path import asked_for, within
from blog.web.security import is_authors

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


class Held(NamedTuple):
    """A form that could not be processed because its session had ended or the database was unavailable."""

    path: str
    fields: Sequence[tuple[str, str]]
    files: Sequence[str] = ()
    """Names of uploaded files, which a page cannot hold."""

    def written(self) -> str:
        return json.dumps(self, ensure_ascii=False)


def is_form() -> bool:
    """Whether the request is a form of a page, not sent by a script that keeps its text."""
    return request.mimetype in FORMS and "X-CSRFToken" not in request.headers


def wants_json() -> bool:
    """Whether the request comes from a script of a page."""
    return request.accept_mimetypes.best == "application/json"


def sent() -> Held:
    """The form of this request, to be sent again."""
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
        return None  # usually an empty field, or a manipulated one


def local_path(path: str | None) -> str:
    """`path` if it is an author page of this site, else the dashboard: sign-in never redirects elsewhere."""
    # Browsers drop tabs and newlines and treat a backslash as a slash. Our paths contain none of them.
    desk = url_for("dashboard.index")
    if path is None or not path.isprintable() or "\\" in path:
        return desk
    try:
        parts = urlsplit(path)
    except ValueError:  # `//[`
        return desk
    if any(unquote(segment) in {".", ".."} for segment in parts.path.split("/")):
        return desk  # browsers resolve dot segments, and the result may be outside the blog
    here = None if parts.scheme or parts.netloc else within(parts.path)
    return path if here and is_authors(here) else desk
