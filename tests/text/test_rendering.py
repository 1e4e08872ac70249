"""Markdown to safe HTML and plain text."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.token import STANDARD_TYPES

from blog.text import rendering, sanitizing
from blog.text.rendering import render
from blog.text.summaries import excerpt_of, html_after_title, title_of

TEMPLATES = Path(__file__).parents[2] / "templates"


def html(markdown: str) -> str:
    return render(markdown).html


# --- what a post may not do


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<style>body { display: none }</style>",
        "<iframe src='https://example.org'></iframe>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>",
        "<object data='x.swf'></object><embed src='x.swf'>",
        "<form action='https://example.org'><button>Sign in</button></form>",
        "<base href='https://example.org'><meta http-equiv=refresh content='0;url=//x'><link rel=stylesheet href=x>",
        "<p style='position: fixed' onclick='alert(1)' hx-get='/author/' data-on='x' is='x'>Text</p>",
        "<img src=x onerror=alert(1)>",
        "[text](javascript:alert(1)) [text](JaVaScRiPt:alert(1)) [text](vbscript:x)",
        "<a href='&#106;avascript:alert(1)'>text</a> <a href=' java\nscript:alert(1)'>text</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>text</a> ![x](data:image/svg+xml;base64,AAAA)",
        "<img src='data:image/png;base64,AAAA'>",
        "<https://example.org/\" onmouseover=\"alert(1)>",
        "```\"><script>alert(1)</script>\nx\n```",
        "<div><!-- --!><script>alert(1)</script> --></div>",
    ],
)  # fmt: skip
def test_nothing_that_runs_loads_or_covers_the_page_comes_through(markdown: str) -> None:
    made = html(markdown)
    elements = re.findall(r"<([a-z0-9]+)((?:\s[^<>]*)?)>", made)
    assert not {name for name, _ in elements} - sanitizing.TAGS
    for _, attributes in elements:
        assert not re.search(r"\s(on\w+|style|hx-\w+|data-\w+|is|srcdoc|formaction)=", attributes)
        assert not re.search(r"""(href|src)=["'\s]*(javascript|vbscript|data):""", attributes, re.IGNORECASE)


def test_the_box_of_a_task_can_neither_be_ticked_nor_do_anything_else() -> None:
    made = html("<p><input type=checkbox name=p value=x autofocus checked></p>")
    attributes = re.fullmatch("<p><input (.*)></p>", made)
    assert attributes is not None
    assert sorted(attributes[1].split()) == ['checked=""', 'disabled=""', 'type="checkbox"']


@pytest.mark.parametrize("written", ["<input type=password name=p>", "<input>", "<input type=image src=x>"])
def test_another_input_is_text(written: str) -> None:
    assert html(f"<p>{written}</p>") == f"<p>&lt;{written[1:-1]}&gt;</p>"


def test_a_class_of_the_page_is_not_to_be_had() -> None:
    made = html(
        '<div class="card h-entry chip highlight page-title">x</div><p class="visually-hidden k">y</p>'
    )
    assert re.findall('class="([^"]*)"', made) == ["highlight", "k"]


def test_no_id_in_a_text_is_one_that_the_page_uses() -> None:
    used = set(re.findall(r' id="([^"{]+)', "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))))
    assert {"posts", "listing", "status", "content", "post-", "tag-"} <= used
    markdown = "\n\n".join(f'## {name}\n\n<p id="{name}">x</p>' for name in sorted(used))
    ids = re.findall(' id="([^"]+)"', html(markdown))
    assert len(ids) >= 2 * len(used) - 2
    assert not [each for each in ids if each.startswith(tuple(used))]


def test_an_id_is_one_word_or_none() -> None:
    assert html('<p id="">x</p><p id="a b">x</p>') == "<p>x</p><p>x</p>"
    assert html("## 🎉") == "<h2>🎉</h2>\n"


# --- what Markdown can do


def test_links_into_a_text_lead_to_its_headings_and_footnotes() -> None:
    made = html("## A *fine* day\n\n## A fine day\n\n[up](#a-fine-day) and a note.[^1]\n\n[^1]: Here.")
    targets = re.findall('href="#([^"]+)"', made)
    assert len(targets) == 3
    for target in targets:
        assert made.count(f' id="{target}"') == 1
    assert len(re.findall(' id="([^"]+)"', made)) == len(set(re.findall(' id="([^"]+)"', made)))


def test_a_table_says_its_alignment_by_classes() -> None:
    made = html("| a | b | c | d |\n|:--|:-:|--:|---|\n| 1 | 2 | 3 | 4 |")
    assert re.findall("<td(.*?)>", made) == [
        ' class="align-left"', ' class="align-center"', ' class="align-right"', "",
    ]  # fmt: skip
    assert "style" not in made


def test_a_task_list_has_boxes_with_a_label_each_that_nobody_can_tick() -> None:
    made = html("- [x] done\n- [ ] **to** do")
    assert re.sub(' (class|disabled|type)="[^"]*"', "", made) == (
        '<ul>\n<li><label><input checked="checked"> done</label></li>\n'
        "<li><label><input> <strong>to</strong> do</label></li>\n</ul>\n"
    )
    assert made.count('disabled=""') == made.count('type="checkbox"') == 2


def test_strikethrough_keys_quotes_and_rules() -> None:
    assert html("~~no~~ <kbd>Esc</kbd>") == "<p><s>no</s> <kbd>Esc</kbd></p>\n"
    assert html("> a\n>\n> > b\n\n---") == (
        "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>\n<hr>\n"
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://en.wikipedia.org/wiki/Scroll_(art)_x", "https://en.wikipedia.org/wiki/Scroll_(art)_x"),
        ("http://example.org/%C3%A4?a=1&b=2#c", "http://example.org/%C3%A4?a=1&amp;b=2#c"),
        ("www.example.de", "http://www.example.de"),
        ("jo@example.org", "mailto:jo@example.org"),
    ],
)
def test_a_bare_link_becomes_a_link_and_stands_as_it_was_typed(text: str, address: str) -> None:
    made = render(f"See {text}, then go on.")
    assert f'<a href="{address}" rel="noopener">' in made.html
    assert made.text == f"See {text}, then go on."


@pytest.mark.parametrize(
    "text", ["README.md", "app.py", "deploy.sh", "example.com", "//example.com", "3.5", "e.g."]
)
def test_a_word_that_may_be_a_file_is_no_link(text: str) -> None:
    assert html(f"See {text} first.") == f"<p>See {text} first.</p>\n"


def test_code_is_coloured_by_classes_that_all_come_through() -> None:
    made = html("```python\n\ndef f(x):\n    return '<b>'  # why\n```")
    assert made.startswith('<pre class="highlight" tabindex="0"><code>\n<span class="k">def</span>')
    assert "&lt;b&gt;" in made
    for each in set(STANDARD_TYPES.values()) - {""}:
        assert html(f'<span class="{each}">x</span>') == f'<p><span class="{each}">x</span></p>\n'


def test_code_in_an_unknown_language_is_escaped() -> None:
    assert html("```klingon\n<b>&\n```") == '<pre tabindex="0"><code>&lt;b&gt;&amp;\n</code></pre>\n'


def test_what_may_be_too_wide_for_a_screen_can_be_pushed_along_by_keyboard() -> None:
    assert '<table tabindex="0">' in html("|a|\n|-|\n|b|")
    assert html('<pre tabindex="9">x</pre>').startswith('<pre tabindex="0">x')


@pytest.mark.parametrize(
    "unreadable", ["\0", "\x01", "\x08", "\x1b", "\x7f", "\x9b", "\u202e", "\u202d", "\ufffe", "\ud800"]
)
def test_characters_that_nobody_can_read_do_not_reach_a_page(unreadable: str) -> None:
    assert sanitizing.tidy(f"a{unreadable}b") == "ab"
    if not "\ud800" <= unreadable <= "\udfff":
        assert unreadable not in html(f"<p>a&#{ord(unreadable)};b</p> &#{ord(unreadable)};")


def test_every_kind_of_line_end_is_a_line_feed_and_tabs_stay() -> None:
    assert sanitizing.tidy("a\r\nb\rc\vd\fe\x85f\tg\nh") == "a\nb\nc\nd\ne\nf\tg\nh"


def test_marks_that_right_to_left_text_needs_stay() -> None:
    assert sanitizing.tidy("\u200f\u2067\u05d0\u2069") == "\u200f\u2067\u05d0\u2069"


@pytest.mark.long
def test_a_megabyte_of_markdown_is_rendered_in_time_that_grows_with_it() -> None:
    paragraph = (
        "Some *words* with a [link](https://example.org) and `code`, and once more in **bold**. " * 8 + "\n\n"
    )

    def seconds(size: int) -> float:
        text = paragraph * (size // len(paragraph))
        begun = time.process_time()
        made = render(text)
        excerpt_of(made.prose)
        html_after_title(title_of(made.prose), made.html)
        return time.process_time() - begun

    small = seconds(100_000)
    assert (
        seconds(1_000_000) < 40 * small
    )  # Ten times the text. Quadratic time would be a hundred times as long.


# --- what is told from a text


def test_the_words_of_a_text_are_those_of_its_paragraphs_a_line_each() -> None:
    made = render(
        "# Head\n\nOne\ntwo [three](/x).[^1]\n\n"
        "- a\n- b\n\n| c | d |\n|--|--|\n| e | f |\n\n`<g>` &amp;amp; &nbsp;h  \ni\n\n"
        "<div>j</div><div>k<br>l</div>\n\n[^1]: Found, and not counted."
    )
    body = "Head\nOne two three.\na\nb\nc\nd\ne\nf\n<g> &amp; h i\nj\nk l"
    assert made.text == f"{body}\nFound, and not counted."
    assert made.words == len(body.split())


def test_headings_code_and_tables_do_not_run_into_a_proposed_excerpt_or_title() -> None:
    made = render(
        "# Head\n\n```python\nx = 1\n```\n\n| a |\n|--|\n| b |\n\nThe text. It goes on.\n\n## Foot\n\nEnd."
    )
    assert excerpt_of(made.prose) == "The text. It goes on. End."
    assert title_of(made.prose) == "The text"
    assert render("# Only a head").prose == "Only a head"


CHARACTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
MARKS = st.sampled_from(
    [
        *("http://a.b/c_d*e", "www.x_y.de/a&b", "a_b@x.de", "https://a.de/A_(b)", "!www.a.de/_"),
        *("^https://a.de/~x", "http://a.de/%C3%A4&amp;x", "![", "[^1]", "&amp;", "<b>", "<!--"),
        *("1. ", "- ", "#", "`", "|", "***", "\\"),
    ]
)


@given(st.lists(CHARACTERS | MARKS, max_size=8).map("".join))
@settings(max_examples=300, deadline=None)
def test_plain_text_put_into_markdown_comes_out_letter_by_letter(text: str) -> None:
    text = " ".join(sanitizing.tidy(text).split())
    assert render(rendering.markdown_of(text)).text == text


def test_a_bare_link_in_plain_text_becomes_a_link() -> None:
    made = html(rendering.markdown_of("At https://a.de/b_c and www.a.de/*x*y, or https://a.de."))
    assert re.findall('href="([^"]+)"', made) == ["https://a.de/b_c", "http://www.a.de/*x*y", "https://a.de"]
    assert rendering.markdown_of("At https://a.de/b now") == "At https://a.de/b now"


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "![" * 50_000, "^[" * 50_000, "[^a]\n\n[^a]: A note\n\n" + "[^" * 50_000]
)
def test_brackets_that_nothing_closes_come_out_as_they_were_typed(text: str) -> None:
    """They take linear time; searching for the end of each would take minutes."""
    assert text.rsplit("\n", 1)[-1] in render(text).text
