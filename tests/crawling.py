"""Find all addresses in a response, in any format, and crawl them."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urldefrag, urljoin
from xml.etree import ElementTree

import html5lib
from flask.testing import FlaskClient
from werkzeug import Response

HOST = "http://localhost"
ATTRIBUTES = frozenset({"href", "src", "cite", "action", "formaction", "poster", "content", "xmlns"})
WHOLE = re.compile(rf"{HOST}[^\s\"'<>)\]\\]*")
IN_MARKDOWN = re.compile(r"\]\(<?(/[^)>\s]*)")


class Named(NamedTuple):
    """An address in a response."""

    url: str
    method: str = "GET"


def named_in(answer: Response, url: str) -> Iterator[Named]:
    """All absolute addresses of this host in the body and headers of `answer`."""
    if answer.location:
        yield Named(urljoin(url, answer.location))
    for link in answer.headers.getlist("Link"):
        yield from (Named(urljoin(url, each)) for each in re.findall(r"<([^>]*)>", link))
    kind, text = answer.mimetype or "", answer.get_data().decode(errors="replace")
    if kind == "text/html":
        yield from in_html(text, url)
    elif kind in {"application/xml", "text/xml"}:
        yield from in_xml(answer.data, url)
    elif kind.endswith("json"):
        yield from in_json(json.loads(text), url)
    elif kind in {"text/markdown", "text/plain"}:
        for address in (
            *IN_MARKDOWN.findall(text),
            *re.findall(r"^Disallow: (.*)", text, re.MULTILINE),
        ):
            yield Named(urljoin(url, address), "any")
    elif kind == "text/css":
        yield from (Named(urljoin(url, each)) for each in re.findall(r"url\(([^)]*)\)", text))
    if kind.startswith("text/") or kind.endswith(("json", "xml")):
        yield from (Named(unescape(each), "any") for each in WHOLE.findall(text))


def in_html(html: str, url: str) -> Iterator[Named]:
    for element in html5lib.parse(html, namespaceHTMLElements=False).iter():
        posted = element.get("method", "get").lower() == "post"
        for name, value in element.attrib.items():
            is_address = name in ATTRIBUTES and (name != "content" or value.startswith(("/", HOST)))
            is_called = name.startswith(("hx-", "data-")) and value.startswith(("/", HOST))
            if name in {"srcset", "imagesrcset"}:
                yield from (Named(urljoin(url, each.split()[0])) for each in value.split(","))
            elif is_address or is_called:
                method = "GET"
                if name in {"hx-post", "formaction"} or (name == "action" and posted):
                    method = "POST"
                elif name.startswith("data-"):
                    method = "any"
                yield Named(urljoin(url, value), method)
        if element.tag == "script" and element.get("type") == "application/ld+json":
            yield from in_json(json.loads(element.text or ""), url)


def in_xml(xml: bytes, url: str) -> Iterator[Named]:
    for style in re.findall(rb'<\?xml-stylesheet [^>]*href="([^"]*)"', xml):
        yield Named(urljoin(url, style.decode()))
    for node in ElementTree.fromstring(xml).iter():
        for text in (node.text or "", *node.attrib.values()):
            if "<" in text:
                yield from in_html(text, url)
            elif text.startswith(("/", HOST)):
                yield Named(urljoin(url, text))


def in_json(value: Any, url: str) -> Iterator[Named]:
    if isinstance(value, dict):
        for each in value.values():
            yield from in_json(each, url)
    elif isinstance(value, list):
        for each in value:
            yield from in_json(each, url)
    elif isinstance(value, str) and "<" in value:
        yield from in_html(value, url)
    elif isinstance(value, str) and value.startswith(("/", HOST)):
        yield Named(urljoin(url, value))


class Seen(NamedTuple):
    asked: dict[str, int]
    """The status of each requested address."""
    named: dict[Named, str]
    """Each address, and where it was found first."""


def crawl(client: FlaskClient, *starts: str, leave: str = "") -> Seen:
    """Request `starts` (paths from the root of the host) and all addresses on this host in the responses.

    Addresses that match `leave` are not requested.
    """
    seen = Seen({}, {})
    waiting = [f"{HOST}{path}" for path in starts]
    while waiting:
        url = urldefrag(waiting.pop()).url
        if url in seen.asked or (leave and re.search(leave, url)):
            continue
        # Without SCRIPT_NAME, which Flask's client would otherwise add.
        with client.open(url.removeprefix(HOST), base_url=HOST) as answer:
            seen.asked[url] = answer.status_code
            for each in named_in(answer, url):
                if each.url.startswith(HOST):
                    seen.named.setdefault(each, url)
                    if each.method == "GET":
                        waiting.append(each.url)
    return seen
