"""Why a post was found: its title and a stretch of its text, with what was found in them marked.

The index marks tokens; each stands in a line of its own that is one unit of the text (`blog.text.search_tokens`), and
so leads back to the letters that the author wrote.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import regex

from blog.search.query import Query
from blog.search.ranking import beginning, each
from blog.store.backend import Highlighted, Terms
from blog.store.current import backend
from blog.text.graphemes import boundary
from blog.text.search_tokens import PARTS, TAIL, UNIT, Unit, folded, of_word, pairs_in, units_from

MARKS = ("\x02", "\x03")
"""What stands around a word that was found: no text has these (`sanitizing.tidy`)."""
MARKED = regex.compile("\x02([^\x03]*)\x03")
WIDTH = 230
"""Letters of a stretch; those of scripts without spaces are wide, and count two."""
LONG_WORD = 40
BEFORE = 10
"""Units before the first word that was found in which a stretch may begin."""
COMPARED = 60
"""Of the words that were found in a text, those among which the best stretch is looked for: the first ones."""
SENTENCE_END = regex.compile(r"[\p{Sentence_Terminal}\n]")


class Shown(NamedTuple):
    """What of a post shows why it was found, each match between `MARKS`."""

    title: str
    text: str


class Match(NamedTuple):
    """Tokens that were found, by the numbers of their first and last unit and of the parts of these."""

    unit: int
    part: int
    last_unit: int
    last_part: int
    token: str


def shown(query: Query, ids: Iterable[int]) -> dict[int, Shown]:
    """Why each of the posts `ids` was found: where not even a beginning is in it, it was for what it does not have."""
    wanted = [*query.words, *query.phrases]
    found: dict[int, Shown] = {}
    if not wanted:
        return found
    pairs = set[str]().union(*map(pairs_in, wanted))
    for terms in (Terms(each(wanted), any_of=True), *([beginning(query)] if query.beginning else [])):
        left = [number for number in ids if number not in found]
        if left:
            found |= {post.id: marked(post, pairs) for post in backend.highlights(terms, left, MARKS)}
    return found


def marked(post: Highlighted, pairs: set[str]) -> Shown:
    spans = list[tuple[int, int]]()
    if MARKS[0] in post.in_title:
        found = matches(post.in_title, post.title_tail)
        spans = merged(spans_in(list(units_from(post.title, 0, [0])), 0, found, pairs))
    return Shown(
        with_marks(post.title, spans, 0, len(post.title)),
        stretch(post.text, post.places, sorted(matches(post.in_text, post.tail)), pairs),
    )


def matches(highlighted: str, tail: Sequence[int]) -> list[Match]:
    """What is marked in the content of an index; other spellings behind `TAIL` stand for whole units."""
    content, _, others = highlighted.partition(TAIL)
    found = []
    place, at = (0, 0), 0
    for mark in MARKED.finditer(content):
        first = further(place, content[at : mark.start()])
        place, at = further(first, mark[1]) if " " in mark[1] or UNIT in mark[1] else first, mark.end()
        found.append(Match(*first, *place, mark[1]))
        if len(found) == COMPARED:
            break
    for mark in MARKED.finditer(others):
        before = others[: mark.start()].count(" ")
        found += [
            Match(tail[n], -1, tail[n], -1, mark[1]) for n in range(before, before + mark[1].count(" ") + 1)
        ]
    return found


def further(place: tuple[int, int], content: str) -> tuple[int, int]:
    """The unit and the part of it behind `content`, which begins at `place`."""
    unit, part = place
    lines = content.count(UNIT)
    return unit + lines, content.rpartition(UNIT)[2].count(" ") + (0 if lines else part)


def stretch(text: str, places: list[int], found: list[Match], pairs: set[str]) -> str:
    """The stretch of `text` with most of what was found in it, or its beginning."""
    first = best(found)
    start = number = 0 if len(text) <= WIDTH else max(0, first - BEFORE)
    units: list[Unit] = []
    end = len(text)
    last = max((match.last_unit for match in found), default=0)
    for count, unit in enumerate(units_from(text, start, places), start=start):
        if start and (not units or (count <= first and SENTENCE_END.search(text, units[-1].end, unit.begin))):
            number, units = count, []
        if count == first:
            end = cut(text, units[0].begin if units else unit.begin, unit)
        if count > first and (unit.begin >= end or count > last + 1):
            break
        units.append(unit)
    begin = units[0].begin if number else 0
    near = [match for match in found if number <= match.unit and match.last_unit < number + len(units)]
    spans = [span for span in merged(spans_in(units, number, near, pairs)) if span[1] <= end]
    marked = " ".join(with_marks(text, spans, begin, end).split())
    return f"{'…' if begin else ''}{marked}{'…' if end < len(text) else ''}"


def cut(text: str, begin: int, first: Unit) -> int:
    """Where a stretch from `begin` ends that has the unit `first`: behind a word, or between letters without spaces."""
    end = max(begin + (WIDTH // 2 if first.run else WIDTH), first.end + 1)
    if end >= len(text):
        return len(text)
    space = max(text.rfind(sign, first.end, end + 1) for sign in " \n")
    return space if space > end - LONG_WORD else boundary(text, end)


def best(found: Sequence[Match]) -> int:
    """The unit at which the stretch begins in which most different tokens were found, and of these most."""
    if not found:
        return 0

    def there(first: Match) -> tuple[int, int, int]:
        near = [each.token for each in found if 0 <= each.unit - first.unit <= WIDTH // 7]
        return len(set(near)), len(near), -first.unit

    return max(found, key=there).unit


def spans_in(
    units: Sequence[Unit], number: int, found: Iterable[Match], pairs: set[str]
) -> Iterator[tuple[int, int]]:
    """Where in a text each match stands; `units` are those from `number` on."""
    for match in found:
        if not (number <= match.unit and match.last_unit < number + len(units)):
            continue
        first, last = units[match.unit - number], units[match.last_unit - number]
        begin = part_of(first, match.part)[0]
        end = part_of(last, match.last_part)[1]
        after = match.last_unit - number + 1
        if last.run and after < len(units) and units[after].begin == last.end:
            # A pair of letters stands with its first; of a single letter that was asked for, the second is not meant.
            pair = folded(last.text) + folded(units[after].text)
            end = units[after].end if pair in pairs else end
        yield begin, end


def part_of(unit: Unit, number: int) -> tuple[int, int]:
    """Where a part of `unit` stands; all of it if it has other tokens than parts."""
    if not unit.run and number >= 0 and not unit.text.isalnum():
        parts = list(PARTS.finditer(unit.text))
        if len(parts) == len(of_word(unit.text).parts):
            return unit.begin + parts[number].start(), unit.begin + parts[number].end()
    return unit.begin, unit.end


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same stretches in order, those that touch or overlap as one."""
    joint: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if joint and begin <= joint[-1][1]:
            joint[-1] = (joint[-1][0], max(end, joint[-1][1]))
        else:
            joint.append((begin, end))
    return joint


def with_marks(text: str, spans: Iterable[tuple[int, int]], begin: int, end: int) -> str:
    """`text` from `begin` to `end` with `MARKS` around the stretches `spans`."""
    pieces = []
    at = begin
    for first, last in spans:
        pieces += [text[at:first], MARKS[0], text[first:last], MARKS[1]]
        at = last
    return "".join([*pieces, text[at:end]])
