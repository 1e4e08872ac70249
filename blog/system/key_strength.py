"""Whether a key that signs sessions could be guessed: whoever guesses it signs in as the author.

No estimate of passwords: a key is made by a program, and anything that looks typed is refused.
"""

import zlib
from itertools import pairwise

SHORTEST = 32
"""Characters: 128 bits in hexadecimal (NIST SP 800-57, part 1, table 2)."""
FEWEST_DIFFERENT = 8
"""Characters that differ; of 32 random hexadecimal digits fewer are met once in ten million keys."""
MAKING_ONE = "python3 -c 'import secrets; print(secrets.token_hex(32))'"


def is_weak(key: str) -> bool:
    """Whether `key` is short, repeats itself or follows the alphabet."""
    steps = sum(abs(ord(one) - ord(other)) <= 1 for one, other in pairwise(key))
    return len(key) < SHORTEST or len(set(key)) < FEWEST_DIFFERENT or steps > len(key) / 2 or repeats(key)


def repeats(key: str) -> bool:
    """Whether most of `key` is said already by its other parts: compressed, it has less than SHORTEST - 8 bytes."""
    frame = len(zlib.compress(b""))
    return len(zlib.compress(key.encode(), 9)) - frame < SHORTEST - 8
