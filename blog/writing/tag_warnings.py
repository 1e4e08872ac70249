"""Warnings about HTML tags and attributes that are not allowed in posts."""

import re
from collections.abc import Container, Iterator
from html import unescape

from markdown_it.common.html_re import attr_name, attr_value, open_tag

from blog.base_path import CANDIDATE
from blog.i18n import gettext as _
from blog.text.sanitizing import ATTRIBUTES, CLASSES, TAGS, keep_attribute
from blog.writing.address_warnings import link_sentence, picture_sentence

OPEN_TAG = re.compile(open_tag)
NAME = re.compile(r"<([A-Za-z][A-Za-z0-9-]*)")
ATTRIBUTE = re.compile(rf"\s({attr_name})(?:\s*=\s*({attr_value}))?")

# HTML elements that are not allowed in posts (HTML Living Standard, sections 4 and 16.2; only the root elements of SVG
# and MathML). Any other word in angle brackets is not HTML but a placeholder or type, and is shown as text.
NAMES = """
address applet audio base basefont bgsound big blink body button canvas command datalist dialog dir embed
fencedframe fieldset font form frame frameset head html iframe isindex keygen legend link listing main marquee
math menu menuitem meta meter nextid nobr noembed noframes noscript object optgroup option output param
plaintext portal progress script search select slot style svg template textarea title track video xmp
"""
REFUSED = frozenset(NAMES.split())
OF_A_BOX = frozenset({"type", "disabled"})
"""The attributes of a task list checkbox."""


def of_html(html: str, pictures: Container[str], site: str) -> Iterator[tuple[int, str]]:
    """The warnings for the tags in `html`, with their line from 0. Other arguments as for `picture_sentence`."""
    line = place = 0
    for tag in OPEN_TAG.finditer(html):
        line += html.count("\n", place, tag.start())
        place = tag.start()
        for sentence in of_tag(tag[0], pictures, site):
            yield line, sentence


def of_text(source: str) -> Iterator[str]:
    """The warning for a tag that is shown as text."""
    found = NAME.match(source)
    name = found[1].lower() if found else ""
    if name in REFUSED or "-" in name:
        yield _("<%(element)s> is not allowed in posts and is shown as text.", element=name)


def of_tag(tag: str, pictures: Container[str], site: str) -> Iterator[str]:
    found = NAME.match(tag)
    name = found[1].lower() if found else ""
    if name not in TAGS:
        yield from of_text(tag)
        return
    values = {
        each[1].lower(): unescape((each[2] or "").strip("\"'"))
        for each in ATTRIBUTE.finditer(tag, len(name) + 1)
    }
    dropped = [shown for attribute, value in values.items() if (shown := left_out(name, attribute, value))]
    if dropped:
        names = ", ".join(dropped)
        yield _("Removed from <%(element)s>: %(names)s.", element=name, names=names)
    if name in {"img", "source"}:
        addresses = [values["src"]] if "src" in values else []
        addresses += [each[1] for each in CANDIDATE.finditer(values.get("srcset", ""))]
        yield from (said for each in addresses if (said := picture_sentence(each, pictures, site)))
    if name == "a" and (sentence := link_sentence(values.get("href", ""))):
        yield sentence


def left_out(element: str, name: str, value: str) -> str:
    """The attribute as named in the warning if it is removed, or an empty string if it is allowed."""
    if name == "class":
        unknown = [each for each in value.split() if each not in CLASSES]
        return f'class="{" ".join(unknown)}"' if unknown else ""
    allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(element, set())
    if element == "input":
        allowed = allowed | OF_A_BOX
    if name not in allowed or keep_attribute(element, name, value) is None:
        return name
    return ""
