"""Tag rules for imported posts without tags: words and phrases for each tag."""

import re
import tomllib
from collections.abc import Sequence
from typing import Any, NamedTuple

from blog.errors import ImportRefused
from blog.text.slugs import slug_from


class TagRules(NamedTuple):
    """`fallback` is the tag of posts that match no rule; empty for none."""

    patterns: dict[str, re.Pattern[str]]
    fallback: str

    def tags_for(self, text: str) -> Sequence[str]:
        """The tags of which a phrase occurs in `text` as whole words, ignoring case."""
        found = [tag for tag, pattern in self.patterns.items() if pattern.search(text)]
        return found or ([self.fallback] if self.fallback else [])


def read(text: str, *, name: str = "The file") -> TagRules:
    """Parse the rules in `text`, a TOML file with a table `tags` of lists of phrases and a string `fallback`.

    Raises ImportRefused, with `name` for the file and the problem.
    """
    try:
        rules = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ImportRefused(f"{name} is not valid TOML: {error}.") from error
    if unknown := rules.keys() - {"tags", "fallback"}:
        raise ImportRefused(
            f"{name} has an unknown key “{min(unknown)}”. Allowed: “fallback” and the table [tags]."
        )
    tags, fallback = rules.get("tags"), rules.get("fallback", "")
    if not isinstance(tags, dict) or not tags:
        raise ImportRefused(f"{name} has no [tags] table.")
    if not isinstance(fallback, str) or (fallback and not slug_from(fallback)):
        raise ImportRefused(f"{name}: fallback is not a valid tag.")
    return TagRules({tag: pattern(tag, phrases, name) for tag, phrases in tags.items()}, fallback)


def pattern(tag: str, phrases: Any, name: str) -> re.Pattern[str]:
    if not slug_from(tag):
        raise ImportRefused(f"{name}: “{tag}” cannot be a tag: it has no letters or digits.")
    if (
        not isinstance(phrases, list)
        or not phrases
        or not all(isinstance(p, str) and p.strip() for p in phrases)
    ):
        raise ImportRefused(f"{name}: the tag “{tag}” needs a list of words or phrases.")
    either = "|".join(r"\s+".join(re.escape(word) for word in phrase.split()) for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)
