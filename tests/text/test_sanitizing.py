"""The HTML allow-list of posts, compared with a copy here, so that it does not grow unnoticed."""

import re

import pytest

from blog.text.rendering import render
from blog.text.sanitizing import ATTRIBUTES, CLEANER, TAGS


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())


EVERYWHERE = {"class", "dir", "id", "lang", "title"}
PLACED = {"align", "char", "charoff"}
CELL = PLACED | {"colspan", "headers", "rowspan"}
ALLOWED: dict[str, set[str]] = {
    "a": {"aria-label", "href", "hreflang"},
    "bdo": {"dir"},
    "blockquote": {"cite"},
    "col": PLACED | {"span"},
    "colgroup": PLACED | {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "hr": {"align", "size", "width"},
    "img": {
        *("alt", "decoding", "fetchpriority", "height", "loading", "sizes", "src", "srcset", "width"),
    },
    "input": {"checked"},
    "ins": {"cite", "datetime"},
    "ol": {"reversed", "start"},
    "q": {"cite"},
    "source": {"media", "sizes", "srcset", "type"},
    "table": PLACED | {"summary"},
    "tbody": PLACED,
    "td": CELL,
    "tfoot": PLACED,
    "th": CELL | {"scope"},
    "thead": PLACED,
    "tr": PLACED,
}
ELEMENTS = names(
    """
    a abbr acronym area article aside b bdi bdo blockquote br caption center cite code col colgroup data
    dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img
    input ins kbd label li map mark nav ol p picture pre q rp rt rtc ruby s samp section small source
    span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr
    """
)
# Set by the sanitiser in any case.
ADDED = {"a": {"rel"}, "input": {"disabled", "type"}, "pre": {"tabindex"}, "table": {"tabindex"}}
OTHERS = names(
    """
    accept accesskey action allow aria-hidden aria-labelledby as async autofocus autoplay background
    bgcolor contenteditable controls coords crossorigin data data-x disabled download draggable enctype
    for form formaction formmethod formtarget frameborder headers hidden hx-get hx-on http-equiv inert
    integrity is itemprop ismap itemscope longdesc method name nonce onclick onerror onload onmouseover
    part ping popover popovertarget poster referrerpolicy rel role sandbox shape slot spellcheck srcdoc
    srclang style tabindex target translate type usemap value xlink:href xmlns
    """
)
NAMES = OTHERS | EVERYWHERE | set().union(*ALLOWED.values()) | set().union(*ATTRIBUTES.values())
# The parent element, because HTML allows these elements only inside others.
AROUND = {
    **dict.fromkeys(("caption", "colgroup", "tbody", "tfoot", "thead"), "<table>{}</table>"),
    "col": "<table><colgroup>{}</colgroup></table>",
    "tr": "<table><tbody>{}</tbody></table>",
    **dict.fromkeys(("td", "th"), "<table><tbody><tr>{}</tr></tbody></table>"),
}
KNOWN_VALUES = {"class": "highlight", "href": "/x", "src": "/x", "cite": "/x"}


def test_the_elements_of_a_post_are_those_that_are_listed_here() -> None:
    assert set(TAGS) == ELEMENTS


@pytest.mark.parametrize("element", sorted(ELEMENTS))
def test_an_element_keeps_the_attributes_that_are_listed_here_and_no_other(element: str) -> None:
    kept = set()
    for name in NAMES:
        written = f'<{element} {name}="{KNOWN_VALUES.get(name, "x")}">'
        cleaned = CLEANER.clean(AROUND.get(element, "{}").format(written))
        start = re.search(rf"<{element}((?:\s[^<>]*)?)>", cleaned)
        assert start, cleaned
        kept |= {found for found in re.findall(r"([\w:-]+)=", start[1]) if found == name}
    assert kept == EVERYWHERE | ALLOWED.get(element, set()) | ADDED.get(element, set())


def test_no_address_of_a_link_is_asked_for_and_no_window_opened() -> None:
    html = render('<a href="/x" target="_blank" ping="https://example.org/" download>text</a>').html
    assert html == '<p><a href="/x" rel="noopener">text</a></p>\n'
