"""Warnings about a text, with their lines: removed or differently displayed content."""

import pytest

from blog.text.rendering import render
from blog.writing import text_warnings

KNOWN = "0123456789abcdef01234567"
GONE = "f" * 24
SITE = "https://blog.example"
FENCE = "```"


def told(text: str) -> list[str]:
    """The lines and warnings about `text` on a site with the image KNOWN."""
    return [f"{each.line} {each.sentence}" for each in text_warnings.find(text, {KNOWN}, SITE)]


ELSEWHERE = "Images from x.example are not shown here"
LINK = "is not shown as a link"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        # pictures
        ("One.\n\n![](https://x.example/a.png)", 3, ELSEWHERE),
        ("![a][b]\n\n[b]: http://x.example/a.png", 1, ELSEWHERE),
        ("![](//x.example/a.png)", 1, ELSEWHERE),
        ("[![](https://x.example/a.png)](/posts/one)", 1, ELSEWHERE),
        ("Words\n![](https://x.example/a.png) and ![](https://x.example/a.png)", 2, ELSEWHERE),
        ('<img\nsrc="https://x.example/a.png">', 1, ELSEWHERE),
        ("One.\n\n<div>\n\n<img src=https://x.example/a.png>\n</div>", 5, ELSEWHERE),
        (f'<img src="/media/{KNOWN}" srcset="https://x.example/a.png 2x">', 1, ELSEWHERE),
        (
            f'<picture>\n<source srcset="https://x.example/a.png">\n<img src="/media/{KNOWN}">\n</picture>',
            2,
            ELSEWHERE,
        ),
        ("| a |\n|---|\n| b |\n| ![](https://x.example/a.png) |", 4, ELSEWHERE),
        ("> - One\n>   ![](https://x.example/a.png)", 2, ELSEWHERE),
        ("A note.^[With\n![](https://x.example/a.png)]", 2, ELSEWHERE),
        ("A note.[^1]\n\n[^1]: With\n    ![](https://x.example/a.png)", 4, ELSEWHERE),
        ("`code\nof two lines` ![](https://x.example/a.png)", 2, ELSEWHERE),
        ("A [link\nof](/two 'lines') ![](https://x.example/a.png)", 2, ELSEWHERE),
        ("# ![](https://x.example/a.png)", 1, ELSEWHERE),
        ("![](data:image/png;base64,AAAA)", 1, "(data:) are not shown"),
        ("![](data:image/svg+xml,AAAA)", 1, "(data:) are not shown"),
        ("<img src='data:image/gif;base64,AAAA'>", 1, "(data:) are not shown"),
        (f"![](/media/{GONE})", 1, f"There is no image “/media/{GONE}” on this site."),
        (f"![]({SITE}/media/{GONE}/480.webp)", 1, "There is no image"),
        ("![](cat.jpg)", 1, "There is no image “cat.jpg” on this site."),
        ("![](file:///home/ada/cat.jpg)", 1, "There is no image"),
        ("![]()", 1, "There is no image “” on this site."),
        # elements
        (
            'One.\n\n<iframe src="https://x.example/"></iframe>',
            3,
            "<iframe> is not allowed in posts and is shown as text.",
        ),
        ("Two\nlines <video src=x></video>", 2, "<video>"),
        ("<audio controls>\n</audio>", 1, "<audio>"),
        ("<object data=x></object>", 1, "<object>"),
        ("<embed src=x>", 1, "<embed>"),
        ("<form action=/x>\n<button>x</button>\n</form>", 1, "<form>"),
        ("<form action=/x>\n<button>x</button>\n</form>", 2, "<button>"),
        ("<div>\n<video></video>\n</div>", 2, "<video>"),
        ("<svg><path d='M0'/></svg>", 1, "<svg>"),
        ("<script>\nalert(1)\n</script>", 1, "<script>"),
        ("<style>p { color: red }</style>", 1, "<style>"),
        ("<lite-youtube videoid=x></lite-youtube>", 1, "<lite-youtube>"),
        ("<IFRAME></IFRAME>", 1, "<iframe>"),
        ("A note.^[With\n<video>]", 2, "<video>"),
        # attributes
        ('<p style="color: red">x</p>', 1, "Removed from <p>: style."),
        ("A\n<span style='x' onclick=y>x</span>", 2, "Removed from <span>: style, onclick."),
        ("<div\n class='hero align-left'>x</div>", 1, 'Removed from <div>: class="hero".'),
        ("<a href=/x target=_blank>x</a>", 1, "Removed from <a>: target."),
        ('<p id="a b">x</p>', 1, "Removed from <p>: id."),
        ("<div>\n<!-- a\ncomment -->\n<p style=x>y</p>\n</div>", 4, "Removed from <p>: style."),
        # links
        ("[x](javascript:alert(1))", 1, LINK),
        ("[x](vbscript:x)\n", 1, LINK),
        ("[x](file:///etc/passwd)", 1, LINK),
        ("[x](data:text/html,x)", 1, LINK),
        ("One\n<javascript:alert(1)>", 2, LINK),
        ("<a href='java&#10;script:x'>x</a>", 1, LINK),
        ("[x][y]\n\n[y]: obsidian://open", 1, LINK),
        ("[x](JAVASCRIPT:x)", 1, "“javascript:”"),
        # footnotes
        (
            "One.[^a]\n\n[^a]: One\n[^a]: Two",
            4,
            "The footnote [^a] is defined twice. This definition is shown as text.",
        ),
        ("One.\nTwo.[^a]", 2, "The footnote [^a] is not defined."),
        ("One.\n\n[^a]: Two", 3, "Nothing refers to the footnote [^a], so it is shown as text."),
        ("- One\n\n  - Two[^a]", 3, "The footnote [^a] is not defined."),
        # labels of links
        ("[a]\n\n[A]: /x\n[a]: /y", 4, "The link label [a] is defined twice. The first definition is used."),
        ("One.\nSee [this][there].", 2, "The link label [there] is not defined."),
        # invisible characters
        ("One\n\nT\x00wo", 3, "Invisible control characters"),
        ("One\nT\u202ewo", 2, "Invisible control characters"),
        # front matter
        ("---\ntitle: One\n---\nTwo", 1, "This is front matter"),
        ('+++\ntitle = "One"\n+++\nTwo', 1, "This is front matter"),
    ],
)
def test_the_author_is_told_with_the_line(text: str, line: int, words: str) -> None:
    assert [each for each in told(text) if each.startswith(f"{line} ") and words in each], told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Words, *more* words, [a link](https://x.example/), <https://x.example/> and https://x.example/.",
        f"![A cat](/media/{KNOWN} 'A caption')",
        f"![]({SITE}/media/{KNOWN}/480.webp) ![](/static/icon.svg)",
        "[mail](mailto:me@x.example) [call](tel:+1) [here](#there) [there](/posts/one)",
        "`<iframe>`, `[^a]`, `![](https://x.example/)`",
        f"{FENCE}html\n<iframe src=x></iframe>\n![](x)\n[^a]\n{FENCE}",
        "    <video>",
        "A vector<int> holds numbers; press <Enter>; your <name> here; a < b and c > d.",
        "\\[^a] and \\![](https\\://x) and \\[a\\]\\[b\\]",
        "An array[i][j] and a [note] in brackets.",
        '<details open><summary>x</summary><p class="align-center" lang="de" dir="ltr" title="x">y</p></details>',
        "- [ ] to do\n- [x] done",
        "One.[^a] Again.[^a] And ^[here].\n\n[^a]: Two[^b]\n\n[^b]: Three",
        "<!-- a comment -->",
        "One\r\n\r\nTwo\r\n",
        "---\n\nA rule first.\n\n---",
        "---\nNote: this is between two rules\n---",
        "",
    ],
)
def test_of_what_shows_as_it_was_typed_nothing_is_told(text: str) -> None:
    assert told(text) == []


def test_what_is_told_is_so() -> None:
    html = render(
        "A[^a]\n\n[^a]: First\n[^a]: Last\n\n[x](javascript:y) <p style=z>w</p> <iframe></iframe>"
    ).html
    assert "<p>[^a]: Last</p>" in html
    assert "javascript:y" not in html.replace("[x](javascript:y)", "")
    assert "style" not in html
    assert "&lt;iframe&gt;" in html


def test_lines_are_those_of_the_form_whatever_ends_them() -> None:
    assert told("One\r\n\r\n![](cat.jpg)\rTwo")[0].startswith("3 ")


def test_so_many_are_told_at_most() -> None:
    assert len(told("![](cat.jpg)\n\n" * 1_000)) == text_warnings.MOST
