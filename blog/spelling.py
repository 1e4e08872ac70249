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


def suggestion(query: Query, tags: list[int]) -> str:
    """`query` with words that no post has replaced by near ones, so that something is found; or nothing."""
    text = query.text
    for word in query.words:
        if search.find(
            Query(word, words=(word,), beginning=query.beginning if word == query.beginning else "")
        ).posts:
            continue
        for near in nearest(word):
            changed = text.replace(word, near, 1)
            if search.find(parsed(near)).posts:
                text = changed
                break
    if text != query.text and search.find(parsed(text), tags).posts:
        return text
    return ""


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
