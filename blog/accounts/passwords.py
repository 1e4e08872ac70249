"""Refuse passwords that are easy to guess (NIST SP 800-63B-4, 3.1.1.2).

Not by composition rules, but with lists of common passwords, names and words, keyboard rows, repetitions, sequences and
dates, using zxcvbn (Wheeler, “zxcvbn: Low-Budget Password Strength Estimation”, USENIX Security 2016), and with names
from this site.
"""

import math
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

from blog.i18n import gettext as _

FEWEST_GUESSES = 8
"""Log10 of the number of guesses that zxcvbn calls safely unguessable for hashes like ours (score 3)."""
LOOKED_AT = 72
"""Characters that zxcvbn checks. It takes no more, and longer passwords are rarely guessable by their beginning."""
LEAST_BESIDE = 6
"""Letters and digits required besides names from the site."""
SHORTEST_NAME = 3

OF_EVERY_SITE = ("scrollwork", "blog", "author", "admin", "password", "passwort", "login")
# On common lists of leaked passwords, but not in zxcvbn.
FAMOUS = frozenset(
    {"correcthorsebatterystaple", "thequickbrownfox", "thequickbrownfoxjumpsoverthelazydog", "tobeornottobe"}
    | {"tobeornottobethatisthequestion", "maytheforcebewithyou"}
)


# Keys of a Russian keyboard and the same keys of an American one.
KEYS = str.maketrans("ёйцукенгшщзхъфывапролджэячсмитьбю", "`qwertyuiop[]asdfghjkl;'zxcvbnm,.")


def weakness(password: str, names: Iterable[str] = ()) -> str | None:
    """Why `password` is refused, in a sentence, or None. `names` are those of the site and its author."""
    bare = folded(password)
    if bare in FAMOUS or guesses(password, bare) < FEWEST_GUESSES:
        return _(
            "This password is easy to guess: it is a common password, repeats itself, or follows the "
            "alphabet, the calendar or the keyboard. Use several unrelated words."
        )
    words = {word for name in (*names, *OF_EVERY_SITE) for word in words_of(name)}
    beside = bare
    for word in sorted(words, key=len, reverse=True):
        beside = beside.replace(word, "")
    if len(beside) < LEAST_BESIDE or guesses(password, bare, words) < FEWEST_GUESSES:
        return _(
            "This password is easy to guess: it is mostly made of names from this site. Use several "
            "unrelated words."
        )
    return None


def folded(text: str) -> str:
    """Lower-case letters and digits only: other changes are usual variations for an attacker."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def words_of(name: str) -> set[str]:
    """The words of a name, and all of them joined."""
    words = {folded(word) for word in name.split()} | {folded(name)}
    return {word for word in words if len(word) >= SHORTEST_NAME}


def guesses(password: str, bare: str, words: Collection[str] = ()) -> float:
    """Log10 of the number of guesses for the password, as entered or normalised, whichever is lower."""
    # Imported here: its lists take 14 MB and a seventh of a second, and passwords are rarely chosen.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    typed = unicodedata.normalize("NFKC", password).casefold()
    estimate: Any = zxcvbn
    # “пароль” (password) is among the commonest words, as gfhjkm, and “йцукен” is a keyboard row, as qwerty.
    ways = {typed, bare, typed.translate(KEYS), bare.translate(KEYS)}
    found = [estimate(text[:LOOKED_AT], user_inputs=list(words))["guesses"] for text in ways if text]
    return math.log10(min(found, default=1))
