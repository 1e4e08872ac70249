"""Footnotes. A note without a reference, or with a duplicate name, is shown as text where it was entered."""

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin


def whole(markdown: MarkdownIt) -> None:
    """A markdown-it plugin: footnotes, without dropping any."""
    markdown.use(footnote_plugin)
    markdown.core.ruler.before("footnote_tail", "footnotes_left_over", keep_left_over)


def keep_left_over(state: StateCore) -> None:
    """Turn the notes that the plugin would drop into text, and move nested notes out of each other."""
    marked: dict[str, int] = state.env.get("footnotes", {}).get("refs", {})
    known: set[str] = set()
    page: list[Token] = []
    inner: list[list[Token]] = []
    """Open notes, innermost last."""
    apart: list[Token] = []
    """Complete notes that were nested in an open one."""
    for token in state.tokens:
        if token.type == "footnote_reference_open":
            inner.append([token])
        elif token.type == "footnote_reference_close":
            opening, *content = inner.pop()
            label = opening.meta["label"]
            if label in known or marked.get(f":{label}", -1) < 0:
                apart += as_typed(label, content)
            else:
                known.add(label)
                apart += [opening, *content, token]
            if not inner:
                page += apart
                apart = []
        else:
            (inner[-1] if inner else page).append(token)
    state.tokens = page


def as_typed(label: str, content: list[Token]) -> list[Token]:
    mark = Token("text", "", 0, content=f"[^{label}]: ")
    if [token.type for token in content[:2]] == ["paragraph_open", "inline"]:
        content[1].children = [mark, *(content[1].children or ())]
        return content
    inline = Token("inline", "", 0, block=True, content=mark.content, children=[mark])
    opening = Token("paragraph_open", "p", 1, block=True)
    return [opening, inline, Token("paragraph_close", "p", -1, block=True), *content]
