"""Comparing and merging texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.text.graphemes import CLUSTER
from blog.writing.differences import between, compare, merge, together, words
from tests import clusters

TEXTS = st.lists(st.sampled_from(["one\n", "two\n", "three, four\n", "\n", "five"]), max_size=12).map("".join)


@given(TEXTS, TEXTS)
def test_the_pieces_that_are_not_skipped_put_together_both_texts(before: str, after: str) -> None:
    pieces = compare(before, after)
    if any(piece.kind == "skip" for piece in pieces):
        return
    assert "".join(piece.text for piece in pieces if piece.kind in {"same", "out"}) == before
    assert "".join(piece.text for piece in pieces if piece.kind in {"same", "in"}) == after


def test_only_the_words_that_differ_are_marked() -> None:
    pieces = [(kind, text) for kind, text in compare("A good day.\n", "A bad day.\n")]
    assert pieces == [("same", "A "), ("out", "good"), ("in", "bad"), ("same", " day.\n")]


def test_only_the_characters_that_differ_are_marked_where_no_space_stands_between_words() -> None:
    pieces = [
        (kind, text)
        for kind, text in compare("吾輩は猫である。名前はまだ無い。\n", "吾輩は犬である。名前はもう無い。\n")
    ]
    assert pieces == [
        *[("same", "吾輩は"), ("out", "猫"), ("in", "犬"), ("same", "である。名前は")],
        *[("out", "まだ"), ("in", "もう"), ("same", "無い。\n")],
    ]
    thai = words("ภาษาไทยง่าย", "ภาษาไทยยาก")
    assert thai[0] == ("same", "ภาษาไทย")


def test_two_changes_in_a_long_paragraph_without_spaces_are_two() -> None:
    paragraph = "".join(f"これは{number}番目の文で、とても短い。" for number in range(300))
    changed = paragraph.replace("20番目", "20個目").replace("250番目の文", "250番目の長い文")
    pieces = [(kind, text) for kind, text in compare(paragraph, changed) if kind != "same"]
    assert pieces == [("out", "番"), ("in", "個")] * 3 + [("in", "長い")]


@given(clusters.TEXTS, clusters.TEXTS)
@settings(deadline=None)
def test_no_mark_of_a_difference_falls_inside_a_character(before: str, after: str) -> None:
    pieces = compare(before, after)
    if any(piece.kind == "skip" for piece in pieces):
        return
    for text, kinds in ((before, {"same", "out"}), (after, {"same", "in"})):
        shown = [piece.text for piece in pieces if piece.kind in kinds]
        assert "".join(shown) == text
        assert [each for piece in shown for each in CLUSTER.findall(piece)] == CLUSTER.findall(text)


def test_what_is_the_same_for_long_is_left_out() -> None:
    lines = [f"line {number}\n" for number in range(50)]
    (skip,) = [
        piece for piece in compare("x\n" + "".join(lines), "y\n" + "".join(lines)) if piece.kind == "skip"
    ]
    assert skip.text == "48 unchanged lines"


def test_fields_that_do_not_differ_are_not_named() -> None:
    found = between({"title": "A", "tags": "x"}, {"title": "A", "tags": "x, y"})
    assert [difference.field for difference in found] == ["tags"]


@given(TEXTS, TEXTS)
def test_what_only_one_of_two_changed_is_taken(base: str, changed: str) -> None:
    assert merge(base, changed, base) == (changed, 0)
    assert merge(base, base, changed) == (changed, 0)
    assert merge(base, changed, changed) == (changed, 0)


def test_changes_at_different_places_are_joined_without_asking() -> None:
    base = "one\ntwo\nthree\n"
    assert merge(base, "ONE\ntwo\nthree\n", "one\ntwo\nthree\nfour\n") == ("ONE\ntwo\nthree\nfour\n", 0)


def test_changes_at_the_same_place_stand_one_behind_the_other() -> None:
    assert merge("one\ntwo\n", "one\nmine\n", "one\ntheirs\n") == ("one\nmine\ntheirs\n", 1)


@pytest.mark.parametrize(
    ("mine", "theirs", "joined"),
    [
        # Where both changed the last line, theirs is the last, with or without an end as they wrote it.
        ("one\nmine", "one\ntheirs\n", "one\nmine\ntheirs\n"),
        ("one\nmine\n", "one\ntheirs", "one\nmine\ntheirs"),
        # Where only one of them changed it, it is that one's end.
        ("one\nmine", "zero\none\ntwo\n", "zero\none\nmine"),
        ("zero\none\ntwo\n", "one\ntheirs", "zero\none\ntheirs"),
    ],
)
def test_the_end_of_the_last_line_is_that_of_the_text_that_ends_with_it(
    mine: str, theirs: str, joined: str
) -> None:
    assert merge("one\ntwo\n", mine, theirs).text == joined


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_that_somebody_wrote_is_lost(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs).text.splitlines()
    for text in (mine, theirs):
        assert set(text.splitlines()) - set(base.splitlines()) <= set(merged)


def test_a_long_text_of_which_every_third_paragraph_changed_is_compared_and_joined() -> None:
    """Blank lines and frequent small words are not used as anchors; that would take minutes."""
    began = [f"Paragraph {number} is the one of the {number} in the text." for number in range(2_000)]
    mine = [text if number % 3 else f"{text} Mine." for number, text in enumerate(began)]
    theirs = [text if number % 3 != 1 else f"{text} Theirs." for number, text in enumerate(began)]
    pieces = compare("\n\n".join(began), "\n\n".join(mine))
    assert sum(piece.text.count("Mine.") for piece in pieces if piece.kind == "in") == 667
    joined = merge("\n\n".join(began), "\n\n".join(mine), "\n\n".join(theirs))
    assert (joined.text.count("Mine."), joined.text.count("Theirs."), joined.clashes) == (667, 667, 0)
    one = " ".join(began[:100])
    assert compare(one, one.replace("is the one", "was the one"))


def test_fields_are_joined_one_by_one_tags_each_and_the_moment_as_a_whole() -> None:
    began = {
        "title": "T",
        "body": "a\n",
        "tags": "x, y",
        "date": "2026-01-01",
        "time": "08:00",
        "excerpt": "E",
        "slug": "",
    }
    mine = {**began, "tags": "x, mine", "time": "09:00", "body": "a\nmine\n"}
    theirs = {
        **began,
        "tags": "x, y, theirs",
        "date": "2026-02-02",
        "title": "Theirs",
        "excerpt": "",
        "body": "a\n",
    }
    both = together(began, mine, theirs)
    assert both == (
        {
            "title": "Theirs",
            "body": "a\nmine\n",
            "tags": "x, theirs, mine",
            "date": "2026-01-01",
            "time": "09:00",
            "excerpt": "",
            "slug": "",
        },
        0,
    )


def test_when_what_two_forms_began_from_is_lost_nothing_of_either_is() -> None:
    mine = {"title": "Mine", "body": "a\n", "tags": "x, mine", "date": "", "time": "", "excerpt": ""}
    theirs = {
        "title": "Theirs",
        "body": "b\n",
        "tags": "x, theirs",
        "date": "2026-01-01",
        "time": "08:00",
        "excerpt": "E",
    }
    both, clashes = together(None, mine, theirs)
    assert (both["title"], both["tags"], both["date"], both["excerpt"]) == (
        "Mine",
        "x, theirs, mine",
        "2026-01-01",
        "E",
    )
    assert (both["body"], clashes) == ("a\nb\n", 1)


def test_a_text_of_one_line_that_was_written_on_at_both_ends_fits_together() -> None:
    base = "It begins with a sentence."
    joined = merge(base, f"{base}\n\nMine.", f"Theirs.\n\n{base}")
    assert joined == (f"Theirs.\n\n{base}\n\nMine.", 0)
