"""The allow-list of HTML in posts, and the sanitiser that applies it."""

import re

import nh3
from pygments.token import STANDARD_TYPES

from blog.text import alerts, pictures
from blog.text.bidi import level

# HTML allowed in posts. nh3's default list lacks what highlighting, footnotes, anchors and task lists need.
TAGS = nh3.ALLOWED_TAGS | {"details", "input", "label", "section", "summary", "tfoot"} | pictures.TAGS
ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    **pictures.ATTRIBUTES,
    "*": {"id", "class", "lang", "dir", "title"},
    "a": {"href", "hreflang", "aria-label"},
    "input": {"checked"},
    "details": {"open"},
    "ol": {"start", "reversed"},
}
# Classes of our own style sheet. Other classes could make a post look like a part of the page.
CLASSES = (
    frozenset(STANDARD_TYPES.values())
    | alerts.CLASSES
    | {
        *("highlight", "align-left", "align-center", "align-right"),
        *("contains-task-list", "task-list-item", "task-list-item-checkbox"),
        *(
            "footnotes",
            "footnotes-list",
            "footnotes-sep",
            "footnote-item",
            "footnote-ref",
            "footnote-backref",
        ),
    }
)
ID_PREFIX = "text-"
"""Prefix of all ids in a text and links to them: a heading “Status” must not become the page's own #status."""

# Control characters and surrogates: unreadable, and not allowed in feeds (Unicode 16, chapter 23).
UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
LINE_END = re.compile(r"\r\n?|[\v\f\x85]")


def tidy(text: str) -> str:
    """`text` without unreadable and direction-reversing characters, with line feeds as line ends."""
    return level(UNREADABLE.sub("", lines(text)))


def lines(text: str) -> str:
    """`text` with line feeds as line ends."""
    return LINE_END.sub("\n", text)


def keep_attribute(_tag: str, name: str, value: str) -> str | None:
    """Filter one attribute: only known classes, single-word ids, and links within the text to prefixed ids."""
    if name == "class":
        return " ".join(word for word in value.split() if word in CLASSES) or None
    if name in {"id", "href"}:
        value = value.strip()  # as browsers do; otherwise `href=" #status"` would lead out of the text
    if name == "id":
        return f"{ID_PREFIX}{value}" if len(value.split()) == 1 else None
    if name in {"href", "src"} and tidy(value) != value:
        return None  # `java&#1;script:` has no scheme until it is cleaned.
    if name == "href" and value.startswith("#"):
        return f"#{ID_PREFIX}{value[1:]}"
    return value


CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    set_tag_attribute_values={
        # Any <input> becomes the checkbox of a task list.
        "input": {"type": "checkbox", "disabled": ""},
        # Wide content can be scrolled, also with the keyboard.
        "pre": {"tabindex": "0"},
        "table": {"tabindex": "0"},
    },
    attribute_filter=keep_attribute,
    link_rel="noopener",
)
