"""When nothing is found: the nearest spelling with which there is something."""

import unicodedata
from difflib import SequenceMatcher, get_close_matches

import sqlalchemy as sa

from blog import search
from blog.db import db
from blog.queries import Query, parsed

SHORTEST = 3
"""Letters: a shorter word is near to anything."""
NEAR = 0.7
"""Of the ratio of Ratcliff and Obershelp ("Pattern Matching: The Gestalt Approach", 1988), as difflib computes it."""
TRIED = 4
"""Spellings of a word."""
MENDED = 3
"""Words of a query: with more that nobody has, it is not their spelling, and each is looked up among all words."""


def suggestion(query: Query, tags: list[int]) -> str:
    """`query` with words that no post has replaced by near ones, so that something is found; or nothing."""
    text = query.text
    unknown = [word for word in query.words if not search.find(alone(word, query)).posts]
    for word in unknown[:MENDED]:
        near = next((each for each in nearest(word) if is_live(each)), word)
        text = text.replace(word, near, 1)
    return text if text != query.text and search.find(parsed(text), tags).posts else ""


def alone(word: str, query: Query) -> Query:
    return Query(word, words=(word,), beginning=word if word == query.beginning else "")


def is_live(word: str) -> bool:
    """Whether a live post has it: the index has those of scheduled posts as well."""
    return bool(
        search.live_among(search.matching(search.WORDS, search.quoted(word), search.Limits(), scored=False))
    )


def nearest(word: str) -> list[str]:
    """Words of posts that are spelt nearly like `word`, the nearest first, of equals the commonest."""
    folded = fold(word)
    if len(folded) < SHORTEST:
        return []
    # A slip of the first letter is mostly that it stands second.
    begins = sorted(set(folded[:2]))
    statement = sa.text("SELECT term, doc FROM post_search_words WHERE term >= :begin AND term < :end")
    terms = {
        term: doc
        for letter in begins
        for term, doc in db.session.execute(statement, {"begin": letter, "end": chr(ord(letter) + 1)})
        if abs(len(term) - len(folded)) <= len(folded) // 2
    }
    near = get_close_matches(folded, terms, n=TRIED * 4, cutoff=NEAR)

    def nearness(term: str) -> tuple[float, int]:
        return SequenceMatcher(None, term, folded).ratio(), terms[term]

    return sorted(near, key=nearness, reverse=True)[:TRIED]


def fold(word: str) -> str:
    """As the index has it: small letters without accents."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if letter.isalnum())
