"""Front matter at the top of a text, as static site generators read it: found, and taken over into the form's fields.

YAML between lines of three hyphens (Jekyll), or TOML between lines of three plus signs (Hugo). Only fields that are
empty are filled in, and tags are added; whatever finds no field stays in the text.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import yaml

from blog import languages
from blog.errors import BlogError
from blog.text.lines import plain_line
from blog.text.links import is_web_address
from blog.text.slugs import slug_from
from blog.writing.checks import series_title, split_tags
from blog.writing.fields import FRONT_MATTER, Fields
from blog.writing.moments import YEARS, shown

LONGEST = 100_000  # characters
BLOCK = re.compile(
    r"\A\ufeff?(?:\s*\n)?(---|\+\+\+)[ \t]*\n(.*?)^(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
KEY = {
    "---": re.compile(r"^([\w-]+)[ \t]*:(?:[ \t]|$)", re.MULTILINE),
    "+++": re.compile(r"^([\w-]+)[ \t]*=", re.MULTILINE),
}
"""A key at the outermost level, by the mark."""
TABLE = re.compile(r"^\[", re.MULTILINE)
"""From where on the keys of TOML are those of a table."""
OFFSET = re.compile(r"\s+(?=(?:[+-]\d\d:?\d\d|Z)$)")
MEANINGLESS = frozenset({"layout", "draft", "published", "type", "comments", "toc"})
"""Keys that say nothing of a post here, and have no words that could be missed."""


class Found(NamedTuple):
    """The front matter of a text."""

    mark: str
    """`---` or `+++`."""
    block: str
    """What stands between the two lines."""
    values: Mapping[str, Any]
    """By keys in small letters."""
    end: int
    """Where the text goes on."""


class Taken(NamedTuple):
    """What became of a form whose front matter was taken over."""

    fields: Fields
    filled: tuple[str, ...]
    """The names of the fields that were filled in."""
    left: tuple[str, ...]
    """The keys that are still in the text."""


def found(text: str) -> Found | None:
    """The front matter at the top of `text`; None if there is none, as of a text that begins with a rule."""
    match = BLOCK.match(text[:LONGEST])
    if match is None or not KEY[match[1]].search(match[2]):
        return None
    values = lowered(read(match[1], match[2]))
    if len(values) < 2 and not values.keys() & (FRONT_MATTER.keys() | MEANINGLESS):
        return None  # “Note: this” between two rules
    return Found(match[1], match[2], values, match.end())


def read(mark: str, block: str) -> dict[Any, Any]:
    try:
        # As text: YAML would make a number of a version, and a truth of “no”, which is Norwegian.
        values = yaml.load(block, yaml.BaseLoader) if mark == "---" else tomllib.loads(block)  # noqa: S506 -- strings only
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def take(fields: Fields, zone: ZoneInfo) -> Taken:
    """`fields` with the front matter of their text taken over, its date as a clock in `zone` shows it."""
    matter = found(fields["body"])
    if matter is None:
        return Taken(fields, (), ())
    new = dict(fields)
    done = set()
    for key, value in matter.values.items():
        if key in MEANINGLESS or (key in FRONT_MATTER and fill(new, FRONT_MATTER[key], value, zone)):
            done.add(key)
    rest = without(matter, done)
    new["body"] = rest + fields["body"][matter.end :].lstrip("\n")
    left = tuple(key for key in matter.values if key not in done) if rest else ()
    return Taken(new, tuple(name for name in new if name != "body" and new[name] != fields[name]), left)


def fill(fields: Fields, name: str, value: object, zone: ZoneInfo) -> bool:
    """Fill in the field; False if the value does not fit, or another one stands there."""
    if name == "tags":
        fields["tags"] = ", ".join(dict.fromkeys([*split_tags(fields["tags"]), *tag_names(value)]))
        return True
    if name == "date":
        at = moment(value, zone)
        typed = dict(zip(("date", "time"), at, strict=True)) if at else {}
    else:
        typed = {name: text} if (text := text_of(name, value)) else {}
    if not typed or any(fields[each] not in {"", text} for each, text in typed.items()):
        return False
    fields.update(typed)
    return True


def tag_names(value: object) -> list[str]:
    """The names in a list, or in a line separated by commas, or else by spaces as Jekyll does it."""
    if isinstance(value, list):
        return [name for each in value if isinstance(each, str) for name in split_tags(each)]
    line = value if isinstance(value, str) else ""
    return split_tags(line) if "," in line else line.split()


def text_of(name: str, value: object) -> str:
    """The value as its field has it; nothing if it cannot be one."""
    if isinstance(value, list) and len(value) == 1:
        (value,) = value  # Hugo's series are lists
    if not isinstance(value, (str, int, float)):
        return ""
    check: Callable[[str], str] = {
        "slug": slug_from,
        "series": series_title,
        "language": languages.tag,
        "canonical_url": lambda text: text if is_web_address(text) else "",
    }.get(name, plain_line)
    try:
        return check(str(value).strip())
    except BlogError:
        return ""


def moment(value: object, zone: ZoneInfo) -> tuple[str, str] | None:
    """The fields `date` and `time`; a moment without a time zone is meant in `zone`."""
    try:
        at = value if isinstance(value, date) else datetime.fromisoformat(OFFSET.sub("", str(value).strip()))
        if at.year not in YEARS:
            return None
        if not isinstance(at, datetime):
            at = datetime(at.year, at.month, at.day, tzinfo=zone)
        return shown((at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC), zone)
    except (ValueError, OverflowError):
        return None


def without(matter: Found, keys: set[str]) -> str:
    """The front matter without `keys`, or nothing if nothing else is in it."""
    kept = {key: value for key, value in matter.values.items() if key not in keys}
    if not kept:
        return ""
    table = TABLE.search(matter.block) if matter.mark == "+++" else None
    head = matter.block[: table.start()] if table else matter.block
    starts = [0, *(match.start() for match in KEY[matter.mark].finditer(head)), len(head)]
    pieces = [head[a:b] for a, b in pairwise(starts)]
    block = (
        "".join(each for each in pieces if key_of(matter.mark, each) not in keys) + matter.block[len(head) :]
    )
    if lowered(read(matter.mark, block)) != kept:
        block = matter.block  # a key is written in a way that cannot be cut out: then all of it stays
    return f"{matter.mark}\n{block}{matter.mark}\n\n"


def key_of(mark: str, piece: str) -> str:
    match = KEY[mark].match(piece)
    return match[1].lower() if match else ""


def lowered(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in values.items()}
