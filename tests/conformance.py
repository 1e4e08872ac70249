"""The examples of the CommonMark specification: `make conformance` fetches them and runs this.

Their licence (CC-BY-SA 4.0) is not this project's, so they are not in it; `tests/data/commonmark.toml` has only the
numbers of those that a post shows otherwise, with the reasons.
"""

import re
import sys
import tomllib
from html import unescape
from pathlib import Path
from typing import NamedTuple

import html5lib

from blog.text import rendering

EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.MULTILINE | re.DOTALL)
EXCEPTIONS = Path(__file__).parent / "data" / "commonmark.toml"


class Example(NamedTuple):
    number: int
    markdown: str
    html: str


def examples(specification: str) -> list[Example]:
    found = EXAMPLE.findall(specification)
    return [
        Example(number, *(part.replace("→", "\t") for part in parts))
        for number, parts in enumerate(found, start=1)
    ]


def normal(html: str) -> str:
    """`html` without differences that do not matter to a browser: spellings of empty elements and references."""
    html = re.sub(r"\s*/>", ">", html)
    html = re.sub(r"&(?!lt;|gt;|amp;|quot;)#?\w+;", lambda match: unescape(match[0]), html)
    html = re.sub(r"\s*(</?(?:blockquote|li|[ou]l)>)\s*", r"\1", html)
    return html.replace("&quot;", '"').strip()


def without_additions(html: str) -> str:
    """`html` without additions of posts to CommonMark.

    These are ids of headings, `rel` of links, and `tabindex` of scrollable elements.
    """
    html = re.sub(r' id="text-[^"]*"', "", html)
    html = re.sub(r'(<(?:pre|table)) tabindex="0"', r"\1", html)
    return html.replace(' rel="noopener"', "")


def as_read(html: str) -> str:
    """`html` as parsed by a browser, with the elements that it closes and inserts."""
    tree = html5lib.parseFragment(html)
    return normal(
        html5lib.serialize(
            tree, omit_optional_tags=False, quote_attr_values="always", alphabetical_attributes=True
        )
    )


def main(path: Path) -> int:
    """Compare every example before and after sanitising. Returns the exit status."""
    exceptions = tomllib.loads(EXCEPTIONS.read_text())
    parsed = {int(number) for group in exceptions["parser"] for number in group["examples"]}
    cleaned = {int(number) for group in exceptions["sanitiser"] for number in group["examples"]}
    plain = rendering.Parser()
    different_parsed, different_cleaned = set(), set()
    every = examples(path.read_text())
    for example in every:
        html = plain.render(example.markdown)
        if normal(re.sub(r'(<h\d) id="[^"]*"', r"\1", html)) != normal(example.html):
            different_parsed.add(example.number)
        shown = rendering.render(example.markdown).html
        if as_read(without_additions(shown)) != as_read(example.html):
            different_cleaned.add(example.number)
    different_cleaned -= different_parsed
    for title, expected, found in (
        ("before sanitising", parsed, different_parsed),
        ("after sanitising", cleaned, different_cleaned),
    ):
        same = len(every) - len(found)
        sys.stdout.write(
            f"{title}: {same} of {len(every)} as in the specification, {len(found)} listed otherwise\n"
        )
        for number in sorted(found - expected):
            sys.stdout.write(f"  {number} differs and is not listed: {every[number - 1].markdown!r}\n")
        for number in sorted(expected - found):
            sys.stdout.write(f"  {number} is listed and does not differ\n")
    return int(parsed != different_parsed or cleaned != different_cleaned or len(every) != 652)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
