"""The values of a form: every problem in it is found at once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from blog.errors import BlogError, FieldsWrong
from blog.i18n import gettext as _
from blog.text.bidi import TURNING
from blog.text.lengths import too_long
from blog.writing import checks
from blog.writing.fields import FIELDS, NAMES, Field
from blog.writing.moments import moment


class Content(NamedTuple):
    """The values of a form in which nothing is wrong."""

    title: str
    body: str
    excerpt: str
    """Empty when it shall be proposed from the text."""
    tags: tuple[str, ...]
    """Names, each of another slug."""
    slug: str
    """Empty when it shall be made from the title."""
    published_at: datetime | None
    series: str
    """Empty for none."""
    series_part: int | None
    language: str
    """Empty for the site's."""
    cover: str
    correction: str
    """What readers are told has changed; empty for nothing."""
    stored: Mapping[str, Any]
    """By attribute of `Post`: the values that are stored as they are."""
    notices: tuple[str, ...]
    """What was mended without asking, a sentence each."""


def check(fields: Mapping[str, str], zone: ZoneInfo, site_language: str = "") -> Content:
    """The values of `fields`, whose date and time are meant in `zone`. Raises FieldsWrong with all that is wrong.

    `site_language` is what an address is spelt in where the post has no language of its own.
    """
    wrong: dict[str, str] = {}
    values = {field.name: value_of(field, fields, wrong) for field in FIELDS}
    notices = []
    if TURNING.search(fields.get("title", "")):
        notices.append(_("Invisible characters that reverse text direction were removed from the title."))
    if not any(letter.isprintable() and not letter.isspace() for letter in values["title"] or ""):
        wrong["title"] = _("Enter a title.")
    spoken = values["language"] or site_language
    slug = found("slug", lambda text: checks.slug(text, spoken), fields, wrong)
    published_at = moment(values["date"], values["time"], zone, wrong)
    if values["series_part"] is not None and not values["series"]:
        wrong.setdefault("series", _("Enter the name of the series, or clear the part number."))
    if wrong:
        raise FieldsWrong({name: wrong[name] for name in NAMES if name in wrong})
    return Content(
        title=values["title"],
        body=values["body"],
        excerpt=values["excerpt"],
        tags=values["tags"],
        slug=slug,
        published_at=published_at,
        series=values["series"],
        series_part=values["series_part"],
        language=values["language"],
        cover=values["cover"],
        correction=values["correction"],
        stored={field.column: values[field.name] for field in FIELDS if field.column},
        notices=tuple(notices),
    )


def value_of(field: Field, fields: Mapping[str, str], wrong: dict[str, str]) -> Any:
    """The value of a field that has no sentence in `wrong` afterwards."""
    value = found(field.name, field.check, fields, wrong)
    if field.longest and value and (sentence := too_long(value, field.longest, field.count)):
        wrong[field.name] = sentence
    return value


def found(name: str, check: Callable[[str], Any], fields: Mapping[str, str], wrong: dict[str, str]) -> Any:
    """What `check` makes of a field; None if it raises BlogError, whose sentence is noted."""
    try:
        return check(fields.get(name, ""))
    except BlogError as error:
        wrong[name] = error.message
        return None
