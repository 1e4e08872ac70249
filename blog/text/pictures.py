"""Pictures in a text: `![alt](/media/HASH "caption")` becomes a figure that a browser picks the best size from."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

PREFIX = "/media/"
HASH_LENGTH = 24
"""Hexadecimal digits: 96 bits of a SHA-256, enough for the files of one author."""
HASH = re.compile(rf"[0-9a-f]{{{HASH_LENGTH}}}")
MENTIONED = re.compile(rf"{PREFIX}([0-9a-f]{{{HASH_LENGTH}}})\b")

COMMON_WIDTH = 960
"""Pixels: for whoever cannot choose."""

# What would not be itself between the brackets of an image.
MARKS = re.compile(r"[\\\[\]`*_~<>&!]")
ESCAPED = r"\\\g<0>"

# What these make, and the sanitiser therefore lets through.
TAGS = frozenset({"figcaption", "figure", "picture", "source"})
ATTRIBUTES = {
    "img": {"alt", "decoding", "fetchpriority", "height", "loading", "sizes", "src", "srcset", "width"},
    "source": {"media", "sizes", "srcset", "type"},
}


class Room(NamedTuple):
    """Where a page shows a picture, as site.css says: what a browser has to know to choose among its widths."""

    from_width: str = "46rem"
    wide: str = "40.5rem"
    """As wide as this on screens of at least `from_width`: the measure of a text (--measure) at its largest."""
    narrow: str = "92vw"
    """As wide as this on others: the screen without its edges."""
    highest: str = ""
    """An upright picture is shown narrower, so that it is no higher."""
    shape: float = 0
    """Width over height of what is cut out of it: what is wider than that is shown larger, and its sides cut off."""


TEXT = Room()


class Picture(NamedTuple):
    """What of an image must be known to show it."""

    hash: str
    width: int
    height: int
    widths: Sequence[int]
    """The widths in pixels in which it is kept, ascending."""

    def address(self, width: int, ending: str) -> str:
        return f"{PREFIX}{self.hash}/{width}.{ending}"

    @property
    def src(self) -> str:
        """For browsers that know no `srcset`, and for feeds: about as wide as a text."""
        width = next((width for width in self.widths if width >= COMMON_WIDTH), self.widths[-1])
        return self.address(width, "webp")

    def srcset(self, ending: str) -> str:
        """`webp` or `avif` in all widths."""
        return ", ".join(f"{self.address(width, ending)} {width}w" for width in self.widths)


NONE: Mapping[str, Picture] = MappingProxyType({})


def markdown(digest: str, alt: str) -> str:
    """What an author writes into a text to show a picture."""
    return f"![{MARKS.sub(ESCAPED, alt)}]({PREFIX}{digest})"


def html(
    picture: Picture, alt: str, *, title: str = "", kind: str = "", lazy: bool = True, room: Room = TEXT
) -> str:
    """The `<picture>` of `picture`; `kind` its class, `lazy` for all but the first, which the browser fetches first."""
    sizes = sizes_in(room, picture)
    attributes = {
        "src": picture.src,
        "srcset": picture.srcset("webp"),
        "sizes": sizes,
        "width": str(picture.width),
        "height": str(picture.height),
        "alt": alt,
        **({"title": title} if title else {}),
        **({"class": kind} if kind else {}),
        **({"loading": "lazy"} if lazy else {"fetchpriority": "high"}),
        "decoding": "async",
    }
    image = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
    source = f'<source type="image/avif" srcset="{picture.srcset("avif")}" sizes="{sizes}">'
    return f"<picture>{source}<img {image}></picture>"


def sizes_in(room: Room, picture: Picture) -> str:
    """How wide `picture` is shown in `room`, as the attribute `sizes` says it (HTML, 4.8.4.2.2)."""
    shape = picture.width / picture.height

    def width(most: str) -> str:
        if room.shape:
            return f"calc({most} * {shape / room.shape:.3f})" if shape > room.shape else most
        limits = [most]
        if room.highest:
            limits.append(f"{room.highest} * {shape:.3f}")
        if picture.width < COMMON_WIDTH:  # it is shown no larger than it is
            limits.append(f"{picture.width}px")
        return f"min({', '.join(limits)})" if len(limits) > 1 else most

    return f"(min-width: {room.from_width}) {width(room.wide)}, {width(room.narrow)}"


def figures(markdown: MarkdownIt) -> None:
    """A markdown-it plugin. `env["pictures"]`, by hash, says which there are; other images stay what they were."""
    markdown.core.ruler.push("figures", find_figures)
    markdown.add_render_rule("image", render_image)


def find_figures(state: StateCore) -> None:
    """A paragraph of nothing but pictures becomes a figure for each: block and caption have no place in a `<p>`."""
    known = state.env.get("pictures", {})
    first = True
    for position, token in enumerate(state.tokens):
        if token.type != "inline":
            continue
        children = token.children or []
        found = [child for child in children if child.type == "image" and picture_of(child, known)]
        for child in found:
            child.meta = {**child.meta, "lazy": not first}
            first = False
        around = (state.tokens[position - 1], state.tokens[position + 1]) if position else ()
        alone = all(child in found or is_blank(child) for child in children)
        if found and alone and all(other.type.startswith("paragraph_") for other in around):
            token.children = [child for child in children if child in found]
            for child in found:
                child.meta["figure"] = True
            for other in around:
                other.hidden = True


def is_blank(token: Token) -> bool:
    return token.type in {"softbreak", "hardbreak"} or (token.type == "text" and not token.content.strip())


def picture_of(token: Token, known: Mapping[str, Picture]) -> Picture | None:
    match = MENTIONED.fullmatch(str(token.attrs.get("src", "")))
    return known.get(match[1]) if match else None


def render_image(
    self: RendererProtocol, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    picture = picture_of(token, env.get("pictures", {}))
    renderer: Any = self
    if picture is None:
        plain: str = renderer.image(tokens, index, options, env)
        return plain
    alt = renderer.renderInlineAsText(token.children or [], options, env)
    caption = str(token.attrs.get("title", ""))
    lazy = token.meta.get("lazy", True)
    if not token.meta.get("figure"):
        return html(picture, alt, title=caption, lazy=lazy)
    below = f"<figcaption>{escape(caption, quote=False)}</figcaption>" if caption else ""
    return f"<figure>{html(picture, alt, lazy=lazy)}{below}</figure>\n"
