"""XML that is well formed whatever text goes into it."""

import re
from collections.abc import Mapping
from html import escape
from xml.etree.ElementTree import Element, SubElement, tostring

XHTML = "http://www.w3.org/1999/xhtml"

# All that XML 1.0 has no place for (section 2.2): control characters, halves of characters.
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOTHING: Mapping[str, str] = {}

XML = "application/xml; charset=utf-8"


def legal(text: str) -> str:
    """`text` with a mark where there was something that XML has no place for."""
    return ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


def root(name: str, attributes: Mapping[str, str]) -> Element:
    """The outermost element; its namespaces are attributes, and names carry their prefixes as they will be written."""
    return Element(name, dict(attributes))


def add(parent: Element, name: str, text: str = "", attributes: Mapping[str, str] = NOTHING) -> Element:
    """Put an element at the end of `parent`."""
    element = SubElement(parent, name, {key: legal(value) for key, value in attributes.items()})
    element.text = legal(text)
    return element


def document(outermost: Element, *, style: str = "") -> bytes:
    """The file; `style` is the address of a style sheet for whoever opens it in a browser."""
    said = f'<?xml-stylesheet type="text/css" href="{escape(style)}"?>\n' if style else ""
    return f'<?xml version="1.0" encoding="utf-8"?>\n{said}{tostring(outermost, "unicode")}\n'.encode()
