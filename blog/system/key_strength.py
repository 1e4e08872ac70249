"""Check whether a secret key is weak: whoever guesses it can sign in as the author.

This does not estimate passwords: keys are generated, and anything that looks typed is refused.
"""

import zlib
from itertools import pairwise

SHORTEST = 32
"""Characters: 128 bits in hexadecimal (NIST SP 800-57, part 1, table 2)."""
FEWEST_DIFFERENT = 8
"""Minimum number of different characters. Fewer occur in one of ten million random keys of 32 hexadecimal digits."""
MAKING_ONE = "python3 -c 'import secrets; print(secrets.token_hex(32))'"


def is_weak(key: str) -> bool:
    """Whether `key` is short, repetitive or alphabetical."""
    steps = sum(abs(ord(one) - ord(other)) <= 1 for one, other in pairwise(key))
    return len(key) < SHORTEST or len(set(key)) < FEWEST_DIFFERENT or steps > len(key) / 2 or repeats(key)


def repeats(key: str) -> bool:
    """Whether `key` is redundant: compressed, it has less than SHORTEST - 8 bytes."""
    frame = len(zlib.compress(b""))
    return len(zlib.compress(key.encode(), 9)) - frame < SHORTEST - 8
