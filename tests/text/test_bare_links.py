"""Where bare links in a text begin and end."""

# ruff: noqa: RUF001 -- marks that look like others are what this is about

import re

import pytest

from blog.text.rendering import render


def links(markdown: str) -> list[tuple[str, str]]:
    """The address and text of each link."""
    return re.findall('<a href="([^"]*)"[^>]*>(.*?)</a>', render(markdown).html)


PAGE = "https://example.com/page"


@pytest.mark.parametrize(
    "around",
    [
        "(See {}.)", "“{}.”", "„{}“", "»{}«", "«{}»", "‘{}’", "‹{}›", "「{}」", "『{}。』", "\uff08{}\uff09",
        "【{}】", "{}。次", "{}、次", "\u898b\u3066{}\uff01", "{}\uff1f", "~~{}~~", "~{}~", "**{}**", "*{}*",
        "_{}_", "***{}***", "{}.", "{}...", "{}…", "{}!", "{}?", "{},", "{};", "{}:", "\"{}\"", "'{}'",
        "{}.)", "({})", "[{}]", "[see {}.]", "{}—and", "{} – and", "{}’s", "{}।", "{}؟", "{}،", "{}&copy;",
        "{}&nope;", "<b>{}</b>", "`x`{}`y`", "| {} |\n|---|", "# {}.", "> {}.", "- {}.", "<{}>",
        "\uff1c{}\uff1e", "{}”.", "{}.*", "<T>{}</T>", "{}<br>next", "{}&lt;",
    ],
)  # fmt: skip
def test_a_link_ends_where_the_sentence_around_it_goes_on(around: str) -> None:
    assert links(around.format(PAGE)) == [(PAGE, PAGE)]


@pytest.mark.parametrize(
    "address", [PAGE, "https://example.com", "https://example.com:8080", "https://example.com/?a=b"]
)
@pytest.mark.parametrize(
    "around",
    [
        *("（{}）次", "{}，次", "「{}」次", "『{}』次", "【{}】は", "〖{}〗次", "［{}］次", "｛{}｝次"),
        *("《{}》次", "〝{}〟次", "{}！次", "{}？次", "{}：次", "{}；次", "{}。次", "{}、次"),
        *("{}…次", "{}‥次", "{}　次", "{}（中文）", "‘{}’次", "＂{}＂次", "{}／次", "{}※次"),
        *("{}→次", "⟨{}⟩", "{}،ثم", "{}।अब", "{}။", "{}։", "{}።ከ", "{}†"),
        *("{}🎉", "{}\u200b", "\u2068{}\u2069.", "{}&nbsp;x", "{}&#39;", "{}&mdash;x", "{}&#x3002;x", "{}\\."),
        *("{}[^1]", "{}~"),
    ],
)  # fmt: skip
def test_a_link_ends_at_a_mark_of_any_script_without_a_space(around: str, address: str) -> None:
    assert links(around.format(address)) == [(address, address)]
    if "//example.com" in address:
        name = address.replace("https://", "www.")
        assert links(around.replace("次", "").format(name)) == [(f"http://{name}", name)]


@pytest.mark.parametrize(
    "host", ["https://example.com", "https://example.com:8080", "www.example.com", "https://a.b.museum"]
)
@pytest.mark.parametrize("behind", ["が好き", "です。", "的", "에서", "で"])
def test_a_name_in_latin_letters_ends_where_another_script_begins(host: str, behind: str) -> None:
    assert [said for _, said in links(f"{host}{behind}")] == [host]


@pytest.mark.parametrize(
    "address",
    [
        "http://日本語.jp/あ",
        "http://例え.テスト",
        "http://www.日本語.jp",
        "http://abc日本.jp/x",
        "http://пример.рф",
        "http://मिसाल.भारत",
    ],
)
def test_a_name_in_another_script_is_whole(address: str) -> None:
    assert [said for _, said in links(f"({address}).")] == [address]


def test_the_mark_of_a_footnote_behind_a_link_leads_to_the_footnote() -> None:
    assert [leads for leads, _ in links(f"{PAGE}[^1]\n\n[^1]: Note.")] == [PAGE, "#text-fn1", "#text-fnref1"]


@pytest.mark.parametrize(
    "written", ["<std::string>", "<key:value>", "<localhost:5001/x>", "<user:password>", "<v-on:click>"]
)
def test_what_stands_between_angle_brackets_and_leads_nowhere_is_text(written: str) -> None:
    made = render(f"A {written} b")
    assert links(f"A {written} b") == []
    assert made.text == f"A {written} b"


@pytest.mark.parametrize(
    "address",
    [
        "http://[::1]:8143/x", "http://[2001:db8::1]/", "http://[::1]", "http://my_host.example.com/x",
        "https://fr.wikipedia.org/wiki/L’Équipe", "https://ja.wikipedia.org/wiki/日本語", "https://emojipedia.org/😀",
        "https://ja.wikipedia.org/wiki/アルベルト・アインシュタイン", "https://fa.wikipedia.org/wiki/می\u200cنویسم",
        "https://en.wikipedia.org/wiki/Set_(mathematics)", "https://example.com/a_(b)_c", "https://example.com/a.b/c.html",
        "https://example.com/?q=a,b;c", "https://github.com/a/b/compare/v1...v2", "https://example.com/~user/",
        "https://example.com/a*b*c", "https://example.com/a_b_c", "https://example.com/@user", "http://localhost:8000/x",
        "https://example.com/#a:b", "ftp://example.com/x", "https://example.com/a–b", "HTTPS://EXAMPLE.COM/A",
    ],
)  # fmt: skip
def test_what_belongs_to_an_address_stays_in_it(address: str) -> None:
    for text in (address, f"At {address}, now.", f"(At {address}).", f"**{address}**"):
        assert [said for _, said in links(text)] == [address]


def test_a_reference_within_an_address_is_read_as_everywhere() -> None:
    assert links("https://example.com/?a=1&amp;b=2") == [
        ("https://example.com/?a=1&amp;b=2", "https://example.com/?a=1&amp;b=2")
    ]


@pytest.mark.parametrize(
    "address",
    ["me@example.dev", "a.b+c-d_e@mail.example.photography", "ich@münchen.de", "o'brien@example.dev"],
)
@pytest.mark.parametrize(
    "around", ["{}", "Write to {}.", "({})", "“{}”", "{}, or call", "書いて{}まで", "*{}*", "~~{}~~"]
)
def test_an_email_address_becomes_a_link(address: str, around: str) -> None:
    [(leads_to, said)] = links(around.format(address))
    assert said == address
    assert leads_to == "mailto:" + address.replace("münchen", "xn--mnchen-3ya")


@pytest.mark.parametrize("text", ["www.example.dev", "www.example.photography/a", "www.example.com"])
def test_a_name_that_begins_with_www_is_a_link_under_any_top_level(text: str) -> None:
    assert links(f"({text}.)") == [(f"http://{text}", text)]


@pytest.mark.parametrize(
    "text",
    [
        "README.md", "app.py", "a.b", "user@localhost", "@name@social.example", "git@github.com:a/b.git", "a@b@c.de",
        "me@example.dev_", "me@example-", "x@-", "e.g.this", "10:30", "a://", "https://", "http:// x", "file.name.ext",
    ],
)  # fmt: skip
def test_what_is_no_address_stays_text(text: str) -> None:
    assert links(f"See {text} here") == []
