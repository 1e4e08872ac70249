"""Words that do not exist, as many and as unevenly used as those of a language, by a rule and from a fixed seed."""

import random
from functools import cache
from itertools import accumulate

SIZE = 60_000
"""Words: what twenty thousand English posts of 400 words have, names and slips included."""

ONSETS = "s t c p b m d f r l n h w g v j k st tr pr br cr gr fl pl cl sp sc sh th ch str qu".split()  # noqa: SIM905 -- one line each
NUCLEI = "e a i o u ea ou io ee ai".split()  # noqa: SIM905
CODAS = ["", "", "", "n", "r", "s", "t", "l", "d", "m", "c", "ng", "nt", "st", "ck", "sh", "x"]
LENGTHS = (1, 2, 3, 4, 5)
SYLLABLES = (6, 30, 36, 20, 8)
"""How many words of a hundred have so many."""


@cache
def words() -> list[str]:
    """All of them, the commonest first."""
    chance = random.Random(20_261_129)
    # The earlier an onset stands, the more words begin with it: a quarter of all begin with s or t.
    weights = [1 / (rank + 2) for rank in range(len(ONSETS))]
    found: dict[str, None] = {}
    while len(found) < SIZE:
        count = chance.choices(LENGTHS, SYLLABLES)[0]
        onsets = chance.choices(ONSETS, weights, k=count)
        found.setdefault("".join(onset + chance.choice(NUCLEI) + chance.choice(CODAS) for onset in onsets))
    return sorted(found, key=lambda word: len(word) + chance.random() * 8)


@cache
def weights() -> list[float]:
    """How often each is used, added up: by Zipf's law, the nth word an nth as often as the first."""
    return list(accumulate(1 / (rank + 2.7) for rank in range(SIZE)))


def text(chance: random.Random, count: int) -> list[str]:
    return chance.choices(words(), cum_weights=weights(), k=count)
