"""HTML blocks in Markdown. A block that is not closed, or starts with an element that is not allowed, is Markdown."""

import re
from typing import NamedTuple

from markdown_it.rules_block import StateBlock, html_block
from markdown_it.rules_block.html_block import HTML_SEQUENCES
from markdown_it.utils import EnvType

from blog.text.raw_tags import DROPPED_ALONE, PARAGRAPH, VOID, WHOLES
from blog.text.sanitizing import TAGS

UNTIL_END = HTML_SEQUENCES[:5]
"""Kinds of blocks that continue over blank lines until their end: `<script>`, `<!--`, `<?` … (CommonMark 0.31, 4.6)."""
NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
GOES_ON = re.compile(r"<[^>\n]*>([^\S\n]+\S|[.,;:!?)])")
"""A line that mentions an element rather than starting one: `<script> tags run code`."""


class ShownAsText(NamedTuple):
    """Something that looks like HTML and is shown as text."""

    line: int
    """Line of the Markdown, from 0."""
    source: str


def block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
    """markdown-it's rule for HTML blocks, where they are allowed."""
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("<", begin) or state.is_code_block(start):
        return False
    line = state.src[begin : state.eMarks[start]]
    name = NAME.match(line)
    element = name[1].lower() if name else ""
    for kind, (beginning, _, _) in enumerate(UNTIL_END):
        if beginning.search(line):
            last = last_line(state, kind, start, end)
            if last is None:
                return False
            if element == "pre" or line.startswith("<!--"):
                return html_block(state, start, end, silent)
            return last > start and not GOES_ON.match(line) and source(state, start, last, silent=silent)
    if element not in TAGS or not has_its_others(state, begin, element):
        return False
    return html_block(state, start, end, silent)


def last_line(state: StateBlock, kind: int, start: int, end: int) -> int | None:
    """The last line of a block that continues until its end. Remembers what was already searched."""
    known: dict[tuple[int, int, int], tuple[int, int, int | None]] = state.env.setdefault("ends_of_html", {})
    seen, beyond, last = known.get((kind, state.blkIndent, end), (0, 0, None))
    if seen <= start < beyond:
        return last
    line = start
    while line < end and (line == start or state.sCount[line] >= state.blkIndent or state.isEmpty(line)):
        line += 1
        if UNTIL_END[kind][1].search(
            state.src, state.bMarks[line - 1] + state.tShift[line - 1], state.eMarks[line - 1]
        ):
            last = line - 1
            break
    else:
        last = None
    known[kind, state.blkIndent, end] = (start, line, last)
    return last


def has_its_others(state: StateBlock, begin: int, name: str) -> bool:
    """Whether the tag at `begin` can be one, given the tags before and after it."""
    start_before = first(state, f"<{name}", begin) < begin
    whole_before = any(first(state, f"<{whole}", begin) < begin for whole in WHOLES.get(name, ()))
    if name in DROPPED_ALONE and not whole_before:
        return False
    if state.src.startswith("</", begin):
        return start_before
    without_end = name in VOID or (name == PARAGRAPH and not GOES_ON.match(state.src, begin))
    return without_end or whole_before or last(state, f"</{name}") > begin


def first(state: StateBlock, tag: str, begin: int) -> int:
    """Position of the first such tag in the text; `begin` if there is none before it."""
    known: dict[str, int] = state.env.setdefault("first_tags", {})
    if tag not in known:
        found = re.compile(rf"{tag}\b", re.IGNORECASE).search(state.src, 0)
        known[tag] = found.start() if found else len(state.src)
    return min(known[tag], begin)


def last(state: StateBlock, tag: str) -> int:
    known: dict[str, int] = state.env.setdefault("last_tags", {})
    if tag not in known:
        found = re.finditer(rf"{tag}\b", state.src, re.IGNORECASE)
        known[tag] = max((each.start() for each in found), default=-1)
    return known[tag]


def source(state: StateBlock, start: int, last: int, *, silent: bool) -> bool:
    """Show lines as source code, for example a script or processing instruction."""
    if not silent:
        token = state.push("code_block", "code", 0)
        token.map = [start, last + 1]
        token.content = state.getLines(start, last + 1, state.blkIndent, keepLastLF=True)
        state.line = last + 1
        shown_as_text(state.env).append(ShownAsText(start, token.content))
    return True


def shown_as_text(env: EnvType) -> list[ShownAsText]:
    found: list[ShownAsText] = env.setdefault("shown_as_text", [])
    return found
