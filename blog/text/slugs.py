"""Slugs made from titles and tag names, depending on language and script.

Latin, Greek, Cyrillic, Armenian and Georgian letters are transliterated to ASCII. Other scripts keep their letters: Han
is read differently in Chinese and Japanese, Hangul's transliteration depends on neighbouring syllables, and Arabic and
Hebrew omit vowels, so transliterating letter by letter would be wrong. Such slugs are percent-encoded where a protocol
requires it (RFC 3987, section 3.1).
"""

import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

import emoji
import regex
from slugify import slugify
from text_unidecode import unidecode

from blog.text.graphemes import beginning

MAX_LENGTH = 80
"""Maximum characters."""
MAX_BYTES = 200
"""Maximum bytes in UTF-8, so that a file name with an extension fits: most file systems allow 255."""
UNTITLED = "post"
"""The slug of a title without any letters, digits or named symbols, such as “???”."""

# won't becomes wont, not won-t
APOSTROPHES = str.maketrans("", "", "'’‘\u02bc`\u00b4")
# Language names that would otherwise have the same slug as C and F; also used for tags.
NAMES = {"C++": "cpp", "c++": "cpp", "C#": "csharp", "c#": "csharp", "F#": "fsharp", "f#": "fsharp"}


def table(letters: str, spellings: str) -> dict[str, str]:
    return dict(zip(letters, spellings.split(), strict=True))


GERMAN = table("äöüßẞ", "ae oe ue ss ss")
DANISH = table("æøåäö", "ae oe aa ae oe")
GAJ = table("ђжјљњћхцчџшđ", "dj z j lj nj c h c c dz s dj")
VOICELESS = "θκξπσςτφχψ"
GREEK = {
    **table("ηήχυύϋΰ", "i i ch y y y y"),
    **{f"ο{letter}": "ou" for letter in "υύ"},  # noqa: RUF001
    **{f"γ{letter}": f"n{said}" for letter, said in zip("γξχ", ("g", "x", "ch"), strict=True)},  # noqa: RUF001
    **{
        f"{vowel}{second}{after}": f"{said}{'f' if after else 'v'}{after}"
        for vowel, said in zip("αεη", "aei", strict=True)
        for second in "υύ"
        for after in ("", *VOICELESS)
    },
}
# Languages that differ from text-unidecode. German: CLDR's transform de-ASCII. Danish and Norwegian: aa is the older
# spelling of å, and oe and ae stand for ø and æ in names. Ukrainian: resolution 55 of 2010. Bulgarian: the
# transliteration law of 2009. Serbian and related languages: Gaj's Latin alphabet, without its marks. Greek: ELOT 743,
# as on road signs. Russian and Belarusian: ICAO 9303, as in passports.
SPELLINGS: Mapping[str, Mapping[str, str]] = {
    **dict.fromkeys(("de", "gsw", "nds", "bar"), GERMAN),
    **dict.fromkeys(("da", "nb", "nn", "no", "kl"), DANISH),
    "uk": table("гґєиїйхцщюя", "h g ie y i i kh ts shch iu ia") | {"зг": "zgh", "ь": ""},
    "bg": table("щъьцхйюя", "sht a y ts h y yu ya"),
    **dict.fromkeys(("sr", "bs", "sh", "cnr"), GAJ),
    "mk": GAJ | table("ѓќѕжчшџ", "gj kj dz zh ch sh dzh"),
    "el": GREEK,
    "ru": table("ё", "e"),
    "be": {"\u0433": "h"},
}
AT_THE_BEGINNING = {"uk": table("єїйюя", "ye yi y yu ya"), "el": {"μπ": "b"}}
IN_ANY_LANGUAGE = {"ə": "e"}  # text-unidecode turns it into punctuation.

SOUND = r"\p{Latin}\p{Greek}\p{Cyrillic}\p{Armenian}\p{Georgian}"
LETTER = rf"[\p{{L}}\p{{No}}\p{{Nl}}--[{SOUND}\p{{ASCII}}]]"
KEPT = regex.compile(rf"((?:{LETTER}[\p{{M}}\u200c\u200d]*)+)", regex.V1)
"""Letters of scripts that are kept, with their marks."""
POINTS = regex.compile(r"[\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u0652\u0670]")
"""Hebrew and Arabic vowel points, which are rarely typed, and characters that only lengthen an Arabic word."""

SIGN = regex.compile(r"[\p{So}\p{Sm}\u30fb]")
"""Symbols, which separate words unless they have a sound, and the dot between names in katakana."""
KOREAN_DOT = "\u318d"
"""It separates words, as U+00B7 does; NFKC would turn it into a letter."""

# The vowel AM of Thai and Lao. NFKC decomposes it, but nobody types it in two parts.
SARA_AM = {"\u0e4d\u0e32": "\u0e33", "\u0ecd\u0eb2": "\u0eb3"}

WORD = r"[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}\u200c\u200d]*[\p{L}\p{N}\p{M}])?"
SLUG = regex.compile(rf"{WORD}(?:-{WORD})*")


def is_slug(text: str) -> bool:
    """Whether `text` is a valid slug: lower-case letters and digits, with single hyphens between words."""
    return SLUG.fullmatch(text) is not None and text == unicodedata.normalize("NFC", text.lower())


def slug_from(text: str, language: str = "") -> str:
    """A slug of `text`: lower-case letters, digits and hyphens, cut at a word, at most 80 characters and 200 bytes.

    `language` is the language tag (RFC 5646) of the text, or empty. The slug of a slug is the same slug. A text without
    a letter or digit (“+”, “🎉”) gives an empty string.
    """
    return made(text, language.partition("-")[0].lower())


def slug_of_title(title: str, language: str = "") -> str:
    """A slug of `title`, never empty: a title of only emoji and symbols gives their names.

    Names of emoji are from CLDR, in `language` if available; those of other symbols are from Unicode.
    """
    slug = slug_from(title, language)
    return slug or slug_from(in_words(title, language.partition("-")[0].lower()), language) or UNTITLED


@lru_cache(maxsize=2_000)
def made(text: str, language: str) -> str:
    # Twice, because the result of one pass may contain another symbol (“№” contains “º”), and the slug of a slug must
    # be the same.
    return once(once(text, language), language)


def once(text: str, language: str) -> str:
    text = unicodedata.normalize("NFKC", text.replace(KOREAN_DOT, " ")).translate(APOSTROPHES)
    for name, word in NAMES.items():
        text = text.replace(name, word)
    if not text.isascii():
        text = transliterated(text.lower(), language)
    slug = slugify(text, allow_unicode=True, algorithm="modern")
    for apart, whole in SARA_AM.items():
        slug = slug.replace(apart, whole)
    return shortened(slug)


def transliterated(text: str, language: str) -> str:
    """`text` in lower case and NFKC, transliterated to ASCII where possible."""
    beginnings = {f" {letter}": f" {said}" for letter, said in AT_THE_BEGINNING.get(language, {}).items()}
    spellings = {**IN_ANY_LANGUAGE, **beginnings, **SPELLINGS.get(language, {})}
    text = f" {text}"
    for letters in sorted(spellings, key=len, reverse=True):
        text = text.replace(letters, spellings[letters])
    text = SIGN.sub(lambda sign: ascii_of(sign[0]) or " ", text)
    parts = KEPT.split(POINTS.sub("", text))
    # Every second part is kept unchanged.
    latin = [ascii_of(part).translate(APOSTROPHES) for part in parts[::2]]
    kept = [*parts[1::2], ""]
    return "".join(f"{before}{after}" for before, after in zip(latin, kept, strict=True))


def ascii_of(text: str) -> str:
    ascii_text: str = unidecode(text)  # type: ignore[no-untyped-call]
    return ascii_text


def in_words(title: str, language: str) -> str:
    """`title` with emoji and symbols replaced by their names."""
    spoken = language if language in emoji.LANGUAGES else "en"
    named = emoji.demojize(title, delimiters=(" ", " "), language=spoken)
    names = [unicodedata.name(sign, "") if unicodedata.category(sign)[0] == "S" else sign for sign in named]
    return "".join(name if len(name) == 1 else f" {name} " for name in names)


def shortened(slug: str) -> str:
    """`slug` shortened at a word. A single word that is too long is cut between characters."""
    if fits(slug):
        return slug
    head = slug[: MAX_LENGTH + 1]
    while not fits(head):
        head = head.rpartition("-")[0] if "-" in head else beginning(head, len(head) - 1)
    return head.rstrip("-\u200c\u200d")


def fits(slug: str) -> bool:
    return len(slug) <= MAX_LENGTH and len(slug.encode()) <= MAX_BYTES


def free_slug(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """The first of `wanted`, `wanted-2`, `wanted-3` … that is not taken."""
    candidate, number = wanted, 1
    while is_taken(candidate):
        number += 1
        ending = f"-{number}"
        head = beginning(wanted, MAX_LENGTH - len(ending)).rstrip("-")
        while not fits(f"{head}{ending}"):
            head = beginning(head, len(head) - 1)
        candidate = f"{head}{ending}"
    return candidate
