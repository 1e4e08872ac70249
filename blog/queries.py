"""What a reader types to search: words, “quoted phrases”, -without and tag:name. Any string is a query."""

import re
from typing import NamedTuple

from blog.lines import plain_line
from blog.slugs import slug_from

LONGEST = 200
"""Characters of a query that are looked at."""
MOST_WORDS = 16
SHORTEST_BEGINNING = 2
"""Letters of the last word from which on other words that begin so are found as well."""

QUOTES = str.maketrans("“”„«»", '"""""')
PART = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
TAG = re.compile(r"tag:(.*)", re.IGNORECASE)


class Query(NamedTuple):
    """A query, taken apart."""

    text: str
    """As it was typed, in one line, without its tags."""
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    """Words and phrases that no post of the answer has."""
    tags: tuple[str, ...] = ()
    """Slugs."""
    beginning: str = ""
    """The last of `words` if it may go on."""

    @property
    def asks(self) -> bool:
        """Whether there is something to look for, beside tags."""
        return bool(self.words or self.phrases or self.without)


def parsed(typed: str) -> Query:
    """The query that was typed."""
    text = plain_line(typed[:LONGEST]).translate(QUOTES)
    found: dict[str, list[str]] = {"words": [], "phrases": [], "without": [], "tags": []}
    kept = []
    last = ""
    for part in PART.finditer(text):
        phrase, word, minus = part["phrase"], part["word"], part["minus"]
        last = ""
        if word and not minus and (tag := TAG.fullmatch(word)):
            found["tags"].append(slug_from(tag[1]))
            continue
        kept.append(part[0])
        said = word or phrase or ""
        if not any(letter.isalnum() for letter in said):
            continue
        if minus:
            found["without"].append(said)
        elif word:
            found["words"].append(word)
            last = word
        else:
            found["phrases"].append(said)
    half = last[-1:].isalnum() and len(last) >= SHORTEST_BEGINNING and not typed[:LONGEST][-1:].isspace()
    words = {name: tuple(dict.fromkeys(filter(None, values)))[:MOST_WORDS] for name, values in found.items()}
    return Query(" ".join(kept), **words, beginning=last if half and last in words["words"] else "")
