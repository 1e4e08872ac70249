"""Raw HTML in Markdown, filtered before an HTML parser reads it: a parser would take everything after `<title>` as its
text.

What is not an allowed tag (`blog.text.raw_tags`) becomes text. Closed comments are removed.
"""

from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from blog.text.html_blocks import ShownAsText, block, shown_as_text
from blog.text.nesting import DEEPEST
from blog.text.raw_tags import Scope, Tag, pieces, tag_of
from blog.text.sanitizing import TAGS

BLOCKS = frozenset({*block_names, "pre"})


def decided(markdown: MarkdownIt) -> None:
    """A markdown-it plugin: only allowed tags stay raw HTML. `env["shown_as_text"]` lists what became text."""
    rule = next(rule for rule in markdown.block.ruler.__rules__ if rule.name == "html_block")
    markdown.block.ruler.at("html_block", block, {"alt": rule.alt})
    markdown.core.ruler.before("linkify", "raw_html", decide)


def decide(state: StateCore) -> None:
    """Match start and end tags in document order, then replace the tokens."""
    raw: list[tuple[Token, list[str | Tag]]] = []
    order: list[Tag | Token] = []
    scopes = [Scope()]
    for token in state.tokens:
        if token.type == "inline":
            found = in_sentence(token, Scope(scopes[-1]))
        elif token.type == "html_block":
            found = [(token, list(pieces(token.content, token.map[0] if token.map else 0)))]
            for piece in found[0][1]:
                if isinstance(piece, Tag):
                    scopes[-1].enter(piece)
        else:
            order.append(token)
            if token.nesting == 1 and token.type != "paragraph_open":
                scopes.append(Scope())
            elif token.nesting == -1 and token.type != "paragraph_close":
                scopes.pop()
            continue
        raw += found
        for each, content in found:
            order += [piece for piece in content if isinstance(piece, Tag)] or [each]
    bound(order)
    for token, content in raw:
        write(state, token, content)


def in_sentence(token: Token, scope: Scope) -> list[tuple[Token, list[str | Tag]]]:
    """The tokens of one paragraph, heading or cell; those of raw HTML with their tag."""
    found: list[tuple[Token, list[str | Tag]]] = []
    line = token.map[0] if token.map else 0
    for child in token.children or ():
        content: list[str | Tag] = []
        if child.type == "html_inline":
            tag = tag_of(child.content, line)
            scope.enter(tag)
            content = [tag]
        elif child.type == "image":
            child.children = [Token("text", "", 0, content=alternative(child))]
        line += child.content.count("\n") + (child.type in {"softbreak", "hardbreak"})
        found.append((child, content))
    return found


def alternative(image: Token) -> str:
    """The alternative text of an image: all its words, including code."""
    words = ""
    for child in image.children or ():
        if child.type == "image":
            words += alternative(child)
        elif child.type in {"softbreak", "hardbreak"}:
            words += "\n"
        elif child.type != "html_inline" or is_text(tag_of(child.content, 0)):
            words += child.content
    return words


def is_text(tag: Tag) -> bool:
    return not tag.comment and tag.name not in TAGS


def bound(order: list[Tag | Token]) -> None:
    """Limit nesting to DEEPEST elements: an HTML parser takes quadratic time."""
    depth = 0
    beyond: list[bool] = []
    for each in order:
        if isinstance(each, Token):
            if each.nesting == 1:
                each.hidden = each.hidden or (not each.block and depth >= DEEPEST)
                beyond.append(not each.block and each.hidden)
                depth += not beyond[-1]
            elif each.nesting == -1:
                each.hidden = each.hidden or beyond[-1]
                depth -= not beyond.pop()
        elif each.kept and each.partner and not each.end:
            if depth >= DEEPEST:
                each.drop()
            else:
                depth += 1
        elif each.kept and each.partner:
            depth -= 1


def write(state: StateCore, token: Token, content: list[str | Tag]) -> None:
    """Replace the raw HTML in `token` with its result."""
    tags = [piece for piece in content if isinstance(piece, Tag)]
    shown = [tag for tag in tags if not tag.kept and not tag.comment]
    shown_as_text(state.env).extend(ShownAsText(tag.line, tag.source) for tag in shown)
    if token.type == "html_inline" and shown:
        token.type, token.content = "text", shown[0].source
    elif tags:
        token.content = "".join(piece if isinstance(piece, str) else piece.html() for piece in content)
        if (
            token.type == "html_block"
            and tags[0] in shown
            and not any(tag.kept and tag.name in BLOCKS for tag in tags)
        ):
            token.content = f"<p>{token.content.strip()}</p>\n"
