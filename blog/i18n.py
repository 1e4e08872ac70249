"""The site's language: words from gettext catalogues, dates in the form that CLDR gives them, both with Babel.

The words in the source are English, and the catalogues in `translations/` say them in other languages. Which language
is spoken is asked of whoever answers the request (`speaker`); outside of requests, in commands and logs, it is English.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel import Locale, UnknownLocaleError, localedata
from babel.core import get_global
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

from blog.digits import written

ENGLISH = "en"
CATALOGUES = Path(__file__).parent / "translations"
DAYS_KEPT = NUMBERS_KEPT = 4_096
ENOUGH = 200
"""Numbers up to here are of every kind that a language tells apart in whole ones that are not millions."""

# Marks a sentence for the catalogues that is looked up later, when it is said.
N_ = str

# Scripts that are written from right to left, as ISO 15924 calls them (Unicode, PropList: Bidi_Class R and AL).
RIGHT_TO_LEFT = {
    "adlm",
    "arab",
    "aran",
    "hebr",
    "mand",
    "mend",
    "nkoo",
    "rohg",
    "samr",
    "syrc",
    "thaa",
    "yezi",
}


class Speaker:
    """Who says which language is spoken: `language` is asked each time, and gives a language tag (RFC 5646)."""

    def __init__(self) -> None:
        self.language: Callable[[], str] = lambda: ENGLISH


speaker = Speaker()


def language() -> str:
    """The tag of the language that is spoken."""
    return speaker.language()


def shortened(tag: str) -> Iterator[str]:
    """`tag`, and what is left of it without its last parts: de-CH-1996, de-CH, de (RFC 4647, section 3.4)."""
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])


@lru_cache(maxsize=64)
def locale(tag: str) -> Locale:
    """What CLDR knows of a language, or of English where it does not know it."""
    for each in shortened(tag):
        try:
            return Locale.parse(each, sep="-")
        except (ValueError, UnknownLocaleError):
            continue
    return Locale.parse(ENGLISH)


@lru_cache(maxsize=64)
def words_language(tag: str) -> str:
    """The language in which a site in the language `tag` has its words: that, if there is a catalogue for it."""
    return next((each for each in shortened(tag) if (CATALOGUES / each).is_dir()), ENGLISH)


def spoken_to_author(tag: str) -> str:
    """`tag`, if there are words for it or for the language that it is a variety of (de-AT of de); else English."""
    found = words_language(tag)
    return tag if tag.split("-", maxsplit=1)[0] == found.split("-")[0] else found


def catalogue(tag: str) -> Translations:
    """The words of a language."""
    return catalogue_in(CATALOGUES, tag)


@lru_cache(maxsize=4)
def catalogue_in(folder: Path, tag: str) -> Translations:
    """The words of a language, read from the file that translators write; so nothing has to be built before a start."""
    compiled = BytesIO()
    with (folder / tag / "LC_MESSAGES" / "messages.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=locale(tag), abort_invalid=True))
    return Translations(BytesIO(compiled.getvalue()))


def words() -> Translations:
    return catalogue(words_language(language()))


def gettext(message: str, /, **values: object) -> str:
    """`message` in the language that is spoken, with `values` in the place of its `%(names)s`."""
    said: str = words().ugettext(message)
    return said % values if values else said


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """What is said of `number` things, which is the value `number` as well."""
    return with_places(one, many, number) % {"number": number, **values}


def with_places(one: str, many: str, number: int) -> str:
    """What is said of `number` things, before anything stands in the place of its `%(names)s`."""
    said: str = words().ungettext(one, many, number)
    return said


def pgettext(context: str, message: str, /, **values: object) -> str:
    """`message` as it is meant in `context`: one English word may be two in another language."""
    said = str(words().upgettext(context, message))
    return said % values if values else said


def forms(one: str, many: str, /, **values: object) -> Mapping[str, str]:
    """The same for a number that only the browser will know: a sentence for each of the kinds that CLDR tells apart.

    They have the names that Intl.PluralRules gives them; `many` says in what place the number will stand.
    """
    examples = kinds_of_numbers(words_language(language()))
    return {kind: ngettext(one, many, number, **values) for kind, number in examples.items()}


@lru_cache(maxsize=4)
def kinds_of_numbers(tag: str) -> Mapping[str, int]:
    """The least number of each kind."""
    kind = locale(tag).plural_form
    return {kind(number): number for number in range(ENOUGH, -1, -1)}


def listed(names: Sequence[str]) -> str:
    """Names in a row, as a sentence in the language of our words has them: salt, pepper, and thyme."""
    return format_list(names, locale=locale(words_language(language())))


def number(value: float) -> str:
    """A number as the language that is spoken writes it: 1,234 and 4.5; 1.234 and 4,5."""
    return number_in(language(), value)


@lru_cache(maxsize=NUMBERS_KEPT)
def number_in(tag: str, value: float) -> str:
    return written(format_decimal(value, locale=locale(tag), numbering_system="default"), locale(tag))


def year(value: int) -> str:
    """A year of our calendar, in the digits of the language that is spoken; as a part of an address it has none."""
    return written(str(value), locale(language()))


def digits() -> str:
    """The numbering system that the language writes, as CLDR calls it: latn, arab, deva …"""
    return locale(language()).default_numbering_system


@lru_cache(maxsize=256)
def direction(tag: str) -> Literal["ltr", "rtl"]:
    """How a language is written: by the script that its tag says, else by the one that CLDR finds the likeliest."""
    language, *parts = tag.lower().split("-")
    said = next((part for part in parts if len(part) == 4 and part.isalpha()), "")
    likely = get_global("likely_subtags")  # az-IR: az_Arab_IR
    expanded = next(
        (likely[key] for key in (f"{language}_{'_'.join(parts).upper()}", language) if key in likely), ""
    )
    return "rtl" if (said or expanded.lower().partition("_")[2][:4]) in RIGHT_TO_LEFT else "ltr"


def day(of: date) -> str:
    """A day in words, as they are put in the language that is spoken: 24. November 2026; November 24, 2026."""
    return day_in(language(), of)


@lru_cache(maxsize=DAYS_KEPT)
def day_in(tag: str, of: date) -> str:
    return written(format_date(of, "long", locale(tag)), locale(tag))


def month(of: date) -> str:
    """A month and its year: November 2026."""
    return month_in(language(), of.year, of.month)


@lru_cache(maxsize=DAYS_KEPT)
def month_in(tag: str, year: int, month: int) -> str:
    said = format_skeleton("yMMMM", datetime(year, month, 1, tzinfo=UTC), locale=locale(tag))
    return written(said, locale(tag))


def month_name(month: int, *, initial: bool = False) -> str:
    """The name of a month, or its first letter; where those are numbers, its number."""
    return month_name_in(language(), month, "MMMMM" if initial else "MMMM")


@lru_cache(maxsize=DAYS_KEPT)
def month_name_in(tag: str, month: int, form: str) -> str:
    # Not LLLL, the form for a month that stands alone: where a language has none of its own, Babel 2.18 gives the one
    # of whichever language asked first.
    return written(format_date(date(2000, month, 1), form, locale(tag)), locale(tag))


def time_of_day(at: datetime, *, seconds: bool = False) -> str:
    """The time that a clock shows at `at`, which is in the zone that is meant: 20:30; 8:30 PM."""
    local = at.replace(tzinfo=None)
    spoken = locale(language())
    return written(format_time(local, "medium" if seconds else "short", locale=spoken), spoken)


def day_and_time(at: datetime, *, weekday: bool = False, seconds: bool = False) -> str:
    """Day and time of `at`, which is in the zone that is meant: November 24, 2026, 8:30 PM."""
    spoken = locale(language())
    date_ = written(format_date(at, "full", spoken), spoken) if weekday else day(at.date())
    pattern = str(spoken.datetime_formats["long"])
    return pattern.replace("{1}", date_).replace("{0}", time_of_day(at, seconds=seconds))


def with_words() -> str:
    """The languages that there is a catalogue for, by their names: English and German."""
    spoken = locale(language())
    names = [str(locale(folder.name).get_display_name(spoken)) for folder in sorted(CATALOGUES.iterdir())]
    return listed(sorted(names))


@lru_cache(maxsize=4)
def languages(spoken: str) -> list[tuple[str, str]]:
    """Tag and name, in the language `spoken`, of each language whose dates are known."""
    names = locale(spoken).languages.items()
    known = [(code.replace("_", "-"), name) for code, name in names if localedata.exists(code)]
    return sorted(known, key=lambda each: each[1].casefold())
