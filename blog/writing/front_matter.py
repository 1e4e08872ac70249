"""Front matter at the top of a text: detect it and move its values into the form's fields.

Supports YAML between lines of three hyphens (Jekyll) and TOML between lines of three plus signs (Hugo). Only empty
fields are filled; tags are added. Keys without a matching field stay in the text.
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
"""The pattern of a top-level key, per delimiter."""
TABLE = re.compile(r"^\[", re.MULTILINE)
"""In TOML, keys after this pattern belong to a table."""
OFFSET = re.compile(r"\s+(?=(?:[+-]\d\d:?\d\d|Z)$)")
MEANINGLESS = frozenset({"layout", "draft", "published", "type", "comments", "toc"})
"""Keys that are ignored here because they hold nothing to keep."""


class Found(NamedTuple):
    """The front matter of a text."""

    mark: str
    """`---` or `+++`."""
    block: str
    """The text between the two delimiters."""
    values: Mapping[str, Any]
    """Values by lower-case key."""
    end: int
    """The offset at which the text continues."""


class Taken(NamedTuple):
    """The form after moving its front matter into fields."""

    fields: Fields
    filled: tuple[str, ...]
    """Names of the filled fields."""
    left: tuple[str, ...]
    """Keys that remain in the text."""


def found(text: str) -> Found | None:
    """The front matter at the top of `text`, or None. A text that starts with a horizontal rule has none."""
    match = BLOCK.match(text[:LONGEST])
    if match is None or not KEY[match[1]].search(match[2]):
        return None
    values = lowered(read(match[1], match[2]))
    if len(values) < 2 and not values.keys() & (FRONT_MATTER.keys() | MEANINGLESS):
        return None  # “Note: this” between two rules
    return Found(match[1], match[2], values, match.end())


def read(mark: str, block: str) -> dict[Any, Any]:
    try:
        # All scalars stay strings: YAML would turn a version into a number, and “no” (Norwegian) into false.
        values = yaml.load(block, yaml.BaseLoader) if mark == "---" else tomllib.loads(block)  # noqa: S506 -- strings only
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def take(fields: Fields, zone: ZoneInfo) -> Taken:
    """`fields` with the values of the front matter in their text. Dates are converted to `zone`."""
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
    """Fill in the field. Returns False if the value is invalid or the field already has another value."""
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
    """The names in a list, or in a string separated by commas, or else by spaces (Jekyll)."""
    if isinstance(value, list):
        return [name for each in value if isinstance(each, str) for name in split_tags(each)]
    line = value if isinstance(value, str) else ""
    return split_tags(line) if "," in line else line.split()


def text_of(name: str, value: object) -> str:
    """The value in the form's notation, or an empty string if it is invalid."""
    if isinstance(value, list) and len(value) == 1:
        (value,) = value  # in Hugo, series are lists
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
    """The fields `date` and `time`. A value without a time zone is in `zone`."""
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
    """The front matter without `keys`, or an empty string if no other keys are left."""
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
        block = matter.block  # if a key cannot be removed safely, the whole front matter is kept
    return f"{matter.mark}\n{block}{matter.mark}\n\n"


def key_of(mark: str, piece: str) -> str:
    match = KEY[mark].match(piece)
    return match[1].lower() if match else ""


def lowered(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in values.items()}
