"""Addresses made from titles and tag names."""

from collections.abc import Container

from slugify import slugify

MAX_LENGTH = 80
APOSTROPHES = str.maketrans("", "", "'’")  # won't becomes wont, not won-t


def slug_from(text: str) -> str:
    """A slug of `text`: lower-case ASCII letters, digits and hyphens, cut at a word, at most 80 characters.

    A text without a letter or digit (“+”, “🎉”) gives an empty string: the caller decides what to do.
    """
    return slugify(text.translate(APOSTROPHES), max_length=MAX_LENGTH, word_boundary=True, save_order=True)


def free_slug(wanted: str, taken: Container[str]) -> str:
    """`wanted`, or `wanted-2`, `wanted-3` … : the first one that is not `taken`."""
    candidate, number = wanted, 1
    while candidate in taken:
        number += 1
        candidate = f"{wanted[: MAX_LENGTH - 1 - len(str(number))].rstrip('-')}-{number}"
    return candidate
