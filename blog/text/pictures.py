"""Images in a text: `![alt](/media/HASH "caption")` becomes a figure in several sizes."""

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
"""Width in pixels of the default file."""

# Characters that must be escaped in the brackets of an image.
MARKS = re.compile(r"[\\\[\]`*_~<>&!]")
ESCAPED = r"\\\g<0>"

# Elements and attributes generated here, which the sanitiser therefore allows.
TAGS = frozenset({"figcaption", "figure", "picture", "source"})
ATTRIBUTES = {
    "img": {"alt", "decoding", "fetchpriority", "height", "loading", "sizes", "src", "srcset", "width"},
    "source": {"media", "sizes", "srcset", "type"},
}


class Room(NamedTuple):
    """The space for an image on a page, as in site.css. Browsers use it to choose a size."""

    from_width: str = "46rem"
    wide: str = "40.5rem"
    """Width on screens of at least `from_width`: the largest text width (--measure)."""
    narrow: str = "92vw"
    """Width on smaller screens: the screen without its margins."""
    highest: str = ""
    """Maximum height: portrait images are shown narrower."""
    shape: float = 0
    """Aspect ratio of the visible area. A wider image is enlarged and cropped at the sides."""


TEXT = Room()


class Picture(NamedTuple):
    """What must be known of an image to show it."""

    hash: str
    width: int
    height: int
    widths: Sequence[int]
    """Available widths in pixels, ascending."""

    def address(self, width: int, ending: str) -> str:
        return f"{PREFIX}{self.hash}/{width}.{ending}"

    @property
    def src(self) -> str:
        """The width for browsers without `srcset`, and for feeds: about the width of a text."""
        width = next((width for width in self.widths if width >= COMMON_WIDTH), self.widths[-1])
        return self.address(width, "webp")

    def srcset(self, ending: str) -> str:
        """`webp` or `avif` in all widths."""
        return ", ".join(f"{self.address(width, ending)} {width}w" for width in self.widths)


NONE: Mapping[str, Picture] = MappingProxyType({})


def markdown(digest: str, alt: str) -> str:
    """The Markdown that inserts an image."""
    return f"![{MARKS.sub(ESCAPED, alt)}]({PREFIX}{digest})"


def html(
    picture: Picture, alt: str, *, title: str = "", kind: str = "", lazy: bool = True, room: Room = TEXT
) -> str:
    """The `<picture>` element. `kind` is its class; `lazy` loads it lazily, for all images except the first."""
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
    """The `sizes` attribute of `picture` in `room` (HTML, 4.8.4.2.2)."""
    shape = picture.width / picture.height

    def width(most: str) -> str:
        if room.shape:
            return f"calc({most} * {shape / room.shape:.3f})" if shape > room.shape else most
        limits = [most]
        if room.highest:
            limits.append(f"{room.highest} * {shape:.3f}")
        if picture.width < COMMON_WIDTH:  # images are never enlarged
            limits.append(f"{picture.width}px")
        return f"min({', '.join(limits)})" if len(limits) > 1 else most

    return f"(min-width: {room.from_width}) {width(room.wide)}, {width(room.narrow)}"


def figures(markdown: MarkdownIt) -> None:
    """A markdown-it plugin. `env["pictures"]` maps the hashes of existing images; other images are left unchanged."""
    markdown.core.ruler.push("figures", find_figures)
    markdown.add_render_rule("image", render_image)


def find_figures(state: StateCore) -> None:
    """Replace a paragraph of only images with figures, because blocks and captions are not allowed in `<p>`."""
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
