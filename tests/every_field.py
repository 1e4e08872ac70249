"""A value for each field of the form, including future ones, for tests of all fields."""

from blog.writing.fields import NAMES

VALUES = {
    "title": "Every field of it",
    "tags": "rust, typing",
    "body": "A text of which nothing is lost.",
    "slug": "every-field",
    "date": "2026-02-03",
    "time": "08:30",
    "series": "The series",
    "series_part": "7",
    "language": "pt-BR",
    "canonical_url": "https://elsewhere.example/the-post",
    "excerpt": "An excerpt of its own.",
    "cover_alt": "Cover image description",
    "correction": "A number was wrong.",
}

SAID_ONCE = {"correction"}
"""Fields that are cleared after saving."""


def every_field(cover: str) -> dict[str, str]:
    """The value entered in each field; unlisted fields get a word."""
    return {name: cover if name == "cover" else VALUES.get(name, f"typed-{name}") for name in NAMES}


def saved_fields(typed: dict[str, str]) -> dict[str, str]:
    """The form after `typed` was saved."""
    return {name: "" if name in SAID_ONCE else text for name, text in typed.items()}
