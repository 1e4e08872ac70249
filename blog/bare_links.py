"""Bare links: where an address in a text begins and ends (GFM 6.9, and what books and other scripts put behind one)."""

import re
from typing import Any

from linkify_it.main import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, linkify

EVIDENT_LINK = re.compile(r"(https?|ftp)://|(mailto|xmpp):|www\.|[^/@]+@", re.IGNORECASE)
ANY_TOP_LEVEL = ["[a-z\u00a1-\uffff]{2,63}"]
"""`www.` and `@` say that a name is one of a machine: no list of top-level domains has to know it."""

STOP = re.compile("[`<>|＜＞“”„‟‘‚‛«»‹›—…。、！？，；：．｡､「」『』【】〈〉《》〔〕｢｣]|’s\\b")  # noqa: RUF001
"""No address goes on behind these, which stand in it as %E3%80%82 and the like."""
TRAILING = "?!.,:;*_~'\"’‘–•·،؛؟۔।॥"  # noqa: RUF001
ENTITY = re.compile(r"&[A-Za-z0-9]+;$")
CLOSING = {")": "(", "]": "[", "}": "{", "）": "（", "］": "［", "｝": "｛"}  # noqa: RUF001
LONGEST_SCHEME = 32
NAME = r"[a-z0-9\u00c0-\u024f_-]{1,63}"
EMAIL = rf"(^|[^a-z0-9._+@/-])([a-z0-9._+-]{{1,64}}@(?:{NAME}\.)+{NAME}(?<![-_])(?![a-z0-9@/_-]|:\S))"
"""An e-mail address; `git@host.example:path` is none, and `@name@host.example` names an account."""


class EvidentLinks(LinkifyIt):
    """Finds bare links that can be nothing else: README.md and app.py are files, though Moldova and Paraguay exist."""

    def _on_compile(self) -> None:
        self.re["tpl_email_fuzzy"] = EMAIL

    def match(self, text: str) -> list[Any]:
        found = super().match(text)  # type: ignore[no-untyped-call]
        links = [self.ended(text, link) for link in found or [] if EVIDENT_LINK.match(link.raw)]
        return [link for link in links if link]

    def match_at_start(self, text: str) -> Any:
        found = super().match_at_start(text)  # type: ignore[no-untyped-call]
        return found and self.ended(text, found)

    def ended(self, text: str, link: Any) -> Any:
        """`link` without what only stands behind it; None if nothing is left."""
        semicolon = ";" if text.startswith(";", link.last_index) else ""
        raw = without_ending(link.raw + semicolon)
        if not raw.rpartition("//")[2]:
            return None
        return self._create_match(text, link.schema, link.index, link.index + len(raw))  # type: ignore[no-untyped-call]


def without_ending(address: str) -> str:
    """`address` up to where the sentence around it goes on."""
    scheme = address.find("://") + 3
    if stop := STOP.search(address, scheme if scheme > 2 else 0):
        address = address[: stop.start()]
    opened = {mark: address.count(mark) for mark in (*CLOSING, *CLOSING.values())}
    while address:
        last = address[-1]
        if last == ";" and (entity := ENTITY.search(address)):
            address = address[: entity.start()]
        elif last in TRAILING:
            address = address[:-1]
        elif last in CLOSING and opened[last] > opened[CLOSING[last]]:
            opened[last] -= 1
            address = address[:-1]
        else:
            break
    return address


LINKS = EvidentLinks()  # type: ignore[no-untyped-call]
LINKS.tlds(ANY_TOP_LEVEL)  # type: ignore[no-untyped-call]
LINKS.add("xmpp:", "mailto:")  # type: ignore[no-untyped-call]


def linked(markdown: MarkdownIt) -> None:
    """A markdown-it plugin that makes links of bare addresses."""
    markdown.linkify = LINKS
    markdown.options["linkify"] = True
    markdown.enable("linkify")
    markdown.inline.ruler.at("linkify", linkify_at_scheme)


def linkify_at_scheme(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
    """markdown-it's rule, asked of the last letters first: it looks through all text before each `://`."""
    if state.src[state.pos] != ":" or state.linkLevel > 0:
        return False
    pending, position = state.pending, state.pos
    state.pending = pending[-LONGEST_SCHEME:]
    found = linkify(state, True)  # noqa: FBT003 -- markdown-it's
    state.pending = pending
    if silent or not found:
        return found
    state.pos = position
    if linkify(state, False) and "&amp;" in state.tokens[-2].content:  # noqa: FBT003 -- markdown-it's
        address = state.tokens[-2].content.replace("&amp;", "&")
        state.tokens[-2].content = address
        state.tokens[-3].attrs["href"] = state.md.normalizeLink(address)
    return state.pos > position
