"""Two texts side by side: what was taken out, what was put in; and three, joined where they do not disagree."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

import regex
from merge3 import Merge3

from blog.i18n import ngettext
from blog.text.word_count import APART
from blog.writing.checks import split_tags
from blog.writing.fields import Fields

CONTEXT = 2  # lines shown around a change
TOO_MANY = 4_000
"""Lines beyond which lines are not compared one by one, which takes time that grows with their square."""

LEAST_ALIKE = 0.4
"""The share of letters that two texts must have in common to be compared word for word and not as wholes."""

PAIRS = ({"date", "time"}, {"series", "series_part"})
"""Fields that are one value."""

WORD = regex.compile(rf"(?:(?=\s)\X)+|(?:(?=\w)(?![{APART}])\X)+|\X")
"""A word or what stands between two; in scripts without spaces a character. None ends inside a grapheme cluster."""

STOP = r"[\s\p{Sentence_Terminal}\u3001\uff0c\uff1b\uff1a…]"
CLAUSE = regex.compile(rf"(?:(?!{STOP})\X)*+(?:(?={STOP})\X)++|\X+")
SPACELESS = regex.compile(rf"(?=[\p{{L}}\p{{N}}])[{APART}]")
MOST_CHARACTERS = 400
"""Of two clauses that are compared character by character, which takes time that grows with their square."""


class Piece(NamedTuple):
    """A stretch of text."""

    kind: str
    """`same`, `out` (only in the first text), `in` (only in the second) or `skip` (the same and left out here)."""
    text: str


class Difference(NamedTuple):
    """A field in which two forms differ."""

    field: str
    pieces: Sequence[Piece]


def between(one: Fields, other: Fields) -> list[Difference]:
    """The fields in which `one` and `other` differ, and how."""
    found = []
    for name in other:
        before, after = one.get(name, ""), other[name]
        if before != after:
            found.append(Difference(name, compare(before, after) if name == "body" else words(before, after)))
    return found


def compare(before: str, after: str) -> list[Piece]:
    """Two long texts: lines that differ word for word, with the lines around them."""
    one, other = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    blocks = opcodes(one, other)
    for number, (kind, a, b, c, d) in enumerate(blocks):
        if kind == "equal":
            pieces += shortened(one[a:b], first=number == 0, last=number == len(blocks) - 1)
        else:
            pieces += words("".join(one[a:b]), "".join(other[c:d]))
    return pieces


def shortened(lines: Sequence[str], *, first: bool, last: bool) -> list[Piece]:
    """Lines that are the same, without most of them where they are many."""
    head, tail = 0 if first else CONTEXT, 0 if last else CONTEXT
    if len(lines) <= head + tail + 1:
        return [Piece("same", "".join(lines))]
    left_out = len(lines) - head - tail
    says = ngettext("One unchanged line", "%(number)s unchanged lines", left_out)
    shown = [Piece("same", "".join(lines[:head])), Piece("skip", says)]
    return [piece for piece in [*shown, Piece("same", "".join(lines[len(lines) - tail :]))] if piece.text]


def words(before: str, after: str) -> list[Piece]:
    """Two short texts, compared word for word; in scripts without spaces clause for clause, and then by characters."""
    if not SPACELESS.search(before):
        return tokens(before, after)
    one, other = CLAUSE.findall(before), CLAUSE.findall(after)
    pieces: list[Piece] = []
    for kind, a, b, c, d in opcodes(one, other):
        out, put_in = "".join(one[a:b]), "".join(other[c:d])
        pieces += [Piece("same", out)] if kind == "equal" else tokens(out, put_in)
    by_kind = groupby(pieces, key=lambda piece: piece.kind)
    return [Piece(kind, "".join(piece.text for piece in run)) for kind, run in by_kind]


def tokens(before: str, after: str) -> list[Piece]:
    """Two short texts, compared token for token."""
    one, other = WORD.findall(before), WORD.findall(after)
    blocks = opcodes(one, other, all_landmarks=max(len(one), len(other)) <= MOST_CHARACTERS)
    common = sum(
        len(word) for kind, a, b, _, _ in blocks if kind == "equal" for word in one[a:b] if word.strip()
    )
    if common < LEAST_ALIKE * min(len(before), len(after)):
        return [Piece(kind, text) for kind, text in (("out", before), ("in", after)) if text]
    pieces = []
    for kind, a, b, c, d in blocks:
        if kind == "equal":
            pieces.append(Piece("same", "".join(one[a:b])))
            continue
        if b > a:
            pieces.append(Piece("out", "".join(one[a:b])))
        if d > c:
            pieces.append(Piece("in", "".join(other[c:d])))
    return pieces


def opcodes(
    one: Sequence[str], other: Sequence[str], *, all_landmarks: bool = False
) -> list[tuple[str, int, int, int, int]]:
    """How `one` becomes `other`: stretches of both that are equal or not, in order.

    Unless there shall be `all_landmarks`, what is common holds no two places together.
    """
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < min(len(one), len(other)) - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    middle, other_middle = one[head : len(one) - tail], other[head : len(other) - tail]
    blocks: list[tuple[str, int, int, int, int]] = []
    if head:
        blocks.append(("equal", 0, head, 0, head))
    if max(len(middle), len(other_middle)) > TOO_MANY:
        blocks.append(("replace", head, head + len(middle), head, head + len(other_middle)))
    else:
        # In long texts blank lines and small words are no landmarks: with them it would take minutes.
        matcher = SequenceMatcher(None, middle, other_middle, autojunk=not all_landmarks)
        blocks += [
            (kind, a + head, b + head, c + head, d + head) for kind, a, b, c, d in matcher.get_opcodes()
        ]
    if tail:
        blocks.append(("equal", len(one) - tail, len(one), len(other) - tail, len(other)))
    return blocks


class Merged(NamedTuple):
    text: str
    clashes: int
    """How many stretches were changed in both texts; they stand there twice, one behind the other."""


class Together(NamedTuple):
    """What two forms of one post give."""

    fields: Fields
    clashes: int
    """As in Merged, of the body."""


def together(began: Fields | None, mine: Fields, theirs: Fields) -> Together:
    """What `mine` and `theirs` made of `began`; where both changed a field, mine. None if what they began from is lost.

    Tags are joined one by one; date and time are one value, and so are a series and the number of the part.
    """
    was = began or {}
    changed = {name for name in mine if mine[name] != was.get(name, "")}
    for pair in PAIRS:
        if changed & pair:
            changed |= pair
    fields = {name: (mine if name in changed else theirs)[name] for name in mine}
    before, one, other = (split_tags(form.get("tags", "")) for form in (was, mine, theirs))
    tags = [tag for tag in other if tag in one or tag not in before]
    tags += [tag for tag in one if tag not in other and tag not in before]
    joined = merge(was.get("body", ""), mine["body"], theirs["body"])
    return Together({**fields, "tags": ", ".join(tags), "body": joined.text}, joined.clashes)


def merge(base: str, mine: str, theirs: str) -> Merged:
    """What `mine` and `theirs` made of `base`, joined line by line; only what one deleted is left out."""
    lines, one, other = (ended(text).splitlines(keepends=True) for text in (base, mine, theirs))
    parts: list[str] = []
    clashes, kind = 0, ""
    for kind, *stretches in Merge3(lines, one, other, sequence_matcher=Matches).merge_groups():
        clashes += kind == "conflict"
        for stretch in stretches[kind == "conflict" :]:  # of a conflict the first one is the base's
            parts += stretch
    joined, clash_at_end = "".join(parts), kind == "conflict"
    # Whether the last line has an end is merged as well; of two texts that clash there the second one's is the last. An
    # empty last line is of a text that has it with its end.
    has_end, one_has, other_has = (not text or text.endswith("\n") for text in (base, mine, theirs))
    keeps_end = one_has if other_has == has_end and not clash_at_end else other_has
    if not keeps_end and joined.splitlines()[-1:] != [""]:
        joined = joined.removesuffix("\n")
    return Merged(joined, clashes)


def ended(text: str) -> str:
    """`text` with an end to its last line, or that line would be another one as soon as one follows it."""
    return text if not text or text.endswith("\n") else f"{text}\n"


class Matches:
    """What a text still has of the base, for merge3, which would compare texts of any length line by line."""

    def __init__(self, _isjunk: object, a: Sequence[str], b: Sequence[str], *_autojunk: bool) -> None:
        self.a, self.b = a, b

    def get_matching_blocks(self) -> list[tuple[int, int, int]]:
        equal = [(a, c, b - a) for kind, a, b, c, _ in opcodes(self.a, self.b) if kind == "equal"]
        return [*equal, (len(self.a), len(self.b), 0)]
