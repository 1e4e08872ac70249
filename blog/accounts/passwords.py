"""Which passwords are refused because they are easy to guess (NIST SP 800-63B-4, 3.1.1.2).

Not by rules about which characters there are, but by what is known of passwords: lists of common ones, names and words,
rows of keys, repetitions, sequences and dates, as zxcvbn knows them (Wheeler, “zxcvbn: Low-Budget Password Strength
Estimation”, USENIX Security 2016), and what belongs to this site.
"""

import math
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

from blog.i18n import gettext as _

FEWEST_GUESSES = 8
"""Decimal digits of the number of guesses: what zxcvbn calls safely unguessable for hashes like ours (its score 3)."""
LOOKED_AT = 72
"""Characters: zxcvbn takes no more, and a longer password is hardly guessed by its beginning alone."""
LEAST_BESIDE = 6
"""Letters and digits that there have to be beside names of the site."""
SHORTEST_NAME = 3

OF_EVERY_SITE = ("scrollwork", "blog", "author", "admin", "password", "passwort", "login")
# They are on every list of passwords that were found elsewhere, and on none of zxcvbn's.
FAMOUS = frozenset(
    {"correcthorsebatterystaple", "thequickbrownfox", "thequickbrownfoxjumpsoverthelazydog", "tobeornottobe"}
    | {"tobeornottobethatisthequestion", "maytheforcebewithyou"}
)


# What stands on the keys of a Russian keyboard, and on the same ones of an American one.
KEYS = str.maketrans("ёйцукенгшщзхъфывапролджэячсмитьбю", "`qwertyuiop[]asdfghjkl;'zxcvbnm,.")


def weakness(password: str, names: Iterable[str] = ()) -> str | None:
    """Why `password` is refused, in a sentence; None if it is not. `names` are those of the site and its author."""
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
    """Small letters and digits alone: to whoever guesses, the rest is a usual variation."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def words_of(name: str) -> set[str]:
    """The words of a name, and all of it as one."""
    words = {folded(word) for word in name.split()} | {folded(name)}
    return {word for word in words if len(word) >= SHORTEST_NAME}


def guesses(password: str, bare: str, words: Collection[str] = ()) -> float:
    """Decimal digits of the number of guesses that the password takes, typed or bare, whichever are fewer."""
    # Only here: its lists take 14 MB and a seventh of a second, and a password is chosen once in years.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    typed = unicodedata.normalize("NFKC", password).casefold()
    estimate: Any = zxcvbn
    # “пароль” is one of the commonest words, as gfhjkm, and “йцукен” a row of keys, as qwerty.
    ways = {typed, bare, typed.translate(KEYS), bare.translate(KEYS)}
    found = [estimate(text[:LOOKED_AT], user_inputs=list(words))["guesses"] for text in ways if text]
    return math.log10(min(found, default=1))
