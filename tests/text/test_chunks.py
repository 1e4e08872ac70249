"""Very long paragraphs are split into chunks without losing a letter."""

import re
from html import escape, unescape

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from blog import clock
from blog.text import chunks
from blog.text.chunks import BEGIN, CHUNK, END, LONGEST, chunked
from blog.text.rendering import render
from blog.writing import editing

LETTERS = 500_000


def longest(html: str) -> int:
    """The maximum number of letters between two block boundaries."""
    bare = re.sub(r"</?(?:em|strong|code|a)\b[^>]*>", "", html)
    return max(len(unescape(part)) for part in re.split(r"<[^>]*>", bare))


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize(
    "text",
    [
        "a" * LETTERS,
        "word " * (LETTERS // 5),
        "東京" * (LETTERS // 2),
        "👩‍👩‍👧‍👦" * 10_000,
        "a &amp; b < c " * 30_000,
        "word *marked*, " * 30_000,
        f"before *{'a' * LETTERS}* behind",
        f"[{'a' * LETTERS}](https://example.org)",
        f"- {'a' * LETTERS}",
        f"> {'a' * LETTERS}",
        f"## {'a' * LETTERS}",
        f"| one |\n|---|\n| {'a' * LETTERS} |",
        "line\n" * (LETTERS // 5),
    ],
    ids=lambda text: text[:10],
)
def test_no_block_of_a_page_has_more_letters_than_a_browser_lays_out_at_once(text: str) -> None:
    html = render(text).html
    made = chunked(html)
    assert longest(made) <= LONGEST
    assert text_of(made) == text_of(html)
    assert made.count("<span") == made.count("</span>")


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{'a' * LONGEST}</p>",
        f"<pre><code>{'a' * LETTERS}</code></pre>",
        f'<pre><code><span class="k">{"a" * LETTERS}</span>\n</code></pre>',
        f"<p>{'a' * 15_000}</p>\n<p>{'b' * 15_000}</p>",
        "",
    ],
    ids=["as long as may be", "code", "coloured code", "two paragraphs", "nothing"],
)
def test_what_is_not_too_long_or_is_code_stays_as_it_is(html: str) -> None:
    assert chunked(html) == html


def test_words_are_cut_at_a_space() -> None:
    made = chunked(f"<p>{'word ' * 10_000}</p>")
    assert made.count(BEGIN) > 4
    assert f"word {END}{BEGIN}word" in made
    assert re.search(rf"\w{re.escape(END + BEGIN)}", made) is None


def test_a_word_in_emphasis_keeps_the_comma_behind_it() -> None:
    made = chunked(f"<p>{'<em>word</em>, and ' * 10_000}</p>")
    assert made.count(BEGIN) > 4
    assert f"{END}{BEGIN}," not in made


def test_a_family_of_emoji_is_not_parted() -> None:
    family = "👩‍👩‍👧‍👦"
    parts = chunked(f"<p>{family * 10_000}</p>").replace("<p>", "").replace("</p>", "").split(END + BEGIN)
    assert len(parts) > 4
    assert all(not part.removeprefix(BEGIN).removesuffix(END).replace(family, "") for part in parts)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "em", "strong", "a", "code"]),
            st.sampled_from(["a", "word ", "& ", "é", "🇩🇪", '<">']),
            st.integers(1, 12_000),
        ),
        max_size=8,
    )
)
def test_whatever_stands_in_a_paragraph_its_text_and_elements_stay(parts: list[tuple[str, str, int]]) -> None:
    html = "".join(
        f"<{name}>{escape(text * count)}</{name}>" if name else escape(text * count)
        for name, text, count in parts
    )
    made = chunked(f"<p>{html}</p>")
    bare = made.replace(BEGIN, "").replace(END, "")
    assert unescape(bare) == unescape(f"<p>{html}</p>")
    assert made.count(BEGIN) == made.count(END)
    assert all(f"<{name}>{END}" not in made for name, _, _ in parts if name)


def test_the_page_of_a_post_with_a_line_of_half_a_million_letters_is_cut_and_its_feed_is_not(
    client: FlaskClient,
) -> None:
    with client.application.app_context():
        editing.create(editing.Text("a" * LETTERS, "Long"), published_at=clock.now())
    page = client.get("/posts/long").get_data(as_text=True)
    assert longest(page) <= LONGEST
    assert page.count(BEGIN) >= LETTERS // chunks.LONGEST
    feed = client.get("/feed.json").get_json()
    assert "a" * LETTERS in feed["items"][0]["content_html"]
    assert CHUNK < LONGEST
