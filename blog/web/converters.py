"""URL converters and number parsing."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, Request
from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError

from blog.store.cursors import Cursor
from blog.text.slugs import is_slug

MOST = 2**63 - 1  # the largest integer that a column holds


class TagsConverter(BaseConverter):
    """Tags in a path, joined by `+`. Written sorted and without duplicates, accepted in any order."""

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
    """A non-negative integer in ASCII digits that SQLite can store. Other paths do not match."""

    regex = "[0-9]+"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"max": MOST, **options})


class Counted(Number):
    """A number from 1 without leading zeros: alternative spellings would fill the cache."""

    regex = "[1-9][0-9]*"


def number(text: str) -> int:
    """An integer in a query or form, for `get(…, type=number)`. Raises ValueError if SQLite cannot store it."""
    found = int(text)
    if abs(found) > MOST:
        raise ValueError(text)
    return found


def init_app(app: Flask) -> None:
    app.url_map.converters.update(tags=TagsConverter, int=Number, number=Counted)


def cursor_from(request: Request, name: str) -> Cursor | None:
    """The cursor in the query argument `name`, if it has a value. Raises CursorInvalid."""
    return Cursor.parse(request.args[name]) if request.args.get(name) else None
