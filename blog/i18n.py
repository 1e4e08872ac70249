"""The site's language: messages from gettext catalogues and CLDR formats, both with Babel.

Messages in the source are English; the catalogues in `translations/` have the others. A request asks its `speaker` for
the language. Outside of requests, in commands and logs, it is English.
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
"""Numbers up to this one cover all plural categories of whole numbers below a million."""

# Marks a message for the catalogues that is translated later.
N_ = str

# Scripts written from right to left, by ISO 15924 code (Unicode, PropList: Bidi_Class R and AL).
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
    """Provides the current language: `language` is called each time and returns a language tag (RFC 5646)."""

    def __init__(self) -> None:
        self.language: Callable[[], str] = lambda: ENGLISH


speaker = Speaker()


def language() -> str:
    """The tag of the current language."""
    return speaker.language()


def shortened(tag: str) -> Iterator[str]:
    """`tag` and its prefixes: de-CH-1996, de-CH, de (RFC 4647, section 3.4)."""
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])


@lru_cache(maxsize=64)
def locale(tag: str) -> Locale:
    """The CLDR data of a language, or of English if there are none."""
    for each in shortened(tag):
        try:
            return Locale.parse(each, sep="-")
        except (ValueError, UnknownLocaleError):
            continue
    return Locale.parse(ENGLISH)


@lru_cache(maxsize=64)
def words_language(tag: str) -> str:
    """The language of the interface on a site in language `tag`: `tag` if there is a catalogue for it."""
    return next((each for each in shortened(tag) if (CATALOGUES / each).is_dir()), ENGLISH)


def spoken_to_author(tag: str) -> str:
    """`tag` if there is a catalogue for it or for a prefix of it (de for de-AT), else English."""
    found = words_language(tag)
    return tag if tag.split("-", maxsplit=1)[0] == found.split("-")[0] else found


def catalogue(tag: str) -> Translations:
    """The translations of a language."""
    return catalogue_in(CATALOGUES, tag)


@lru_cache(maxsize=4)
def catalogue_in(folder: Path, tag: str) -> Translations:
    """The translations of a language, read from the .po file, so that nothing must be compiled before the start."""
    compiled = BytesIO()
    with (folder / tag / "LC_MESSAGES" / "messages.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=locale(tag), abort_invalid=True))
    return Translations(BytesIO(compiled.getvalue()))


def words() -> Translations:
    return catalogue(words_language(language()))


def gettext(message: str, /, **values: object) -> str:
    """`message` in the current language, with `values` for its `%(names)s`."""
    said: str = words().ugettext(message)
    return said % values if values else said


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The plural form for `number`, which is also the value `number`."""
    return with_places(one, many, number) % {"number": number, **values}


def with_places(one: str, many: str, number: int) -> str:
    """The plural form for `number`, without values."""
    said: str = words().ungettext(one, many, number)
    return said


def pgettext(context: str, message: str, /, **values: object) -> str:
    """`message` in `context`: one English word may have two translations."""
    said = str(words().upgettext(context, message))
    return said % values if values else said


def forms(one: str, many: str, /, **values: object) -> Mapping[str, str]:
    """The plural forms for a number that only the browser will know, by CLDR plural category.

    The keys are the category names of Intl.PluralRules. `many` is the placeholder of the number.
    """
    examples = kinds_of_numbers(words_language(language()))
    return {kind: ngettext(one, many, number, **values) for kind, number in examples.items()}


@lru_cache(maxsize=4)
def kinds_of_numbers(tag: str) -> Mapping[str, int]:
    """The smallest number of each plural category."""
    kind = locale(tag).plural_form
    return {kind(number): number for number in range(ENOUGH, -1, -1)}


def listed(names: Sequence[str]) -> str:
    """Names as a list in a sentence of the interface language: salt, pepper, and thyme."""
    return format_list(names, locale=locale(words_language(language())))


def number(value: float) -> str:
    """A number in the current language: 1,234 and 4.5; 1.234 and 4,5."""
    return number_in(language(), value)


@lru_cache(maxsize=NUMBERS_KEPT)
def number_in(tag: str, value: float) -> str:
    return written(format_decimal(value, locale=locale(tag), numbering_system="default"), locale(tag))


def year(value: int) -> str:
    """A calendar year in the digits of the current language. In addresses, years have ASCII digits."""
    return written(str(value), locale(language()))


def digits() -> str:
    """The numbering system of the language in CLDR: latn, arab, deva …"""
    return locale(language()).default_numbering_system


@lru_cache(maxsize=256)
def direction(tag: str) -> Literal["ltr", "rtl"]:
    """The direction of a language: by the script in its tag, else by its most likely script in CLDR."""
    language, *parts = tag.lower().split("-")
    said = next((part for part in parts if len(part) == 4 and part.isalpha()), "")
    likely = get_global("likely_subtags")  # az-IR: az_Arab_IR
    expanded = next(
        (likely[key] for key in (f"{language}_{'_'.join(parts).upper()}", language) if key in likely), ""
    )
    return "rtl" if (said or expanded.lower().partition("_")[2][:4]) in RIGHT_TO_LEFT else "ltr"


def day(of: date) -> str:
    """A date in words in the current language: 24. November 2026; November 24, 2026."""
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
    """The name of a month, or its first letter; if the language numbers months, its number."""
    return month_name_in(language(), month, "MMMMM" if initial else "MMMM")


@lru_cache(maxsize=DAYS_KEPT)
def month_name_in(tag: str, month: int, form: str) -> str:
    # Not LLLL, the stand-alone form: for languages without one, Babel 2.18 returns that of the language that asked
    # first.
    return written(format_date(date(2000, month, 1), form, locale(tag)), locale(tag))


def time_of_day(at: datetime, *, seconds: bool = False) -> str:
    """The time of `at`, in its own time zone: 20:30; 8:30 PM."""
    local = at.replace(tzinfo=None)
    spoken = locale(language())
    return written(format_time(local, "medium" if seconds else "short", locale=spoken), spoken)


def day_and_time(at: datetime, *, weekday: bool = False, seconds: bool = False) -> str:
    """Date and time of `at`, in its own time zone: November 24, 2026, 8:30 PM."""
    spoken = locale(language())
    date_ = written(format_date(at, "full", spoken), spoken) if weekday else day(at.date())
    pattern = str(spoken.datetime_formats["long"])
    return pattern.replace("{1}", date_).replace("{0}", time_of_day(at, seconds=seconds))


def with_words() -> str:
    """The names of the languages with a catalogue: English and German."""
    spoken = locale(language())
    names = [str(locale(folder.name).get_display_name(spoken)) for folder in sorted(CATALOGUES.iterdir())]
    return listed(sorted(names))


@lru_cache(maxsize=4)
def languages(spoken: str) -> list[tuple[str, str]]:
    """Tag and name, in the language `spoken`, of each language with CLDR date formats."""
    names = locale(spoken).languages.items()
    known = [(code.replace("_", "-"), name) for code, name in names if localedata.exists(code)]
    return sorted(known, key=lambda each: each[1].casefold())
