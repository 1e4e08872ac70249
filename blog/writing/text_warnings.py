"""What of a text is left out, or does not show as it was typed: told to its author with the line, and never refused.

The text is parsed once more, by a parser that notes the place of what it finds and follows every address.
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
"""Rules of markdown-it whose tokens are to know where they begin."""

UNDEFINED = re.compile(r"(?<!\w)\[[^\[\]]{1,200}\]\[([^\[\]]{1,200})\]")
"""`[words][label]` where it has become no link."""

Env = dict[str, Any]
"""What markdown-it notes of a text."""

MOST = 100
"""So many are told at most: of a pasted page the author knows by then what to do."""


class Warned(NamedTuple):
    """Something about a text that its author is told."""

    line: int
    """Counted from 1, as it stands in the form."""
    sentence: str
    fills: bool = False
    """Whether it can fill in fields of the form."""


class Places(rendering.Parser):
    """The parser of posts, which notes the place of each address, tag and footnote in its block."""

    def __init__(self) -> None:
        super().__init__()
        # Footnotes stay where they are defined, and what was escaped stays apart from what was not.
        self.disable(
            ["footnotes_left_over", "footnote_tail", "text_join", "linkify", "heading_names", "figures"]
        )
        self.inline.ruler.at("footnote_ref", note_mentioned)
        self.inline.ruler.at("autolink", autolink)
        for name in PLACED:
            self.inline.ruler.at(name, placed(rule_of(self, name)))

    def validateLink(self, _url: str) -> bool:  # noqa: N802 -- markdown-it's name
        """Every address, or one that is left out would be no link here either."""
        return True


def note_mentioned(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
    """The mark of a footnote, whether there is such a footnote or not."""
    found = NOTE.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("footnote_ref", "", 0).meta = {"label": found[1]}
    state.pos = found.end()
    return True


def placed(rule: Rule) -> Rule:
    """The same rule, whose tokens know where in their block they begin."""

    def apply(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
        known, place = len(state.tokens), state.pos
        if not rule(state, silent):
            return False
        # The words before it may become a token first.
        for token in state.tokens[known : known + 2]:
            if token.type != "text":
                token.meta.setdefault("place", place)
        return True

    return apply


PARSER = Places()


def find(text: str, pictures: Container[str], site: str = "") -> list[Warned]:
    """What of `text` its author is told, by line; `pictures` are the hashes of those that are here.

    Addresses that begin with `site` lead to this site.
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
        elif token.type == "text":  # a tag that is none
            in_sentences[token.content] += 1
            yield from (Warned(line, said) for said in tag_warnings.of_text(token.content))
    for shown in env.get("shown_as_text", ()):
        if in_sentences[shown.source]:
            in_sentences[shown.source] -= 1
            continue
        yield from (Warned(shown.line + 1, said) for said in tag_warnings.of_text(shown.source))


def with_lines(tokens: Sequence[Token], env: Env) -> Iterator[tuple[Token, int]]:
    """The tokens of a text, those within its blocks as well, with their lines."""
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
        if token.type == "footnote_ref" and "label" not in token.meta:  # ^[written where it is mentioned]
            note = env["footnotes"]["list"][token.meta["id"]]
            yield from inline(note["tokens"], note["content"], line, env)
        if token.type == "softbreak":
            line, place = line + 1, place + 1


def sentences(token: Token, pictures: Container[str], site: str) -> Iterator[tuple[int, str]]:
    """What there is to say of a token, with the number of lines that it stands below its beginning."""
    if token.type in {"html_block", "html_inline"}:
        yield from tag_warnings.of_html(token.content, pictures, site)
    elif token.type == "image":
        if sentence := picture_sentence(str(token.attrs.get("src", "")), pictures, site):
            yield 0, sentence
    elif token.type == "link_open" and (sentence := link_sentence(str(token.attrs.get("href", "")))):
        yield 0, sentence


def notes(tokens: list[Token], env: Env) -> Iterator[Warned]:
    """Footnotes that are defined twice or never, and those that nothing refers to."""
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
