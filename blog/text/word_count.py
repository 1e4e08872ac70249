"""How many words a text has in any script, and how long it takes to read.

Words are what stands between spaces, as long as there is a letter or a digit in it. Some scripts put no space between
words, and to find them takes a dictionary. Of such scripts the letters are counted instead, and so many of them are
taken for one word. The numbers are measured with the Universal Declaration of Human Rights, against the words that
the dictionaries of ICU find (1.7 letters a word in Chinese and Japanese, 3.1 in Thai, 2.9 in Lao and Khmer, 2.2 in
Burmese) and against the words of the English text (1.5, 2.2, 4.1, 4.3, 3.5, 3.5).

With 230 words a minute this gives 460 Chinese or Japanese characters and 690 letters of Thai a minute.
Marc Brysbaert, “How many words do we read per minute?” (2019): 238 words a minute for English non-fiction, and in other
languages as many as say the same as the English ones.

The form counts in the browser by the same patterns, which its page hands over; so they are written in what both regular
expressions understand: the library `regex` and JavaScript's with the flag u.
"""

from collections.abc import Mapping
from typing import NamedTuple

import regex

WORDS_A_MINUTE = 230


class Spaceless(NamedTuple):
    """Scripts that put no space between words."""

    characters: str
    """Theirs, punctuation and marks included, as they stand in a character class."""
    letters_a_word: int


class Rule(NamedTuple):
    """What the form needs in order to count alike."""

    word: str
    """A pattern."""
    letters: Mapping[int, str]
    """How many letters are a word, of what a pattern finds."""
    words_a_minute: int


PLANES = "\U00020000-\U0003fffd"
"""Planes 2 and 3, which are kept for ideographs: also those that a browser does not know yet."""

# And what has the script Common in Unicode, but is a letter of Japanese.
IDEOGRAPHS = Spaceless(
    r"\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}"
    f"\u3006\u3031-\u3035\u303c\u30fc\uff70{PLANES}",
    2,
)
# Those of class SA in UAX #14, which a dictionary takes apart, and their relatives.
SOUTH_EAST_ASIAN = Spaceless(
    r"\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tai_Le}\p{Script=New_Tai_Lue}"
    r"\p{Script=Tai_Tham}\p{Script=Tai_Viet}\p{Script=Javanese}\p{Script=Balinese}\p{Script=Tibetan}",
    3,
)
SPACELESS = (IDEOGRAPHS, SOUTH_EAST_ASIAN)

# Spaces, the word space of Ethiopic, and the punctuation of East Asia, which has its space within.
BETWEEN = "\\p{White_Space}\u1361\u3000-\u303f\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
APART = BETWEEN + "".join(scripts.characters for scripts in SPACELESS)
# What is ASCII is asked for first, since a long class takes time.
WORD = rf"(?:[A-Za-z0-9]|(?![\x00-\x7f{APART}])[\p{{L}}\p{{N}}])(?:[!-~]+|[^{APART}])*"
LETTERS = {
    scripts.letters_a_word: rf"(?:(?![\x00-\x7f])(?=[\p{{L}}\p{{N}}{PLANES}])[{scripts.characters}])+"
    for scripts in SPACELESS
}

RULE = Rule(WORD, LETTERS, WORDS_A_MINUTE)

FOUND = regex.compile(WORD)
RUNS = [(letters_a_word, regex.compile(pattern)) for letters_a_word, pattern in LETTERS.items()]


def words(text: str) -> int:
    """The number of words in plain `text`."""
    number = sum(1 for _ in FOUND.finditer(text))
    for letters_a_word, run in () if text.isascii() else RUNS:
        letters = sum(match.end() - match.start() for match in run.finditer(text))
        number += -(-letters // letters_a_word)  # one letter is a word as well
    return number


def minutes(number: int) -> int:
    """Reading time of so many words in whole minutes, at least one."""
    return max(1, (2 * number + WORDS_A_MINUTE) // (2 * WORDS_A_MINUTE))  # halves go up, as in JavaScript
