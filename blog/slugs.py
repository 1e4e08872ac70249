"""Addresses made from titles and tag names."""

from collections.abc import Callable

from slugify import slugify

MAX_LENGTH = 80
APOSTROPHES = str.maketrans("", "", "'’")  # won't becomes wont, not won-t
# Languages that would otherwise be one with C and F, as tags too.
LANGUAGES = (("C++", "cpp"), ("c++", "cpp"), ("C#", "csharp"), ("c#", "csharp"), ("F#", "fsharp"))


def slug_from(text: str) -> str:
    """A slug of `text`: lower-case ASCII letters, digits and hyphens, cut at a word, at most 80 characters.

    A text without a letter or digit (“+”, “🎉”) gives an empty string: the caller decides what to do.
    """
    return slugify(
        text.translate(APOSTROPHES),
        max_length=MAX_LENGTH,
        word_boundary=True,
        save_order=True,
        replacements=LANGUAGES,
    )


def free_slug(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """`wanted`, or `wanted-2`, `wanted-3` … : the first one that is not taken."""
    candidate, number = wanted, 1
    while is_taken(candidate):
        number += 1
        candidate = f"{wanted[: MAX_LENGTH - 1 - len(str(number))].rstrip('-')}-{number}"
    return candidate
