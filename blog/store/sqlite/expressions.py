"""Expressions that SQLite has in its own way, or reads in its own way."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from blog.store.backend import Spans
from blog.store.db import as_stored


def numbers(ids: Iterable[int]) -> sa.Select[tuple[int]]:
    """Many ids as one parameter, for `IN`: of parameters SQLite takes no more than 32,766."""
    return sa.select(sa.func.json_each(json.dumps(sorted(ids))).table_valued("value").c.value)


def spans(each: Sequence[tuple[datetime, datetime]]) -> Spans:
    """Pairs of moments as one parameter, so that the statement is the same for any number of them."""
    pairs = json.dumps([(as_stored(begin), as_stored(end)) for begin, end in each])
    table = sa.func.json_each(pairs).table_valued("key", "value", name="span")
    begin, end = (sa.func.json_extract(table.c.value, place) for place in ("$[0]", "$[1]"))
    return Spans(table, table.c.key, begin, end)


def least(one: Any, other: Any, **options: Any) -> Any:
    """The smaller of two values of a row."""
    return sa.func.min(one, other, **options)


def greatest(one: Any, other: Any, **options: Any) -> Any:
    """The greater of two values of a row."""
    return sa.func.max(one, other, **options)


def contains(text: sa.ColumnElement[str], word: str) -> sa.ColumnElement[bool]:
    """Whether `text` has `word` in it, in small or large letters.

    SQLite knows small and large letters of English alone; `casefold` is a function of ours, and slower.
    """
    searched = text if word.isascii() else sa.func.casefold(text)
    return searched.icontains(word.casefold(), autoescape=True)


def sortable(moment: Any) -> sa.ColumnElement[str]:
    """A column of moments as text like that of `as_stored`: to make a moment of each takes as long as to find it."""
    return sa.type_coerce(moment, sa.String)


def unindexed(column: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """A column by which SQLite shall not look rows up."""
    return column + 0
