"""Which addresses of other sites are accepted, and their form in headers."""

import pytest

from blog.site.footer import is_link
from blog.text.links import as_uri, is_web_address

PAGES = [
    "https://e.example",
    "HTTP://E.example:8080/a/b?c=d&e#f",
    "https://e.example/a@b?c=@d",
    "https://bücher.example/ä",
    "https://straße.example/",
    "https://Ärger.example/",
    "https://例え.テスト/道",
    "https://xn--bcher-kva.example/",
    "http://localhost:8000/x",
    "http://127.0.0.1/",
    "http://[2001:DB8::1]:80/",
    'https://e.example/<x>"y"',
    "https://a_b.example/",
]
OTHERS = [
    "",
    "e.example",
    "ftp://e.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.test",
    # removed by browsers, or treated as a slash
    "https://e.example/\t",
    "ht\ntps://e.example/",
    "\x01https://e.example/",
    " https://e.example/",
    "https://e.example/a b",
    "https://e.example/a\xa0b",
    "https://e.example/a\u200bb",
    "https://e.example/a\u202eb",
    "http://\\evil",
    "http:\\\\evil",
    "https://e.example\\@evil.test/",
    # missing or additional slashes
    "http:evil.test",
    "http:/evil.test",
    "http:///evil.test",
    # a user name, or what looks like a host before it
    "https://e.example@evil.test/",
    "https://a:b@e.example/",
    "https://@e.example/",
    # another host than the visible one
    "http://0x7f.1/",
    "http://2130706433/",
    "http://127.1/",
    "http://017700000001/",
    "http://ev%69l.test/",
    "http://\N{FULLWIDTH LATIN SMALL LETTER E}vil.test/",
    "http://evil。test/",
    "http://ﬁ.test/",
    "http://ev\xadil.test/",
    "http://①.test/",
    # no host
    "http://ex^ample.test/",
    "http://<x>/",
    "http://[::1/",
    "http://1.2.3.400/",
    "http://e.example:0/",
    "http://e.example:99999/",
    "http://e.example:x/",
    "https://e.example/" + "x" * 2_000,
]


@pytest.mark.parametrize("text", PAGES)
def test_the_address_of_a_page_is_taken(text: str) -> None:
    assert is_web_address(text)
    assert is_link(text)


@pytest.mark.parametrize("text", OTHERS)
def test_what_a_browser_reads_otherwise_than_people_is_not_taken(text: str) -> None:
    assert not is_web_address(text)
    assert not is_link(text)


@pytest.mark.parametrize("text", ["/", "/posts/a-post?x=1#part", "/tags/日本語", "/a/../b", "/%09/x"])
def test_a_link_at_the_foot_may_lead_to_a_page_here(text: str) -> None:
    assert is_link(text)
    assert not is_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "//evil.test",
        "/\t/evil.test",
        "/\n/evil.test",
        "/\r/evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\x00/evil",
        " //evil.test",
        "///evil.test",
        "posts/x",
        "mailto:a b@c.example",
        "mailto:a@b\x00.example",
    ],
)
def test_a_path_in_which_a_browser_sees_a_host_is_none(text: str) -> None:
    assert not is_link(text)


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("https://e.example/a?b=c&d=%20#e", "https://e.example/a?b=c&d=%20#e"),
        ('https://e.example/<a>"b"?c=<d>#"e"', "https://e.example/%3Ca%3E%22b%22?c=%3Cd%3E#%22e%22"),
        ("https://bücher.example/ä?ö=ü#ß", "https://xn--bcher-kva.example/%C3%A4?%C3%B6=%C3%BC#%C3%9F"),
        ("https://straße.example/|^`{}", "https://xn--strae-oqa.example/%7C%5E%60%7B%7D"),
        ("/posts/日", "/posts/%E6%97%A5"),
    ],
)
def test_headers_carry_an_address_in_ascii(url: str, uri: str) -> None:
    assert as_uri(url) == uri
