"""Warnings about a text, by line: what is removed from it or shown differently than entered. They never block saving.

The text is parsed a second time, by a parser that records positions and checks every address.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from markdown_it.rules_inline import StateInline, autolink
from markdown_it.token import Token

from blog.i18n import gettext as _
from blog.text import rendering
from blog.text.brackets import NOTE, Rule, rule_of
from blog.text.sanitizing import lines, tidy
from blog.writing import front_matter, tag_warnings
from blog.writing.address_warnings import link_sentence, picture_sentence

PLACED = (
    *("newline", "backticks", "link", "image", "autolink", "html_inline"),
    *("footnote_inline", "footnote_ref"),
)
"""The rules of markdown-it whose tokens record their position."""

UNDEFINED = re.compile(r"(?<!\w)\[[^\[\]]{1,200}\]\[([^\[\]]{1,200})\]")
"""`[words][label]` that did not become a link."""

Env = dict[str, Any]
"""The markdown-it environment of a text."""

MOST = 100
"""The maximum number of warnings."""


class Warned(NamedTuple):
    """A warning about a text."""

    line: int
    """Line number in the form, from 1."""
    sentence: str
    fills: bool = False
    """Whether the front matter can be moved into the fields of the form."""


class Places(rendering.Parser):
    """The parser of posts, extended to record the position of each address, tag and footnote in its block."""

    def __init__(self) -> None:
        super().__init__()
        # Footnotes stay where they are defined, and escaped text stays separate from other text.
        self.disable(
            ["footnotes_left_over", "footnote_tail", "text_join", "linkify", "heading_names", "figures"]
        )
        self.inline.ruler.at("footnote_ref", note_mentioned)
        self.inline.ruler.at("autolink", autolink)
        for name in PLACED:
            self.inline.ruler.at(name, placed(rule_of(self, name)))

    def validateLink(self, _url: str) -> bool:  # noqa: N802 -- markdown-it's name
        """Accept every address. Otherwise a removed link would not be recognised as a link here."""
        return True


def note_mentioned(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
    """A footnote reference, whether the footnote exists or not."""
    found = NOTE.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("footnote_ref", "", 0).meta = {"label": found[1]}
    state.pos = found.end()
    return True


def placed(rule: Rule) -> Rule:
    """The rule `original`, whose tokens also record their position in the block."""

    def apply(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
        known, place = len(state.tokens), state.pos
        if not rule(state, silent):
            return False
        # The text before it may become a token first.
        for token in state.tokens[known : known + 2]:
            if token.type != "text":
                token.meta.setdefault("place", place)
        return True

    return apply


PARSER = Places()


def find(text: str, pictures: Container[str], site: str = "") -> list[Warned]:
    """The warnings about `text`, by line. `pictures` are the hashes of existing images.

    Addresses that begin with `site` are addresses of this site.
    """
    text = lines(text)
    everything = {*front(text), *islice(unreadable(text), MOST), *parsed(text, pictures, site)}
    return list(islice(sorted(everything), MOST))


def front(text: str) -> Iterator[Warned]:
    if front_matter.found(text):
        yield Warned(
            1,
            _(
                "This is front matter. Readers would see it as text. You can move it into the fields of the form."
            ),
            fills=True,
        )


def unreadable(text: str) -> Iterator[Warned]:
    for number, line in enumerate(text.split("\n"), 1):
        if tidy(line) != line:
            yield Warned(number, _("Invisible control characters are removed."))


def parsed(text: str, pictures: Container[str], site: str) -> Iterator[Warned]:
    env: Env = {}
    tokens = PARSER.parse(tidy(text), env)
    yield from islice(notes(tokens, env), MOST)
    for again in env.get("duplicate_refs", ())[:MOST]:
        label = again["label"].lower()
        yield Warned(
            again["map"][0] + 1,
            _("The link label [%(label)s] is defined twice. The first definition is used.", label=label),
        )
    in_sentences: Counter[str] = Counter()
    for token, line in with_lines(tokens, env):
        for offset, sentence in sentences(token, pictures, site):
            yield Warned(line + offset, sentence)
        if token.type == "text" and "place" not in token.meta:
            for found in UNDEFINED.finditer(token.content):
                yield Warned(line, _("The link label [%(label)s] is not defined.", label=found[1]))
        elif token.type == "text":  # something that looks like a tag but is not
            in_sentences[token.content] += 1
            yield from (Warned(line, said) for said in tag_warnings.of_text(token.content))
    for shown in env.get("shown_as_text", ()):
        if in_sentences[shown.source]:
            in_sentences[shown.source] -= 1
            continue
        yield from (Warned(shown.line + 1, said) for said in tag_warnings.of_text(shown.source))


def with_lines(tokens: Sequence[Token], env: Env) -> Iterator[tuple[Token, int]]:
    """All tokens of a text with their lines, including those within blocks."""
    first = 1
    for token in tokens:
        first = token.map[0] + 1 if token.map else first
        if token.type == "inline":
            yield from inline(token.children or [], token.content, first, env)
        else:
            yield token, first


def inline(tokens: Sequence[Token], content: str, line: int, env: Env) -> Iterator[tuple[Token, int]]:
    place = 0
    for token in tokens:
        at = max(place, token.meta.get("place", 0))
        line, place = line + content.count("\n", place, at), at
        yield token, line
        if token.type == "footnote_ref" and "label" not in token.meta:  # an inline footnote: ^[text]
            note = env["footnotes"]["list"][token.meta["id"]]
            yield from inline(note["tokens"], note["content"], line, env)
        if token.type == "softbreak":
            line, place = line + 1, place + 1


def sentences(token: Token, pictures: Container[str], site: str) -> Iterator[tuple[int, str]]:
    """The warnings for a token, each with its offset in lines from the beginning of the token."""
    if token.type in {"html_block", "html_inline"}:
        yield from tag_warnings.of_html(token.content, pictures, site)
    elif token.type == "image":
        if sentence := picture_sentence(str(token.attrs.get("src", "")), pictures, site):
            yield 0, sentence
    elif token.type == "link_open" and (sentence := link_sentence(str(token.attrs.get("href", "")))):
        yield 0, sentence


def notes(tokens: list[Token], env: Env) -> Iterator[Warned]:
    """Footnotes that are defined twice, not defined, or not referenced."""
    defined: dict[str, int] = {}
    mentioned: set[str] = set()
    for token, line in with_lines(tokens, env):
        label = str(token.meta.get("label", ""))
        if token.type == "footnote_reference_open":
            if label in defined:
                yield Warned(
                    line,
                    _(
                        "The footnote [^%(label)s] is defined twice. This definition is shown as text.",
                        label=label,
                    ),
                )
            defined.setdefault(label, line)
    for token, line in with_lines(tokens, env):
        label = str(token.meta.get("label", ""))
        if token.type == "footnote_ref" and label:
            mentioned.add(label)
            if label not in defined:
                yield Warned(line, _("The footnote [^%(label)s] is not defined.", label=label))
    for label in defined.keys() - mentioned:
        sentence = _("Nothing refers to the footnote [^%(label)s], so it is shown as text.", label=label)
        yield Warned(defined[label], sentence)
