"""How text becomes tokens that are compared when searching: the same for posts and for what is typed.

Case, width, ligatures, accents and digits are folded (NFKC of UAX #15, full case folding of The Unicode Standard,
3.13). A word with hyphens, dots or apostrophes inside has its parts as tokens, and all of them joined as another
spelling: “e-mail”, “email” and “mail” find e-mail. Names such as C++ and C# are one token each, as in addresses.
Scripts that write no spaces, and Hangul, whose words carry their particles, become overlapping pairs of letters, as in
Lucene's CJKBigramFilter.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import regex

from blog.text.slugs import ascii_of
from blog.text.word_count import SPACELESS

UNIT, TAIL = "\n", "\f"
"""What stands between two units of a text that is indexed, and between the last one and other spellings."""
EACH = 32
"""Units from one whose place is kept to the next."""
SHORT = 8
"""Characters of a letter with its marks that is kept in memory with what becomes of it."""
LONGEST = 60
"""Letters of a word whose other spellings are indexed: nobody types a longer one."""

RUN = rf"[[{''.join(scripts.characters for scripts in SPACELESS)}\p{{Hangul}}\uff9e\uff9f]&&[\p{{L}}\p{{N}}]]"
INVISIBLE = "\u00ad\u200d\u2060"  # soft hyphens and joiners
SYMBOL = r"\u24b6-\u24e9\u3371-\u337a\u3380-\u33df"  # letters in a circle; units of measure, as in 5㎏
LETTER = rf"[[\p{{L}}\p{{N}}\p{{M}}{INVISIBLE}{SYMBOL}]--[{RUN}\u02bb\u02bc]]"
# A letter of such a script with its marks; half-width kana have theirs as letters of their own.
SYLLABLE = rf"{RUN}[\p{{M}}\uff9e\uff9f]*"
# What a name ends with: C++, C#, and the same with wide signs or ♯. Not what leads to another word, as in page#part.
PART = rf"{LETTER}+(?:[+\uff0b]{{2}}(?!\p{{L}})|[#\uff03\u266f](?!{LETTER}))?"
# Inside a word: apostrophes, hyphens and the like, and what parts Persian words without a space.
JOINT = r"['’‘\u201b\u2032\u02bb\u02bc\uff07`\u00b4.\-\u2010\u2011_·/@&\u200c]"
# An option of a command, as in --watch.
HYPHENS = r"(?:(?<![\p{L}\p{N}\-])--(?=\p{L}))"
# Most words are of ASCII alone, with a space behind them: to ask that first saves a quarter of the time.
PLAIN = r"[A-Za-z0-9]++(?=[\s,;:!?)\"”]|$)"
UNITS = regex.compile(rf"{PLAIN}|(?P<run>{SYLLABLE})|(?:{HYPHENS}|\.)?{PART}(?:{JOINT}{PART})*", regex.V1)
PARTS = regex.compile(rf"(?P<word>{LETTER}+)(?P<sign>[+\uff0b]{{2}}|[#\uff03\u266f])?", regex.V1)
WORDS = regex.compile(rf"{LETTER}+|{RUN}+", regex.V1)
ACCENTS = regex.compile(
    r"(?<=[\p{Latin}\p{Greek}\p{Arabic}\p{Hebrew}\p{M}])\p{M}(?<![\p{Devanagari}])|(?<=\p{Cyrillic})[\u0300\u0301]",
    regex.V1,
)
DIGIT = regex.compile(r"[\p{Nd}--[0-9]]", regex.V1)
LATIN = regex.compile(r"[\p{Latin}--\p{ASCII}]+", regex.V1)

OPTION = "\ue000"
"""What the token of an option begins with: no letter, so that none of a text is the same."""
SIGNS = {"++": "pp", "#": "sharp", "♯": "sharp", "": ""}
# How letters are spelt where there are no dots at hand: in German, and å and ø in Danish and Norwegian.
SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
# What is typed one way or the other: the Russian yo, the Turkish i, and letters of Arabic and Persian keyboards. What
# is invisible, or only makes an Arabic word longer, is left out.
TYPED_AS = str.maketrans("ёıىیکة", "еiييكه", f"{INVISIBLE}\u0640")  # noqa: RUF001 -- letters that look alike


class Tokens(NamedTuple):
    """The tokens of a word."""

    parts: tuple[str, ...]
    """In their order."""
    others: tuple[str, ...] = ()
    """Other spellings of the whole word."""
    within: tuple[str, ...] = ()
    """What the word is found by as well, though it does not mean the same."""


class Indexed(NamedTuple):
    """A text as the index has it."""

    content: str
    """Its units, one in a line and in order, each with its tokens side by side; behind `TAIL` other spellings."""
    places: list[int]
    """Where every `EACH`th unit begins in the text."""
    tail: list[int]
    """The number of the unit that each of the other spellings is one of."""


def indexed(text: str) -> Indexed:
    """What the index keeps of `text`. Each unit of it is a match of `UNITS`."""
    units: list[str] = []
    tail: dict[str, int] = {}
    places = []
    run_before, end_before = "", -1
    for number, unit in enumerate(UNITS.finditer(text)):
        begin = unit.start()
        if number % EACH == 0:
            places.append(begin)
        if unit.lastgroup:
            letter = known_letter(unit[0]) if len(unit[0]) <= SHORT else folded(unit[0])
            if run_before and begin == end_before:
                units[-1] += letter
            units.append(letter)
            run_before, end_before = letter, unit.end()
            continue
        run_before = ""
        word = unit[0]
        if word.isascii() and word.isalnum():  # most are, and nothing is to be done with them
            units.append(word.lower())
            continue
        tokens = of_word(word)
        units.append(" ".join(tokens.parts))
        for other in (*tokens.others, *tokens.within):
            tail.setdefault(other, number)
    content = UNIT.join(units)
    return Indexed(content + TAIL + " ".join(tail) if tail else content, places, list(tail.values()))


def of_word(word: str) -> Tokens:
    """The tokens of a word that is not of a script without spaces."""
    return known_word(word) if len(word) <= LONGEST else Tokens(tuple(parts_of(word)))


@lru_cache(maxsize=20_000)
def known_word(word: str) -> Tokens:
    parts = parts_of(word)
    others, within = [], []
    if len(parts) > 1 and not all(part.isdigit() for part in parts):
        others.append("".join(parts))
    spelt_out = parts_of(unicodedata.normalize("NFC", word).lower().translate(SPELT_OUT))
    if spelt_out != parts:
        others.append("".join(spelt_out))
        within += [part for part in spelt_out if len(spelt_out) > 1 and part not in parts]
    if len(parts) > 2 and not all(part.isdigit() for part in parts):
        within += ["".join(beside) for beside in pairwise(parts)]  # E-Mail-Server, O'Brien's
    if word.startswith(".") and parts == ["net"]:
        return Tokens(("dotnet",), within=("net",))
    if word.startswith("--"):
        within.append(OPTION + "".join(parts))
    if len(parts) > 1 and word.lower().endswith(".net"):
        within.append("dotnet")
    return Tokens(tuple(parts), tuple(others), tuple(within))


def parts_of(word: str) -> list[str]:
    parts: list[str] = []
    for part in PARTS.finditer(word):
        words = WORDS.findall(folded(part["word"])) or [""]
        words[-1] += SIGNS[unicodedata.normalize("NFKC", part["sign"] or "")]
        parts += filter(None, words)
    return parts


def folded(text: str) -> str:
    """`text` without what writing it differently changes: case, width, ligatures, accents, the digits of a script."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    plain = ACCENTS.sub("", unicodedata.normalize("NFD", text))
    plain = unicodedata.normalize("NFC", plain).translate(TYPED_AS)
    # regex knows digits of a later Unicode than Python does; those stay.
    plain = DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0], digit[0])), plain)
    return LATIN.sub(lambda letters: ascii_of(letters[0]).lower(), plain)


known_letter = lru_cache(maxsize=4_000)(folded)
"""`folded` for a letter with its marks: of those that a text is made of there are few."""


class Unit(NamedTuple):
    """A word of a text, or a letter of a script without spaces."""

    text: str
    run: bool
    begin: int
    end: int


def units_from(text: str, number: int, places: list[int]) -> Iterator[Unit]:
    """The units of an indexed `text` from a number on."""
    if not places:
        return
    known = min(number // EACH, len(places) - 1)
    for count, unit in enumerate(UNITS.finditer(text, places[known]), start=known * EACH):
        if count >= number:
            yield Unit(unit[0], unit.lastgroup is not None, *unit.span())


class Wanted(NamedTuple):
    """A word or phrase that is searched for, in tokens."""

    spellings: tuple[str, ...]
    """One of these is in a post that has it: tokens that follow each other, separated by spaces."""
    half: bool = False
    """The last token may go on."""


def wanted(typed: str, *, half: bool = False) -> Wanted:
    """What to look for where `typed` is searched for, a word or a phrase; no spellings if it has no letter or digit.

    With `half` the last word may go on.
    """
    units = list(UNITS.finditer(typed))
    if not units:
        return Wanted(())
    if len(units) == 1 and not units[0]["run"]:
        tokens = of_word(units[0][0])
        spellings = [" ".join(tokens.parts), *tokens.others]
        if typed.startswith("--"):
            spellings = [OPTION + "".join(tokens.parts)]
    else:
        content = indexed(typed).content.partition(TAIL)[0].split(UNIT)
        if units[-1]["run"]:
            # The last letter goes on in another pair, or is the last one there as well.
            follows = len(units) > 1 and units[-2]["run"] and units[-2].end() == units[-1].start()
            content, half = (content[:-1], False) if follows else (content, True)
        spellings = [" ".join(content)]
    return Wanted(tuple(spelling for spelling in dict.fromkeys(spellings) if spelling), half)


def pairs_in(typed: str) -> set[str]:
    """The pairs of letters that a query in a script without spaces is made of."""
    units = list(UNITS.finditer(typed))
    return {
        folded(one[0]) + folded(other[0])
        for one, other in pairwise(units)
        if one["run"] and other["run"] and one.end() == other.start()
    }
