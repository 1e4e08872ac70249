"""When nothing is found: the nearest spelling with which there is something."""

from difflib import SequenceMatcher
from itertools import islice

import sqlalchemy as sa
from rapidfuzz import fuzz, process

from blog.search import ranking, vocabulary
from blog.search.query import Query, parsed
from blog.store.backend import Terms
from blog.store.db import db
from blog.store.models import Site
from blog.text.search_tokens import Wanted
from blog.text.search_tokens import folded as folded_text

SHORTEST = 3
"""Letters: a shorter word is near to anything."""
NEAR = 0.7
"""Of the ratio of Ratcliff and Obershelp ("Pattern Matching: The Gestalt Approach", 1988), as difflib computes it."""
COMPARED = 40
"""Words with one initial letter that are compared more closely."""
LONGEST = 40
"""Letters: hardly any language has a longer word, and comparing long ones takes the longest."""
TRIED = 4
"""Spellings of a word."""
MENDED = 3
"""Words of a query: with more that nobody has, it is not their spelling, and each is looked up among all words."""


def suggestion(query: Query, tags: list[int], *, version: int | None = None) -> str:
    """`query` with words that no post has replaced by near ones, so that something is found; or nothing.

    `version` is the content version, if it is known.
    """
    if version is None:
        version = content_version()
    text = query.text
    unknown = (word for word in query.words if not ranking.find(alone(word, query)).posts)
    for word in islice(unknown, MENDED):
        near = next((each for each in nearest(word, version) if is_live(each)), word)
        text = text.replace(word, near, 1)
    return text if text != query.text and ranking.find(parsed(text), tags).posts else ""


def content_version() -> int:
    return db.session.scalars(sa.select(Site.content_version)).one()


def alone(word: str, query: Query) -> Query:
    return Query(word, words=(word,), beginning=word if word == query.beginning else "")


def is_live(word: str) -> bool:
    """Whether a live post has it: the index has those of scheduled posts as well."""
    terms = Terms((Wanted((word,)),), in_any_form=False)
    return bool(ranking.live_among(ranking.matching(terms, scored=False)))


def nearest(word: str, version: int) -> list[str]:
    """Words of posts that are spelt nearly like `word`, the nearest first, of equals the commonest."""
    folded = fold(word)
    if not SHORTEST <= len(folded) <= LONGEST:
        return []
    # A slip of the first letter is mostly that it is second. By Ratcliff and Obershelp no word is nearer than by the
    # longest common subsequence, which is found a thousand times faster: so that comes first.
    compared = SequenceMatcher(None, "", folded)
    near: list[tuple[float, int, str]] = []
    for letter in sorted(set(folded[:2])):
        words = vocabulary.beginning_with(letter, version)
        found = process.extract(
            folded, words.terms, scorer=fuzz.ratio, score_cutoff=NEAR * 100, limit=COMPARED
        )
        for term, _, place in found:
            if abs(len(term) - len(folded)) <= len(folded) // 2:
                compared.set_seq1(term)
                near.append((compared.ratio(), words.docs[place], term))
    return [term for ratio, _, term in sorted(near, reverse=True) if ratio >= NEAR][:TRIED]


def fold(word: str) -> str:
    """As the index has it, without what is no letter."""
    return "".join(letter for letter in folded_text(word) if letter.isalnum())
