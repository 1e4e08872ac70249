"""Validation of the post form."""

import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.errors import FieldsWrong
from blog.text.slugs import slug_from
from blog.writing.content import check
from blog.writing.fields import NAMES, typed
from blog.writing.moments import moment, shown
from tests.clusters import FAMILY, FLAG, cut_inside

BERLIN = ZoneInfo("Europe/Berlin")
GOOD = {**dict.fromkeys(NAMES, ""), "title": "A title", "body": "Some words."}


def wrong(**fields: str) -> dict[str, str]:
    """The error messages about `fields`; empty if they are valid."""
    try:
        check({**GOOD, **fields}, BERLIN)
    except FieldsWrong as error:
        return error.errors
    return {}


def test_all_problems_are_found_at_once_and_in_the_order_of_the_form() -> None:
    found = wrong(canonical_url="ftp://x", title="  ", tags="+", date="1752-09-03", slug="!!!")
    assert list(found) == ["title", "tags", "slug", "date", "canonical_url"]


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        ({"title": ""}, "title", "Enter a title"),
        ({"title": "\u200e \u202e\x00"}, "title", "Enter a title"),
        ({"title": "x" * 201}, "title", "201 characters. The maximum is 200"),
        (
            {"tags": ",".join(f"tag {number}" for number in range(200))},
            "tags",
            "Too many tags: 200. The maximum is 50",
        ),
        ({"tags": "good, +"}, "tags", "“+” cannot be a tag"),
        ({"tags": "x" * 61}, "tags", "The maximum is 60 characters"),
        ({"slug": "☃"}, "slug", "no letters or digits"),
        ({"slug": "Feed"}, "slug", "The address “feed” is reserved"),
        ({"date": "1752-09-03"}, "date", "between 1970 and 2200"),
        ({"date": "9999-12-31"}, "date", "between 1970 and 2200"),
        ({"date": "tomorrow"}, "date", "“tomorrow” is not a date"),
        ({"date": "2026-02-30"}, "date", "is not a date"),
        ({"date": "2026-02-03", "time": "25:00"}, "time", "is not a time"),
        ({"date": "2026-02-03", "time": "08:00+09:00"}, "time", "is not a time"),
        ({"time": "08:00"}, "date", "Enter a date for this time"),
        (
            {"date": "2026-03-29", "time": "02:30"},
            "time",
            "2:30\N{NARROW NO-BREAK SPACE}AM does not exist on this day in Europe/Berlin",
        ),
        ({"canonical_url": "javascript:alert(1)"}, "canonical_url", "Example: https://"),
        ({"canonical_url": "https://"}, "canonical_url", "Example: https://"),
        ({"canonical_url": "https://x.example:99999/"}, "canonical_url", "Example: https://"),
        ({"cover": "../../etc/passwd"}, "cover", "not on this site"),
        ({"excerpt": "x" * 2001}, "excerpt", "The maximum is 2,000"),
        ({"body": "x" * 4_000_001}, "body", "The maximum is 4,000,000"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(fields: dict[str, str], name: str, words: str) -> None:
    found = wrong(**fields)
    assert list(found) == [name]
    assert words in found[name]


def test_a_megabyte_of_text_is_taken() -> None:
    assert wrong(body="All work and no play. " * 50_000) == {}


def test_a_time_on_a_day_that_a_country_left_out_is_refused() -> None:
    problems: dict[str, str] = {}
    moment("2011-12-30", "10:00", ZoneInfo("Pacific/Apia"), problems)
    said = problems["time"].replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "10:00 AM does not exist on this day in Pacific/Apia" in said


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    assert moment("2026-10-25", "02:30", BERLIN, {}) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_control_characters_are_taken_out_and_the_rest_stays() -> None:
    content = check({**GOOD, "title": "A\x00B", "body": "One\x07\r\nTwo\x00\tThree\r"}, BERLIN)
    assert (content.title, content.body) == ("AB", "One\nTwo\tThree\n")


def test_a_title_does_not_turn_letters_round_and_the_author_is_told() -> None:
    content = check({**GOOD, "title": "gpj.\u202eexe \u2067x\u2069"}, BERLIN)
    assert content.title == "gpj.exe x"
    assert "removed from the title" in content.notices[0]


def test_tags_that_spell_one_address_are_one_tag_by_its_first_name() -> None:
    assert check({**GOOD, "tags": "Machine Learning, , machine-learning,  AI "}, BERLIN).tags == (
        "Machine Learning",
        "AI",
    )


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=300)))
def test_whatever_is_typed_gives_values_or_sentences(fields: dict[str, str]) -> None:
    sentences = wrong(**typed(fields))
    assert set(sentences) <= set(NAMES)
    assert all(sentence.endswith(".") for sentence in sentences.values())
    if not sentences:
        content = check({**GOOD, **typed(fields)}, BERLIN)
        assert content.title.strip()
        assert all(slug_from(name) for name in content.tags)
        assert not any(unicodedata.category(letter) == "Cc" for letter in content.title)


@given(st.text())
def test_what_is_typed_is_kept_but_for_what_cannot_be_read(text: str) -> None:
    once = typed({"body": text})["body"]
    assert typed({"body": once})["body"] == once
    assert [letter for letter in once if letter.isprintable()] == [
        letter for letter in text if letter.isprintable()
    ]


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2200, 12, 30)),  # noqa: DTZ001 -- a wall clock's
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
)
def test_a_date_and_time_are_what_a_clock_there_shows_or_are_refused(wall: datetime, name: str) -> None:
    zone, problems = ZoneInfo(name), dict[str, str]()
    typed_ = (f"{wall:%Y-%m-%d}", f"{wall:%H:%M}")
    found = moment(*typed_, zone, problems)
    if found is None:
        assert "does not exist" in problems["time"]
    else:
        assert shown(found.astimezone(UTC), zone) == typed_


@pytest.mark.parametrize("letter", ["😀", FAMILY, FLAG, "e\u0301", "क्षि", "𠮷"])
def test_lengths_are_in_characters_as_readers_count_them(letter: str) -> None:
    named = {"tags": "a", "series": "a"}  # A tag and a series need a letter for their address.
    for name, most in (
        ("title", 200),
        ("excerpt", 2_000),
        ("correction", 500),
        ("series", 120),
        ("tags", 60),
    ):
        begin = named.get(name, "")
        assert wrong(**{name: begin + letter * (most - len(begin))}) == {}
        said = wrong(**{name: begin + letter * (most + 1 - len(begin))})
        assert f"The maximum is {most:,}" in said[name]
        assert name == "tags" or f"Too long: {most + 1:,} characters" in said[name]


def test_a_letter_with_ever_more_marks_is_too_long_at_last() -> None:
    assert "characters. The maximum is 200" in wrong(title="a" + "\u0301" * 10_000)["title"]


@pytest.mark.parametrize("name", ["slug", "language", "date", "time", "series_part", "tags", "series"])
@pytest.mark.parametrize("before", ["", "!", "!!"], ids=len)
def test_what_is_said_of_a_field_holds_whole_characters_of_it(name: str, before: str) -> None:
    text = f"{before}{FAMILY * 40}"
    said = wrong(**{"date": "2026-02-03", name: text, **({"series": "A"} if name == "series_part" else {})})[
        name
    ]
    quoted = said.partition("“")[2].partition("”")[0]
    assert quoted.endswith("…")
    assert not cut_inside(quoted.rstrip("…"), text)
