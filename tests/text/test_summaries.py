"""Excerpts, derived titles, the rest below a title, and reading time."""

import tomllib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blog.text import rendering, sanitizing, sentences, summaries
from blog.text.rendering import render
from blog.text.summaries import after_title, cut, excerpt_of, html_after_title, title_of
from tests.clusters import TEXTS, cut_inside
from tests.conftest import DATA

WORD = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=14)
PROSE = st.lists(
    st.one_of(WORD, st.sampled_from(["a.", "b?", "…", "c…", "...", "d,", "—", "e!”", ".f", "x" * 100])),
    max_size=60,
).map(" ".join)
SENTENCES = tomllib.loads((DATA / "sentences.toml").read_text())["text"]
QUICKLY = settings(max_examples=150, deadline=None)


def html(markdown: str) -> str:
    return render(markdown).html


@pytest.mark.parametrize("each", SENTENCES, ids=[each["title"] for each in SENTENCES])
def test_sentences_end_as_their_script_ends_them(each: dict[str, str]) -> None:
    text, title, rest = each.values()
    assert title_of(text) == title
    assert after_title(title, text) == rest
    made = html(text)
    assert rendering.plain(html_after_title(title, made)) == rest


def test_an_excerpt_of_japanese_is_whole_sentences() -> None:
    sentence = "吾輩は猫であると彼は「今日も。」と言った。"
    assert excerpt_of(sentence * 20) == sentence * (240 // len(sentence))
    assert excerpt_of("あ" * 237 + "。」次の文。" * 9) == "あ" * 237 + "。」"
    assert excerpt_of("あ" * 239 + "。」次の文。" * 9) == "あ" * 239 + "…"


def test_a_text_without_spaces_is_cut_between_its_characters_and_not_at_its_only_space() -> None:
    assert cut("Python 入門" + "あ" * 300, 40) == "Python 入門" + "あ" * 30 + "…"
    assert cut("あ" * 30 + " Python、Ruby", 36) == "あ" * 30 + "…"
    assert cut("ภาษาไทย" * 9, 30).startswith("ภาษาไทยภาษาไทย")
    assert cut("これは、とても", 5) == "これは…"
    # At a pause in the last third of the text, if there is one.
    assert cut("あいうえおかき、くけこさしす", 11) == "あいうえおかき…"
    assert cut("あい、うえおかきくけこさしす", 11) == "あい、うえおかきくけこ"[:10] + "…"
    assert cut("あいうえおかき「くけこ」さし", 11) == "あいうえおかき…"
    assert cut("あいうえおかき。くけこさしす", 11) == "あいうえおかき。…"
    assert cut("ภาษาไทยง่ายมาก ภาษาอังกฤษยาก", 20) == "ภาษาไทยง่ายมาก…"


@given(TEXTS, st.integers(40, 150))
@settings(deadline=None)
def test_no_cut_falls_inside_what_a_reader_takes_for_one_character(text: str, length: int) -> None:
    made = cut(text, length)
    assert len(made) <= length
    assert made == text or not cut_inside(made.removesuffix("…"), text)
    spaced = " ".join(text.split())
    assert not cut_inside(excerpt_of(text).removesuffix("…"), spaced)
    title, paragraph = title_of(text), " ".join(text.strip().partition("\n")[0].split())
    assert not cut_inside(title.removesuffix("…") if not paragraph.startswith(title) else title, paragraph)


@given(TEXTS)
@settings(deadline=None)
def test_a_title_in_any_script_and_the_rest_say_every_word_once(text: str) -> None:
    title = title_of(text)
    rest = after_title(title, text)
    said = {f"{title}{rest}", f"{title}。{rest}", f"{title}.{rest}", f"{title[:-1]}{rest.removeprefix('…')}"}
    assert "".join(text.split()) in {"".join(each.split()) for each in said}


def test_a_title_is_not_taken_off_a_text_that_goes_on_with_its_last_character() -> None:
    assert after_title("Cafe", "Café. More.") == "Café. More."
    assert after_title("👨", "👨‍👩‍👧 are here") == "👨‍👩‍👧 are here"
    assert html_after_title("👨", html("👨‍👩‍👧 are here")) == "<p>👨‍👩‍👧 are here</p>\n"


def test_a_title_is_the_first_sentence_of_the_first_paragraph() -> None:
    assert title_of("Next, Remix, Astro... the list never ends. More.") == "Next, Remix, Astro..."
    assert title_of("3am. Systems down.") == "3am"
    assert (
        title_of('We are near "natural language as code." When?') == 'We are near "natural language as code."'
    )
    assert title_of("Who owns it? Nobody.") == "Who owns it?"
    assert title_of("No end\nAnother paragraph. Third.") == "No end"
    assert title_of("  \n ") == ""


def test_an_excerpt_is_whole_sentences_unless_they_say_too_little() -> None:
    sentence = "It has quite a number of words, as sentences have. "
    assert excerpt_of(sentence * 9) == (sentence * 4).strip()
    assert excerpt_of(f"Ha! {'word ' * 100}") == f"Ha! {'word ' * 47}".strip() + "…"


@given(PROSE, st.integers(2, 120))
@example("aaaa bbbb cccc", 10)
@example("aaaa bbbb cccc", 9)
@QUICKLY
def test_a_cut_text_keeps_to_its_length_and_ends_at_a_word(text: str, length: int) -> None:
    made = cut(text, length)
    assert len(made) <= length
    if made != text:
        kept = made.removesuffix("…")
        assert text.startswith(kept)
        # At a word boundary, or next to a character of a script without spaces.
        ends = (
            summaries.BETWEEN_WORDS.search(text, len(kept) - 1, len(kept) + 1)
            or text[len(kept)] in ",;:—–-،؛·"
        )
        assert ends or not summaries.BETWEEN_WORDS.search(text[: length - 1])


@given(PROSE)
@QUICKLY
def test_an_excerpt_keeps_to_its_bound_and_is_a_beginning_of_the_text(text: str) -> None:
    made = excerpt_of(text)
    assert len(made) <= summaries.EXCERPT_LENGTH
    assert text.startswith(made.removesuffix("…"))


@given(PROSE)
@QUICKLY
def test_a_derived_title_is_a_beginning_of_the_text_that_ends_at_a_word(text: str) -> None:
    made = title_of(text)
    kept = made if text.startswith(made) else made.removesuffix("…")
    assert len(made) <= summaries.TITLE_LENGTH
    assert text.startswith(kept)
    following = text[len(kept) :][:1]
    assert (
        not following.isalnum()
        or summaries.BETWEEN_WORDS.search(text[len(kept) - 1 : len(kept) + 1])
        or sentences.NO_SPACE_BEHIND.search(kept)
        or " " not in text[: len(kept) + 1]
    )


@given(PROSE)
@example("Wait... what? No.")
@example("Hello. .NET is great")
@example("One — two " + "three " * 30)
@example("x" * 200)
@QUICKLY
def test_a_derived_title_and_the_rest_together_say_every_word_once(text: str) -> None:
    title = title_of(text)
    rest = after_title(title, text)
    if text.startswith(title):
        said = {"".join(f"{title}{rest}".split()), "".join(f"{title}.{rest}".split())}
        assert "".join(text.split()) in said
    else:  # it was cut
        assert rest.startswith("…") or title == "…"
        assert "".join(f"{title[:-1]}{rest.removeprefix('…')}".split()) == "".join(text.split())


@given(PROSE)
@example("R&D <is> nice. And &amp; so on.")
@example("See https://en.wikipedia.org/wiki/A_b. Then go.")
@QUICKLY
def test_a_post_says_below_its_derived_title_what_its_card_says(text: str) -> None:
    text = " ".join(sanitizing.tidy(text).split())
    made = render(rendering.markdown_of(text))
    title = title_of(made.prose)
    below = rendering.plain(html_after_title(title, made.html))
    # A link in the title's words is kept: then the whole paragraph stays.
    assert below in {after_title(title, text), text}
    if "<a " not in made.html:
        assert below == after_title(title, text)


def test_a_title_with_marks_of_markdown_in_its_words_is_said_twice_rather_than_losing_them() -> None:
    made = html("Read [this](/x) first. Then *go*.")
    assert html_after_title("Read this first", made) == made


def test_what_follows_a_derived_title_does_not_become_something_else() -> None:
    made = html("A rule. 1. One *thing*\nto know.\n\nMore.")
    assert html_after_title("A rule", made) == "<p>1. One <em>thing</em>\nto know.</p>\n<p>More.</p>\n"
    assert html_after_title("A rule", html("A rule.")) == ""


def test_a_title_of_its_own_leaves_the_text_alone() -> None:
    assert after_title("Post", "Posts are long.") == "Posts are long."
    assert after_title("Another", "Some text.") == "Some text."
    assert html_after_title("Post", "<p>Posts are long.</p>\n") == "<p>Posts are long.</p>\n"
