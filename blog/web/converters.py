"""What stands in addresses and is not plain text."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, Request
from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError

from blog.store.cursors import Cursor
from blog.text.slugs import is_slug

MOST = 2**63 - 1  # the largest integer that a column holds


class TagsConverter(BaseConverter):
    """Tags in an address, joined by `+`: written sorted and each once, read in any order."""

    regex = "[^/]+"
    part_isolating = True

    def to_python(self, value: str) -> tuple[str, ...]:
        slugs = tuple(value.split("+"))
        if not all(is_slug(slug) for slug in slugs):
            raise ValidationError
        return slugs

    def to_url(self, value: Sequence[str]) -> str:
        return "+".join(super(TagsConverter, self).to_url(slug) for slug in sorted(set(value)))


class Number(IntegerConverter):
    """A whole number that the database has room for, in ASCII digits; an address with another one does not exist."""

    regex = "[0-9]+"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"max": MOST, **options})


class Counted(Number):
    """A number that counts from 1, in its one spelling: an address without end would fill the cache."""

    regex = "[1-9][0-9]*"


def number(text: str) -> int:
    """A whole number in a query or a form, for `get(…, type=number)`. Raises ValueError for one that has no room."""
    found = int(text)
    if abs(found) > MOST:
        raise ValueError(text)
    return found


def init_app(app: Flask) -> None:
    app.url_map.converters.update(tags=TagsConverter, int=Number, number=Counted)


def cursor_from(request: Request, name: str) -> Cursor | None:
    """The cursor in the query argument `name`, if it has a value. Raises CursorInvalid."""
    return Cursor.parse(request.args[name]) if request.args.get(name) else None
