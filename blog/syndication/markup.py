"""Write XML that is well-formed for any text."""

import re
from collections.abc import Mapping
from html import escape
from xml.etree.ElementTree import Element, SubElement, tostring

XHTML = "http://www.w3.org/1999/xhtml"

# Characters not allowed in XML 1.0 (section 2.2): control characters and surrogates.
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOTHING: Mapping[str, str] = {}

XML = "application/xml; charset=utf-8"


def legal(text: str) -> str:
    """`text` with a replacement for characters not allowed in XML."""
    return ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


def root(name: str, attributes: Mapping[str, str]) -> Element:
    """The root element. Namespaces are attributes, and names include their prefix."""
    return Element(name, dict(attributes))


def add(parent: Element, name: str, text: str = "", attributes: Mapping[str, str] = NOTHING) -> Element:
    """Append an element to `parent`."""
    element = SubElement(parent, name, {key: legal(value) for key, value in attributes.items()})
    element.text = legal(text)
    return element


def document(outermost: Element, *, style: str = "") -> bytes:
    """The XML file. `style` is the address of the style sheet for browsers."""
    said = f'<?xml-stylesheet type="text/css" href="{escape(style)}"?>\n' if style else ""
    return f'<?xml version="1.0" encoding="utf-8"?>\n{said}{tostring(outermost, "unicode")}\n'.encode()
