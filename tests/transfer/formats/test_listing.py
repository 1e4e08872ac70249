"""Import of another blog's list page: the real one, and variants of the format."""

import re

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.errors import ImportRefused
from blog.text import rendering, summaries
from blog.transfer import files
from blog.transfer.entries import Collection, Entry
from blog.transfer.formats import listing
from tests.conftest import LISTING

TAGLINE = "Experiments, lessons, and the occasional existential crisis about AI and building."


@pytest.fixture(scope="module")
def real() -> Collection:
    return listing.read(files.read_text(LISTING))


def titles(collection: Collection) -> list[str]:
    return [entry.title for entry in collection.entries]


def excerpts(collection: Collection) -> list[str]:
    return [entry.excerpt for entry in collection.entries]


# --- the real listing


def test_the_real_listing_has_142_posts_its_tagline_and_its_first_post_twice(real: Collection) -> None:
    assert len(real.entries) == len({entry.source for entry in real.entries}) == 142
    assert real.tagline == TAGLINE
    assert real.repeated == 1
    assert real.entries[0].title == "Why the Real Innovation Is in the Boring Parts"
    assert [entry for entry in real.entries if entry.title] == [real.entries[0]]


def test_every_word_of_the_real_listing_is_in_its_posts_in_their_order(real: Collection) -> None:
    first, *others = real.entries
    words = re.sub("Read More →", " ", LISTING.read_text(encoding="utf-8")).split()
    read = f"{first.title} {first.excerpt} {real.tagline} {' '.join(excerpts(real))}"
    assert read.split() == words
    assert len(others) == 141


def test_the_derived_titles_of_the_real_listing_end_at_a_word_and_leave_the_rest_to_the_text(
    real: Collection,
) -> None:
    assert len(real.entries) == 142
    for entry in real.entries[1:]:
        made = rendering.render(entry.body)
        title = summaries.title_of(made.prose)
        assert made.text == entry.excerpt
        assert 3 <= len(title) <= 91
        kept = title.removesuffix("…")
        assert entry.excerpt.startswith(kept)
        assert not entry.excerpt[len(kept) :][:1].isalnum()
        below = summaries.after_title(title, entry.excerpt)
        said = f"{title} {below}".replace("… …", " ") if title.endswith("…") else f"{title}. {below}"
        assert re.findall(r"\w+", said) == re.findall(r"\w+", entry.excerpt)
        assert rendering.plain(summaries.html_after_title(title, made.html)) == below


def test_each_post_of_a_listing_is_known_again_by_its_text_alone(real: Collection) -> None:
    for again in (
        LISTING.read_text(encoding="utf-8").replace("\n", "\r\n"),
        LISTING.read_text(encoding="utf-8").replace(" ", "  ").replace("Read More →", "\n\nread more »\n\n"),
        "\n".join(f"{entry.excerpt} Read More →" for entry in real.entries),
    ):
        assert [entry.source for entry in listing.read(again).entries] == [
            entry.source for entry in real.entries
        ]


# --- other listings


@pytest.mark.parametrize(
    "separator",
    [
        *("Read More →", "Read more→", "READ MORE  »", "Read more ›", "Read\nmore →", "read more ⟶"),
        *("Read more ➔", "Continue reading →", "Continue reading ->", "Read on >>"),
    ],
)  # fmt: skip
def test_several_ways_of_writing_the_separator_are_known(separator: str) -> None:
    read = listing.read(f"One text.\n{separator}Another text.{separator}\n")
    assert excerpts(read) == ["One text.", "Another text."]


def test_words_that_only_look_like_a_separator_stay_in_the_text() -> None:
    read = listing.read("Read more books. I spread more → than that. Read on.\nRead more →")
    assert excerpts(read) == ["Read more books. I spread more → than that. Read on."]


def test_a_post_may_have_a_title_anywhere_and_an_excerpt_several_lines() -> None:
    read = listing.read(
        "First\nIts excerpt.\nRead more →\nNo title here.\nRead more →"
        "\r\n\r\n\r\nThird \r\n\r\nA line,\r\nand\tanother.\r\nRead more →"
    )
    assert titles(read) == ["First", "", "Third"]
    assert excerpts(read) == ["Its excerpt.", "No title here.", "A line, and another."]
    assert (read.tagline, read.repeated) == ("", 0)


def test_a_long_line_above_is_a_paragraph_and_no_title() -> None:
    read = listing.read(f"{'word ' * 41}\nThe end.\nRead more →")
    assert titles(read) == [""]
    assert excerpts(read)[0].endswith("word The end.")


def test_what_follows_the_last_separator_is_no_post() -> None:
    assert excerpts(listing.read("One.\nRead more →\n\nNewer posts · © 2026 Jo")) == ["One."]


def test_a_post_met_again_further_down_gives_its_title_and_no_tagline() -> None:
    read = listing.read(
        "One.\nRead more →Two.\nRead more →A title\nTwo.\nRead more →A title\nTwo.\nRead more →Line\nOne.\nRead more →"
    )
    assert titles(read) == ["", "A title"]
    assert (read.tagline, read.repeated) == ("Line", 3)


def test_a_featured_post_that_is_repeated_with_its_title_leaves_no_tagline() -> None:
    read = listing.read("A title\nOne.\nRead more →A title\nOne.\nRead more →")
    assert (titles(read), read.tagline, read.repeated) == (["A title"], "", 1)


@pytest.mark.parametrize(
    "text", ["Just a text.", "Read more", "→", "Read more →", " \n Read more → Read more →\n"]
)
def test_what_is_no_listing_is_refused_by_name(text: str) -> None:
    with pytest.raises(ImportRefused, match=r"^notes\.txt is not a listing: .*\.$"):
        listing.read(text, name="notes.txt")


def test_marks_of_markdown_in_an_excerpt_are_shown_and_not_obeyed(app: Flask) -> None:
    text = "1. R&D <em>costs</em> *more* [than](/x) `you` think_of & ~~so~~ ![on](x) &amp; #1 | see https://a.de/b_c"
    body = listing.read(f"{text} Read more →").entries[0].body
    made = rendering.render(body)
    assert made.text == text
    assert set(re.findall("<([a-z]+)", made.html)) == {"p", "a"}
    assert 'href="https://a.de/b_c"' in made.html


# A line of such a page: anything except separators of lines and posts.
LINE = (
    st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=60)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and not listing.SEPARATOR.search(text))
)


@given(st.lists(st.tuples(LINE, LINE), min_size=1, max_size=6, unique_by=lambda pair: pair[1]))
@settings(max_examples=200, deadline=None)
def test_any_posts_written_as_a_listing_are_read_back(pairs: list[tuple[str, str]]) -> None:
    text = "".join(f"{title}\n{excerpt}\nRead More →\n" for title, excerpt in pairs)
    read = listing.read(text)
    assert list(zip(titles(read), excerpts(read), strict=True)) == pairs
    for entry in read.entries:
        assert rendering.render(entry.body).text == entry.excerpt


def test_the_body_of_a_post_is_its_excerpt() -> None:
    (entry,) = listing.read("It is plain. And short!\nRead more →").entries
    assert entry == Entry(entry.source, body="It is plain. And short!", excerpt="It is plain. And short!")
