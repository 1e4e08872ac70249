"""What a reader types to search: words, “quoted phrases”, -without and tag:name. Any string is a query."""

import re
from typing import NamedTuple, Self

from blog.text.graphemes import beginning
from blog.text.lines import plain_line
from blog.text.search_tokens import wanted
from blog.text.slugs import slug_from

LONGEST = 200
"""Characters of a query that are looked at."""
MOST_WORDS = 16
SHORTEST_BEGINNING = 2
"""Letters of the last word from which on other words that begin so are found as well."""

QUOTES = str.maketrans("“”„‟«»＂", '"""""""')  # noqa: RUF001 -- the wide one of East Asian keyboards
# Two hyphens begin the name of an option of a command, as in --watch.
PART = re.compile(
    r"""tag:(?:"(?P<quoted_tag>[^"]*)"?|(?P<tag>[^\s"]*))
    |(?P<minus>(?:-(?!-))?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))""",
    re.IGNORECASE | re.VERBOSE,
)


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

    @property
    def plain(self) -> Self:
        """The same with plain words in the place of options of commands, as --watch is one."""
        words, phrases = (tuple(part.lstrip("-") for part in parts) for parts in (self.words, self.phrases))
        return self._replace(words=words, phrases=phrases, beginning=self.beginning.lstrip("-"))


def parsed(typed: str) -> Query:
    """The query that was typed."""
    typed = beginning(typed, LONGEST)
    text = plain_line(typed).translate(QUOTES)
    found: dict[str, list[str]] = {"words": [], "phrases": [], "without": [], "tags": []}
    kept = []
    last = ""
    for part in PART.finditer(text):
        last = ""
        tag = part["quoted_tag"] if part["tag"] is None else part["tag"]
        if tag is not None:
            found["tags"].append(slug_from(tag))
            continue
        kept.append(part[0])
        said = part["word"] or part["phrase"] or ""
        if not wanted(said).spellings or not any(letter.isalnum() for letter in said):
            continue
        if part["minus"]:
            found["without"].append(said)
        elif part["word"]:
            found["words"].append(said)
            last = said
        else:
            found["phrases"].append(said)
    half = last[-1:].isalnum() and len(last) >= SHORTEST_BEGINNING and not typed[-1:].isspace()
    words = {name: tuple(dict.fromkeys(filter(None, values)))[:MOST_WORDS] for name, values in found.items()}
    return Query(" ".join(kept), **words, beginning=last if half and last in words["words"] else "")
