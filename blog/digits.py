"""The digits of a language: those of its default numbering system in CLDR."""

from functools import lru_cache

from babel import Locale

ZEROS = {
    "adlm": "\U0001e950",
    "arab": "\u0660",
    "arabext": "\u06f0",
    "beng": "\u09e6",
    "cakm": "\U00011136",
    "deva": "\u0966",
    "hmnp": "\U0001e140",
    "mtei": "\uabf0",
    "mymr": "\u1040",
    "nkoo": "\u07c0",
    "olck": "\u1c50",
    "tibt": "\u0f20",
}
"""The zero of each numbering system (CLDR, supplemental/numberingSystems.xml); the other nine follow it.

Babel has the symbols of a system, such as its decimal separator, but not its digits.
"""


def written(text: str, language: Locale) -> str:
    """`text` with its digits in those of `language`."""
    return text.translate(others(language.default_numbering_system))


@lru_cache(maxsize=16)
def others(system: str) -> dict[int, str]:
    zero = ZEROS.get(system)
    return {ord("0") + digit: chr(ord(zero) + digit) for digit in range(10)} if zero else {}
