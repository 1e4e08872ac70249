"""Bare links: find where an address in a text begins and ends (GFM 6.9, with rules for other scripts)."""

import re
from html import unescape
from typing import Any

import nh3
import regex
from linkify_it.main import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, autolink, linkify

EVIDENT_LINK = re.compile(r"(https?|ftp)://|(mailto|xmpp):|www\.|[^/@]+@", re.IGNORECASE)
ANY_TOP_LEVEL = ["[a-z\u00a1-\uffff]{2,63}"]
"""With `www.` or `@`, a name is a host name; no list of top-level domains is needed."""

# What ends an address: non-ASCII punctuation that ends a clause, brackets and quotes, except the apostrophe; an emoji
# or footnote reference after a word; characters not allowed in addresses (RFC 3986, section 2).
STOP = regex.compile(
    r"""
      [\p{Terminal_Punctuation}\p{Ps}\p{Pe}\p{Pi}\p{Pf}--[\p{ASCII}’]] | [`<>|\\…‥—†‡※←→⇐⇒＂＇＊／｜＜＞＿｢｣]
    | ~ (?=www\.)
    | ’ (?: s\b | (?![A-Za-z\u00c0-\u024f]) )
    | [[\p{Cf}\p{White_Space}]--[\p{ASCII}\u00ad\u200c\u200d]]
    | (?<=[A-Za-z0-9]) [\p{Emoji_Presentation}--\p{ASCII}]
    | \[\^ (?=[^\s\]]+\])
    """,  # noqa: RUF001
    regex.VERBOSE | regex.V1,
)
"""Characters that end an address. Addresses that contain them have them percent-encoded (%E3%80%82)."""
NAME_END = regex.compile(
    r"((?://|\bwww\.)[\w.-]{1,253}(?:\.[a-z]{2,63}|:\d{1,5}))(?:~|[^\x00-\u024f\s](?![\w-]*\.\w))",
    regex.IGNORECASE,
)
"""A host with a Latin last label or a port, and following text in another script: host names do not mix the two."""
REFERENCE = re.compile(r"&#?[A-Za-z0-9]{1,31};")
TRAILING = "?!.,:;*_~'\"’‘–•·،؛؟۔।॥"  # noqa: RUF001
ENTITY = re.compile(r"&#?[A-Za-z0-9]+;$")
CLOSING = {")": "(", "]": "[", "}": "{"}
LONGEST_HOST = 300
"""Maximum length of a scheme, a name and a port."""
LONGEST_SCHEME = 32
SCHEME = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*):")
IPV6 = r"\[[0-9a-f:.]{2,45}\]"
NAME = r"[a-z0-9\u00c0-\u024f_-]{1,63}"
MAILBOX = r"(?:[a-z0-9._+-][a-z0-9._+'-]{0,62})?[a-z0-9._+-]"
EMAIL = rf"(^|[^a-z0-9._+@/-])({MAILBOX}@(?:{NAME}\.)+{NAME}(?<![-_])(?![a-z0-9@/_-]|:\S))"
"""An email address. `git@host.example:path` is not one, and `@name@host.example` is an account name."""


class EvidentLinks(LinkifyIt):
    """Finds only unambiguous bare links: README.md and app.py are files, although .md and .py are country domains."""

    def _on_compile(self) -> None:
        self.re["tpl_email_fuzzy"] = EMAIL
        host = self.re["src_host_port_strict"]
        self.re["src_host_port_strict"] = rf"(?:{IPV6}{self.re['src_port']}(?!\w)|(?:{NAME}\.){{0,9}}{host})"

    def test(self, text: str) -> bool:
        return bool(super().test(parted(text)))  # type: ignore[no-untyped-call]

    def match(self, text: str) -> list[Any]:
        found = super().match(parted(text))  # type: ignore[no-untyped-call]
        links = [self.ended(text, link) for link in found or [] if EVIDENT_LINK.match(link.raw)]
        return [link for link in links if link]

    def match_at_start(self, text: str) -> Any:
        space = text.find(" ", 0, LONGEST_HOST)
        head = parted(text[: space if space >= 0 else LONGEST_HOST])
        if space < 0 and " " not in head:
            head += text[LONGEST_HOST:]
        found = super().match_at_start(head)  # type: ignore[no-untyped-call]
        return found and self.ended(text, found)

    def ended(self, text: str, link: Any) -> Any:
        """`link` without trailing punctuation, or None if nothing is left."""
        semicolon = ";" if text.startswith(";", link.last_index) else ""
        raw = without_ending(link.raw + semicolon)
        if not raw.rpartition("//")[2]:
            return None
        return self._create_match(text, link.schema, link.index, link.index + len(raw))  # type: ignore[no-untyped-call]


def parted(text: str) -> str:
    """`text` with each character that ends an address replaced by a space."""
    text = STOP.sub(lambda found: " " * len(found[0]), text)
    text = REFERENCE.sub(lambda found: " " * len(found[0]) if ends(unescape(found[0])) else found[0], text)
    return NAME_END.sub(r"\1 ", text)


def ends(character: str) -> bool:
    return character.isspace() or STOP.match(character) is not None


def without_ending(address: str) -> str:
    """`address` up to where the surrounding sentence continues."""
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
    """A markdown-it plugin that turns bare addresses into links, but not `<std::string>`."""
    markdown.linkify = LINKS
    markdown.options["linkify"] = True
    markdown.enable("linkify")
    markdown.inline.ruler.at("linkify", linkify_at_scheme)
    markdown.inline.ruler.at("autolink", autolink_of_known_scheme)


def linkify_at_scheme(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
    """markdown-it's rule, called only after a known scheme: otherwise it scans all text before each `://`."""
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


def autolink_of_known_scheme(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 -- markdown-it's
    """markdown-it's rule for `<https://example.com>`. An address with a scheme that is not allowed stays text."""
    scheme = SCHEME.match(state.src, state.pos)
    known = scheme is None or scheme[1].lower() in nh3.ALLOWED_URL_SCHEMES
    return known and autolink(state, silent)
