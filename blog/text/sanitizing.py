"""What a post may contain: the allow-list, and the sanitiser that keeps to it."""

import re

import nh3
from pygments.token import STANDARD_TYPES

from blog.text import alerts, pictures
from blog.text.bidi import level

# What a post may contain. nh3's own list would strip what highlighting, footnotes, anchors and task lists need.
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
# The classes our own style sheet gives a meaning to; another could dress a post up as part of the page around it.
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
"""Before every id in a text and every link to one: a heading “Status” must not become the page's own #status."""

# Control characters and halves of characters: none can be read, and no feed may carry them (Unicode 16, chapter 23).
UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
LINE_END = re.compile(r"\r\n?|[\v\f\x85]")


def tidy(text: str) -> str:
    """`text` without what cannot be read or turns letters round, its lines ended by a line feed each."""
    return level(UNREADABLE.sub("", lines(text)))


def lines(text: str) -> str:
    """`text`, its lines ended by a line feed each."""
    return LINE_END.sub("\n", text)


def keep_attribute(_tag: str, name: str, value: str) -> str | None:
    """Decide on one attribute: only known classes, ids that are one word, links into the text to where its ids are."""
    if name == "class":
        return " ".join(word for word in value.split() if word in CLASSES) or None
    if name in {"id", "href"}:
        value = value.strip()  # as browsers do; `href=" #status"` would lead out of the text
    if name == "id":
        return f"{ID_PREFIX}{value}" if len(value.split()) == 1 else None
    if name in {"href", "src"} and tidy(value) != value:
        return None  # `java&#1;script:` has no scheme until it is tidied
    if name == "href" and value.startswith("#"):
        return f"#{ID_PREFIX}{value[1:]}"
    return value


CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    set_tag_attribute_values={
        # Whatever an <input> was, it becomes the box of a task list.
        "input": {"type": "checkbox", "disabled": ""},
        # What may be too wide for a screen is pushed along, also by keyboard.
        "pre": {"tabindex": "0"},
        "table": {"tabindex": "0"},
    },
    attribute_filter=keep_attribute,
    link_rel="noopener",
)
