"""Raw HTML in a text: allowed tags are kept, everything else is shown as text."""

import re
import time
from html import unescape

import html5lib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blog.text.html_blocks import ShownAsText
from blog.text.nesting import DEEPEST
from blog.text.rendering import render


def html(markdown: str) -> str:
    return render(markdown).html


def words(markdown: str) -> str:
    """The visible text in a browser, as one line."""
    tree = html5lib.parseFragment(html(markdown), namespaceHTMLElements=False)
    return " ".join("".join(tree.itertext()).split())


# --- a tag's name in prose

NO_ELEMENTS = [
    *("<script>", "<style>", "<title>", "<textarea>", "<iframe>", "<xmp>", "<plaintext>", "<noscript>"),
    *("<template>", "<svg>", "<math>", "<select>", "<option>", "<noembed>", "<noframes>", "<frameset>", "<head>"),
    *("<body>", "<html>", "<form>", "<button>", "<object>", "<embed>", "<video controls>", "<base href='/'>"),
    *("<T>", "<int>", "<name>", "<Enter>", "<string, List<T>>", "</name>", "</script>", "</p>", "</div>", "</br/>"),
    *("<!DOCTYPE html>", "<?php echo 1 ?>", "<![CDATA[x]]>", "<!ELEMENT br EMPTY>", "<my-element a='b'>"),
    *("<!-- unclosed", "<?php", "<![CDATA[", "<!DOCTYPE", "<script", "<style type='a", "<a href='", "</", "<"),
    *("<b>", "<U>", "<Del>", "<details>", "<summary>", "<table>", "<td>", "<li>", "<div>", "<a href='/x'>", "<pre>"),
    *("<T>x</T>", "<script>a</script>", "<style>a</style>", "<title>a</title>", "<xmp>a</xmp>"),
    *("<textarea>a</textarea>", "<video></video>"),
    *("<svg><text>a</text></svg>", "<math><mi>x</mi></math>", "<select><option>a</option></select>", "<x-y>a</x-y>"),
    *("<iframe src='/x'></iframe>", "<noscript>a</noscript>", "<template>a</template>", "<td>x</td>"),
    *("<img>", "<input>", "<source srcset='/x'>", "<col>", "<b/>", "<ul><li>", "<h1 class='x'>", "<span title='<b>'>"),
    *("<area>", "<std::string>", "<key:value>"),
]  # fmt: skip


@pytest.mark.parametrize("written", NO_ELEMENTS)
@pytest.mark.parametrize(
    "text",
    [
        "Put a {} tag in the head of the page.\n\nThe *next* paragraph.",
        "{} begins the text.\n\nThe *next* paragraph.",
        "A line.\n{}\nThe *next* paragraph.",
        "- A point with {}\n- Another *next* one",
        "> Quoted {} and so on\n\nThe *next* paragraph.",
        "## A heading with {}\n\nThe *next* paragraph.",
        "| a | {} |\n|---|---|\n| b | The *next* cell |",
        "<div>A block of HTML with {} in it</div>\n\nThe *next* paragraph.",
        "Text.[^1]\n\n[^1]: A note with {} in it.\n\nThe *next* paragraph.",
    ],
    ids=["sentence", "beginning", "line", "list", "quote", "heading", "table", "block", "note"],
)
def test_a_tag_in_prose_is_shown_as_it_was_typed_and_the_rest_is_not_lost(written: str, text: str) -> None:
    if written.endswith("'") and "<div>" in text:  # its attribute would continue to the next quote
        return
    shown = words(text.format(written))
    assert " ".join(written.split()) in shown
    assert "<em>next</em>" in html(text.format(written))


def test_a_script_in_a_text_is_shown_with_its_lines() -> None:
    code = "<script>\nif (a < b && c*d*e) {\n\n  run();\n}\n</script>\n"
    assert html(code + "\nThen.") == (
        '<pre tabindex="0"><code>' + code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        + "</code></pre>\n<p>Then.</p>\n"
    )  # fmt: skip


def test_two_paragraphs_about_an_element_are_not_its_code() -> None:
    made = html("<script> opens it.\n\nSome *words*.\n\nAnd </script> closes it.")
    assert made == (
        "<p>&lt;script&gt; opens it.</p>\n<p>Some <em>words</em>.</p>\n<p>And &lt;/script&gt; closes it.</p>\n"
    )


def test_a_line_that_begins_with_the_name_of_the_paragraph_element_is_about_it() -> None:
    assert html("<p> begins a *paragraph*.") == "<p>&lt;p&gt; begins a <em>paragraph</em>.</p>\n"
    assert html("<p>: a *paragraph*") == "<p>&lt;p&gt;: a <em>paragraph</em></p>\n"
    assert html("<p> One</p>") == "<p> One</p>"


def test_markdown_between_tags_that_are_text_is_still_markdown() -> None:
    assert html("<T> is *any* type") == "<p>&lt;T&gt; is <em>any</em> type</p>\n"
    assert html("`<T>` and \\<T>") == "<p><code>&lt;T&gt;</code> and &lt;T&gt;</p>\n"


# --- what is an element


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("press <kbd>Enter</kbd>", "<p>press <kbd>Enter</kbd></p>\n"),
        ("<B>bold</B>", "<p><b>bold</b></p>\n"),
        ("a<br>b<br/>c</br>d", "<p>a<br>b<br>c<br>d</p>\n"),
        ("<b>one <i>two</b> three</i>", "<p><b>one <i>two</i></b><i> three</i></p>\n"),
        ("<ul><li>one<li>two</ul>", "<ul><li>one</li><li>two</li></ul>"),
        ("<p>One<p>Two", "<p>One</p><p>Two</p>"),
        ("<div>\n\n*Text*\n\n</div>", "<div>\n<p><em>Text</em></p>\n</div>"),
        ("<details><summary>More</summary>\n\nText</details>\n\nEnd",
         "<details><summary>More</summary>\n<p>Text</p></details><p></p>\n<p>End</p>\n"),
        ('a <a id="place"/> b', '<p>a <a id="text-place" rel="noopener"></a> b</p>\n'),
        ("a <!-- for me --> b <!--> c", "<p>a  b  c</p>\n"),
        ("<!-- one\n\ntwo -->\n\nText", "<p>Text</p>\n"),
        ("<div>a <!-- b --> c</div>", "<div>a  c</div>"),
        ("<table><tr><td>1<td>2<tfoot><tr><td>3</table>",
         '<table tabindex="0"><tbody><tr><td>1</td><td>2</td></tr></tbody><tfoot><tr><td>3</td></tr></tfoot></table>'),
        ("<pre><b>x</b> <T>\n\ny</pre>", '<pre tabindex="0"><b>x</b> &lt;T&gt;\n\ny</pre>'),
    ],
)  # fmt: skip
def test_an_allowed_element_stays_one(written: str, made: str) -> None:
    assert html(written).strip("\n") == made.strip("\n")


def test_the_words_of_a_pictures_alternative_text_stay_in_code_and_tags() -> None:
    made = html("![The `foo` *option* of a vector<int>, **<b>bold</b>**](/x.png)")
    assert 'alt="The foo option of a vector&lt;int&gt;, bold"' in made


def test_what_became_text_is_told_with_its_line() -> None:
    text = "A <T>\nand <b>this</b> <U>.\n\n<div>\n<script>\n</div>\n\n<style>\nb {}\n</style>\n"
    assert render(text).shown_as_text == [
        ShownAsText(7, "<style>\nb {}\n</style>\n"),
        ShownAsText(0, "<T>"),
        ShownAsText(1, "<U>"),
        ShownAsText(4, "<script>"),
    ]


# --- deep and hostile texts


@pytest.mark.parametrize(
    "text",
    [
        "> " * 10_000 + "deep *text*",
        "- " * 10_000 + "deep *text*",
        "> - " * 5_000 + "deep *text*",
        "1. " * 10_000 + "deep *text*",
        "\n".join("  " * level + f"- level{level}" for level in range(300)) + " deep *text*",
        "\n".join("> " * level + f"level{level}\n" + "> " * level for level in range(300)) + " deep *text*",
        "[^a]: " * 10_000 + "deep *text*",
        "**a " * 10_000 + "deep *text*" + " b**" * 10_000,
        "<div>" * 20_000 + "deep *text*",
        "<div>\n\n" * 10_000 + "deep *text*\n\n" + "</div>\n\n" * 10_000,
        "x " + "<b><i>" * 10_000 + "deep *text*" + "</b></i>" * 10_000,
        "![" * 10_000 + "deep" + "](x)" * 10_000 + " deep *text*",
        "^[" * 10_000 + "deep *text*" + "]" * 10_000,
        "<!--\n\n" * 10_000 + "deep *text*",
        "<script> x\n\n" * 10_000 + "deep *text*\n\n</script>",
        "<http://" * 10_000 + "deep *text*",
    ],
    ids=[
        *("quotes", "lists", "both", "numbers", "indented", "growing", "notes", "strong", "unclosed", "divs"),
        *("tags", "pictures", "inline notes", "comments", "scripts", "addresses"),
    ],
)
def test_text_at_any_depth_is_rendered_and_nothing_is_nested_beyond_the_bound(text: str) -> None:
    shown = html(text)
    assert "deep" in shown
    for number in range(300):
        assert f"level{number}" not in text or f"level{number}" in shown
    depth = deepest = 0
    for end, name in re.findall("<(/?)([a-z0-9]+)", shown):
        if name not in {"img", "hr"}:
            depth += -1 if end else 1
            deepest = max(deepest, depth)
    assert deepest <= DEEPEST + 10


@pytest.mark.long
@pytest.mark.parametrize(
    "part",
    ["> ", "- ", "<div>", "<div>\n\n", "<b>", "<!--\n", "![", "^[", "**a ", "<script> x\n\n", "<http://"],
)
def test_the_time_for_a_hostile_text_grows_with_it(part: str) -> None:
    def seconds(count: int) -> float:
        begun = time.process_time()
        render(part * count + "x")
        return time.process_time() - begun

    small = max(seconds(2_000), 0.05)
    assert (
        seconds(20_000) < 40 * small
    )  # Ten times the text. Quadratic time would be a hundred times as long.


# --- every letter and digit typed outside of markup is in the rendered text

WORD = st.text("abcdefghijklmnopqrstuvwxyzäöüß漢字かな0123456789", min_size=1, max_size=6)
LETTERS = re.compile(r"[^\W_]")
AROUND = [
    ("", ""), (" ", " "), ("*", "*"), ("**", "**"), ("~~", "~~"), ("`", "`"), ("“", "”"), ("(", ")"), ("_", "_"),
    ("<b>", "</b>"), ("<div>", "</div>"), ("<details><summary>", "</summary></details>"), ("<kbd>", "</kbd>"),
    ("[", "](/x)"), ("^[", "]"), ("<p>", ""), ("<td>", "</td>"), ("<table><tr><td>", "</table>"), ("<B>", "</b>"),
    ("\n\n> ", "\n\n"), ("\n- ", "\n"), ("\n\n```\n", "\n```\n\n"), ("\n\n    ", "\n\n"), ("\n\n## ", "\n\n"),
    ("\n\n| ", " |\n|---|\n| 7 | 8 |\n\n"), ("\n\n<div>\n", "\n</div>\n\n"), ("\n\n- [ ] ", "\n\n"), ("<!---->", ""),
]  # fmt: skip
NAMES = [
    *("script", "style", "title", "textarea", "iframe", "xmp", "plaintext", "noscript", "template", "svg", "math"),
    *("select", "int", "T", "name", "Enter", "object", "head", "body", "frameset", "noembed", "button", "o:p"),
]  # fmt: skip
LOOSE = [
    "<",
    ">",
    "</",
    "<!--",
    "<?",
    "<![CDATA[",
    "<!DOCTYPE ",
    "&lt;",
    "&",
    "\n\n",
    "\n",
    " ",
    "<a ",
    '"',
    "'",
    "<!",
]
PIECE = st.one_of(
    WORD,
    st.builds("<{}>".format, st.sampled_from(NAMES)),
    st.builds("</{}>".format, st.sampled_from(NAMES)),
    st.builds("<{} {}>".format, st.sampled_from(NAMES), WORD),
    st.builds(lambda around, inner: around[0] + inner + around[1], st.sampled_from(AROUND), WORD),
    st.sampled_from(LOOSE),
)
"""No piece contains characters of Markdown, except those of `MARKUP`."""
MARKUP = re.compile(
    r"</?(?:b|div|details|summary|kbd|p|td|table|tr)>|&lt;|\]\(/x\)|<!--(?:>|->|.*?-->)",
    re.IGNORECASE | re.DOTALL,
)


@given(st.lists(PIECE, max_size=12).map("".join))
@example("a vector<int> holds\n\n<script>\n\nthe rest")
@example("<div>\n<!--\n</div>\n\nrest")
@settings(max_examples=600, deadline=None)
def test_every_letter_and_digit_typed_outside_of_markup_is_in_the_rendered_text(text: str) -> None:
    shown = words(text)
    typed = LETTERS.findall(MARKUP.sub(" ", text))
    left = list(shown)
    for letter in typed:
        assert letter in left, f"{letter!r} of {text!r} is not in {shown!r}"
        left.remove(letter)
    assert unescape(shown) or not typed


# --- ids and links to them


@pytest.mark.parametrize("space", ["", " ", "\t", "\n", "  \n"])
def test_white_space_around_an_id_or_a_link_to_it_is_dropped_as_browsers_do(space: str) -> None:
    tree = html5lib.parseFragment(
        html(f'Text <kbd id="{space}status{space}">k</kbd> <a href="{space}#status">to it</a>'),
        namespaceHTMLElements=False,
    )
    assert [each.get("id") for each in tree.iter("kbd")] == ["text-status"]
    assert [each.get("href") for each in tree.iter("a")] == ["#text-status"]
