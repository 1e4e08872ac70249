"""The site's language: words from gettext catalogues, dates in the form that CLDR gives them, both with Babel.

The words in the source are English, and the catalogues in `translations/` say them in other languages. Which language
is spoken is asked of whoever answers the request (`speaker`); outside of requests, in commands and logs, it is English.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError, localedata
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

ENGLISH = "en"
CATALOGUES = Path(__file__).parent / "translations"
DAYS_KEPT = 4_096

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


@lru_cache(maxsize=4)
def catalogue(tag: str) -> Translations:
    """The words of a language, read from the file that translators write; so nothing has to be built before a start."""
    path = CATALOGUES / tag / "LC_MESSAGES" / "messages.po"
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=tag, abort_invalid=True))
    compiled.seek(0)
    return Translations(compiled)


def words() -> Translations:
    return catalogue(words_language(language()))


def gettext(message: str, /, **values: object) -> str:
    """`message` in the language that is spoken, with `values` in the place of its `%(names)s`."""
    said: str = words().ugettext(message)
    return said % values if values else said


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """What is said of `number` things, which is the value `number` as well."""
    said: str = words().ungettext(one, many, number)
    return said % {"number": number, **values}


def pgettext(context: str, message: str, /, **values: object) -> str:
    """`message` as it is meant in `context`: one English word may be two in another language."""
    said = str(words().upgettext(context, message))
    return said % values if values else said


def N_(message: str) -> str:  # noqa: N802 -- what gettext calls it everywhere
    """`message` as it is, for the catalogues to find where it stands: it is looked up when it is said."""
    return message


def plural_forms(one: str, many: str) -> dict[str, str]:
    """What is said of one thing and of many, by CLDR's name of each form, for a script that counts by itself.

    There `{number}` stands for the number, and Intl.PluralRules says which form it wants.
    """
    rule = locale(words_language(language())).plural_form
    first = {rule(number): number for number in range(200, -1, -1)}
    return {form: ngettext(one, many, number, number="{number}") for form, number in first.items()}


@lru_cache(maxsize=256)
def direction(tag: str) -> str:
    """`rtl` for a language that is written from right to left, `ltr` for others."""
    for part in tag.lower().split("-")[1:]:
        if len(part) == 4 and part.isalpha():
            return "rtl" if part in RIGHT_TO_LEFT else "ltr"
    return "rtl" if locale(tag).character_order == "right-to-left" else "ltr"


def day(of: date) -> str:
    """A day in words, as they are put in the language that is spoken: 24. November 2026; November 24, 2026."""
    return day_in(language(), of)


@lru_cache(maxsize=DAYS_KEPT)
def day_in(tag: str, of: date) -> str:
    return format_date(of, "long", locale(tag))


def month(of: date) -> str:
    """A month and its year: November 2026."""
    return format_skeleton("yMMMM", datetime(of.year, of.month, 1, tzinfo=UTC), locale=locale(language()))


def month_name(number: int) -> str:
    """The name of a month."""
    # Not LLLL, the form for a month that stands alone: where a language has none of its own, Babel 2.18 gives the one
    # of whichever language asked first.
    return format_date(date(2000, number, 1), "MMMM", locale(language()))


def time_of_day(at: datetime, *, seconds: bool = False) -> str:
    """The time that a clock shows at `at`, which is in the zone that is meant: 20:30; 8:30 PM."""
    local = at.replace(tzinfo=None)
    return format_time(local, "medium" if seconds else "short", locale=locale(language()))


def day_and_time(at: datetime, *, weekday: bool = False, seconds: bool = False) -> str:
    """Day and time of `at`, which is in the zone that is meant: November 24, 2026, 8:30 PM."""
    spoken = locale(language())
    date_ = format_date(at, "full", spoken) if weekday else day(at.date())
    pattern = str(spoken.datetime_formats["long"])
    return pattern.replace("{1}", date_).replace("{0}", time_of_day(at, seconds=seconds))


def decimal(number: float) -> str:
    """A number as the language that is spoken writes it: 4,000,000 and 4.5; 4.000.000 and 4,5."""
    return str(format_decimal(number, locale=locale(language())))


def with_words() -> str:
    """The languages that there is a catalogue for, by their names: English and German."""
    spoken = locale(language())
    names = [str(locale(folder.name).get_display_name(spoken)) for folder in sorted(CATALOGUES.iterdir())]
    return str(format_list(sorted(names), locale=spoken))


@lru_cache(maxsize=4)
def languages(spoken: str) -> list[tuple[str, str]]:
    """Tag and name, in the language `spoken`, of each language whose dates are known."""
    names = locale(spoken).languages.items()
    known = [(code.replace("_", "-"), name) for code, name in names if localedata.exists(code)]
    return sorted(known, key=lambda each: each[1].casefold())
