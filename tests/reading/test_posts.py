"""Pages, cursors, counts and neighbours of the list, and the archive; for their cost see test_query_plans.py."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from blog.errors import CursorInvalid, TagUnknown
from blog.reading import archive, posts
from blog.reading.tag_counts import tag_counts
from blog.site import overview
from blog.store.cursors import EPOCH, LARGEST_ID, Cursor
from blog.store.db import db, writing
from blog.store.models import Site
from tests.conftest import NOON, Clock, Write
from tests.filling import Row, fill, listing
from tests.shown import Shown, shown

# One site for all examples, refilled for each: so function-scoped fixtures may be used here.
QUICKLY = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# Few dates, so that many posts have the same.
DATES = [NOON - timedelta(days=2), NOON - timedelta(days=1), NOON, NOON + timedelta(seconds=1)]
TAGS = ["a", "b", "c"]
ROWS = st.lists(
    st.builds(
        Row,
        st.sampled_from([*DATES, None]),
        st.lists(st.sampled_from(TAGS), unique=True).map(tuple),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=14,
)
CHOSEN = st.lists(st.sampled_from(TAGS), unique=True, max_size=3).map(sorted)
# Cursors of posts, of deleted posts, and of none.
CURSORS = st.none() | st.builds(Cursor, st.sampled_from([EPOCH, *DATES]), st.integers(1, 16))


def get(client: FlaskClient, address: str) -> Shown:
    response = client.get(address)
    assert response.status_code == 200
    return shown(response.text)


# --- pages


@given(
    rows=ROWS,
    chosen=CHOSEN,
    stretch=st.tuples(CURSORS, CURSORS, st.integers(1, 4), st.integers(1, 6)),
)
@QUICKLY
def test_a_page_is_the_stretch_of_the_sorted_listing_that_its_cursors_say(
    app: Flask,
    clock: Clock,
    rows: list[Row],
    chosen: list[str],
    stretch: tuple[Cursor | None, Cursor | None, int, int],
) -> None:
    after, upto, size, most = stretch
    fill(app, rows)
    everything = listing(rows, NOON, chosen)
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(posts, "MOST_RESTORED", most)
        try:
            tags = [tag for tag in tag_counts(chosen) if tag.chosen]
        except TagUnknown:
            assert any(not listing(rows, NOON, [tag]) for tag in chosen)
            return
        page = posts.page(tags, after=after, upto=upto, size=size)
    found = [post.cursor for post in page.posts]

    below = [each for each in everything if after is None or each < after]
    if upto is None:
        assert found == below[:size]
        assert page.older == (found[-1] if len(below) > size else None)
        above = everything[: len(everything) - len(below)]
        assert page.genuine == (after is None or after in everything)
    else:
        assert found == [each for each in below if each >= upto][-most:]
        assert page.older == (found[-1] if found and everything[-1] < upto else None)
        above = [each for each in everything if each >= upto and each not in found]
        assert not page.genuine
    # The page of newer posts ends directly above this one. If it would reach the top, it is the first page.
    assert page.newer == (above[-1 - size] if len(above) > size else None)
    assert page.from_top == (after is None and not above)
    # Tags are loaded with the cards, sorted.
    carried = [[tag.slug for tag in post.tags] for post in page.posts]
    assert carried == [sorted(rows[place.id - 1].tags) for place in found]


@pytest.mark.parametrize("address", ["/", "/tags/half", "/tags/all+half"])
@pytest.mark.parametrize("ties", [1, 5, 100])
def test_walking_down_and_up_again_shows_the_same_pages(
    client: FlaskClient, app: Flask, clock: Clock, address: str, ties: int
) -> None:
    """However many posts have the same date."""
    rows = [
        Row(NOON - timedelta(hours=number // ties), ("all", "half") if number % 2 else ("all",))
        for number in range(100)
    ]
    fill(app, rows)
    expected = [place.id for place in listing(rows, NOON, ["half"] if "half" in address else [])]
    down = [get(client, address)]
    while older := down[-1].older:
        down.append(get(client, older))
    assert [number for page in down for number in page.ids] == expected
    assert all(len(page.ids) == 12 for page in down[:-1])
    up = [down[-1]]
    while newer := up[-1].newer:
        up.append(get(client, newer))
    assert [page.ids for page in up[::-1]] == [page.ids for page in down]
    assert newer is None
    assert up[-1] == down[0]


def test_all_that_was_loaded_comes_back_with_one_request(
    client: FlaskClient, app: Flask, clock: Clock
) -> None:
    fill(app, [Row(NOON - timedelta(hours=number)) for number in range(100)])
    pages = [get(client, "/")]
    for _ in range(4):
        pages.append(get(client, str(pages[-1].older)))
    restored = get(client, f"/?upto={pages[-1].cursors[-1]}")
    assert restored.ids == [number for page in pages for number in page.ids]
    assert restored.older == pages[-1].older
    assert restored.newer is None


def test_beyond_300_the_last_300_come_back_and_newer_posts_end_right_above(
    client: FlaskClient, app: Flask, clock: Clock
) -> None:
    fill(app, [Row(NOON - timedelta(hours=number)) for number in range(1, 351)])  # so the ids are the ranks
    everything = get(client, f"/?upto={Cursor(NOON - timedelta(hours=300), 300)}")
    assert everything.ids == list(range(1, 301))
    assert everything.newer is None
    restored = get(client, f"/?upto={Cursor(NOON - timedelta(hours=340), 340)}")
    assert restored.ids == list(range(41, 341))
    assert get(client, str(restored.older)).ids == list(range(341, 351))
    newer = get(client, str(restored.newer))
    assert newer.ids == list(range(29, 41))
    assert get(client, str(newer.older)).ids[0] == restored.ids[0]


def test_a_page_that_began_further_down_comes_back_as_it_was(
    client: FlaskClient, app: Flask, clock: Clock
) -> None:
    """With the same cursor upwards as before."""
    fill(app, [Row(NOON - timedelta(hours=number)) for number in range(1, 101)])
    first = get(client, str(get(client, str(get(client, "/").older)).older))
    second = get(client, str(first.older))
    after = str(get(client, str(get(client, "/").older)).older).partition("=")[2]
    restored = get(client, f"/?after={after}&upto={second.cursors[-1]}")
    assert restored.ids == [*first.ids, *second.ids]
    assert restored.newer == first.newer is not None
    assert restored.older == second.older


def test_cursors_that_contradict_each_other_show_no_post_and_a_way_on(
    client: FlaskClient, app: Flask, clock: Clock
) -> None:
    fill(app, [Row(NOON - timedelta(hours=number)) for number in range(1, 101)])
    above, below = Cursor(NOON - timedelta(hours=5), 5), Cursor(NOON - timedelta(hours=50), 50)
    response = client.get(f"/?after={below}&upto={above}")
    assert response.status_code == 200
    assert shown(response.text).ids == []
    assert "Back to the newest posts" in response.text
    assert "noindex" in response.text


# --- cursors

FIRST, LAST = (edge.replace(tzinfo=UTC) for edge in (datetime.min, datetime.max))  # noqa: DTZ901 -- here it gets its zone


@given(st.datetimes(timezones=st.just(UTC)), st.integers(1, LARGEST_ID))
@example(LAST, LARGEST_ID)
@example(FIRST, 1)
@example(EPOCH, 1)
def test_a_cursor_is_read_as_it_was_written(moment: datetime, number: int) -> None:
    cursor = Cursor(moment, number)
    assert Cursor.parse(str(cursor)) == cursor


NEARLY = st.tuples(
    st.sampled_from(["", "+", "-", " ", "0", "-0"]),
    st.integers(0, 10**20).map(str) | st.text("0123456789٣³", max_size=3),
    st.sampled_from(["_", "__", "-", " _", ""]),
    st.sampled_from(["", "+", "-", "0"]),
    st.integers(0, 2**64).map(str),
    st.sampled_from(["", "\n", " ", "_", "\0"]),
).map("".join)


@given(st.text() | NEARLY)
@example("")
@example("0_0")
@example("-0_1")
@example("1_1\n")
@example(f"0_{LARGEST_ID + 1}")
@example("253402300800000000_1")
@example("-62135596800000001_1")
@settings(max_examples=300, deadline=None)
def test_any_other_string_is_no_cursor(text: str) -> None:
    try:
        cursor = Cursor.parse(text)
    except CursorInvalid:
        return
    assert str(cursor) == text


DAMAGED = ["0", "1_1x", "9" * 18 + "_1", "1_" + "9" * 19, "%00", "1_1%0A", "' OR 1=1", "٣_1"]


@pytest.mark.parametrize("path", ["/", "/tags/one"])
def test_a_damaged_cursor_is_a_400_with_a_way_on(client: FlaskClient, write: Write, path: str) -> None:
    write(tags=["one"])
    for argument, text in product(("after", "upto"), DAMAGED):
        response = client.get(f"{path}?{argument}={text}")
        assert response.status_code == 400
        assert "This link to a page of posts is invalid" in response.text
        assert f'<a href="{path}">the beginning of this list</a>' in response.text


@pytest.mark.parametrize("path", ["/", "/tags/one"])
def test_a_made_up_cursor_is_a_page_of_live_posts(
    client: FlaskClient, app: Flask, clock: Clock, path: str
) -> None:
    """A cursor in the future shows neither drafts nor scheduled posts."""
    live, draft, scheduled = (
        Row(NOON - timedelta(days=1), ("one",)),
        Row(None, ("one",)),
        Row(NOON + timedelta(days=1), ("one",)),
    )
    fill(app, [live, draft, scheduled, Row(NOON, ("one",), trashed=True)])
    for moment, number in product((FIRST, EPOCH, NOON, LAST), (1, LARGEST_ID)):
        for arguments in ("after={0}", "upto={0}", "after={0}&upto={0}"):
            page = get(client, f"{path}?{arguments.format(Cursor(moment, number))}")
            assert set(page.ids) <= {1}
            assert page.total == 1


# --- tags


@given(rows=ROWS, chosen=CHOSEN)
@QUICKLY
def test_each_tag_is_offered_with_the_number_of_cards_it_would_leave(
    app: Flask, clock: Clock, rows: list[Row], chosen: list[str]
) -> None:
    fill(app, rows)
    alone = {tag: len(listing(rows, NOON, [tag])) for tag in TAGS}
    unknown = [tag for tag in chosen if not alone[tag]]
    with app.app_context():
        if unknown:
            with pytest.raises(TagUnknown) as caught:
                tag_counts(chosen)
            assert caught.value.slug == unknown[0]
            return
        found = tag_counts(chosen)
    left = {tag: len(listing(rows, NOON, {*chosen, tag})) for tag in TAGS}
    assert {tag.slug: tag.count for tag in found} == {
        tag: left[tag] for tag in TAGS if left[tag] or tag in chosen
    }
    assert [(tag.slug, tag.total) for tag in found] == sorted(
        ((tag.slug, alone[tag.slug]) for tag in found), key=lambda each: (-each[1], each[0])
    )
    assert sorted(tag.slug for tag in found if tag.chosen) == chosen


def test_a_scheduled_post_counts_from_its_second_on(client: FlaskClient, app: Flask, clock: Clock) -> None:
    due = NOON + timedelta(minutes=1)
    fill(app, [Row(NOON, ("a", "b")), Row(due, ("a", "b")), Row(due, ("b",)), Row(due, ("new",))])
    before = get(client, "/"), get(client, "/tags/a")
    assert (before[0].total, before[0].counts) == (1, {"a": 1, "b": 1})
    assert (before[1].total, before[1].counts) == (1, {"b": 1})
    assert client.get("/tags/new").status_code == 404
    clock.move_to(due - timedelta(microseconds=1))
    assert (get(client, "/"), get(client, "/tags/a")) == before
    clock.move_to(due)
    assert (get(client, "/").total, get(client, "/").counts) == (4, {"a": 2, "b": 3, "new": 1})
    assert (get(client, "/tags/a").total, get(client, "/tags/a").counts) == (2, {"b": 2})
    assert get(client, "/tags/new").total == 1


# --- a post among others


@given(rows=ROWS)
@QUICKLY
def test_the_neighbours_of_a_post_are_those_of_the_listing(app: Flask, clock: Clock, rows: list[Row]) -> None:
    fill(app, rows)
    places = listing(rows, NOON)
    for newer, here, older in zip([None, *places], places, [*places[1:], None], strict=False):
        with app.app_context():
            around = posts.neighbours(posts.by_slug(f"post-{here.id}"))
        assert (around.newer and around.newer.cursor) == newer
        assert (around.older and around.older.cursor) == older


def test_a_post_that_is_not_live_has_no_page(client: FlaskClient, app: Flask, clock: Clock) -> None:
    ahead = NOON + timedelta(seconds=1)
    fill(app, [Row(None), Row(ahead), Row(NOON, trashed=True), Row(None, trashed=True), Row(NOON)])
    assert [client.get(f"/posts/post-{number}").status_code for number in range(1, 7)] == [404] * 4 + [
        200,
        404,
    ]
    assert get(client, "/").ids == [5]


def test_what_is_scheduled_and_in_the_trash_does_not_count_as_waiting(app: Flask, clock: Clock) -> None:
    """The trigger does not count posts in the trash, so none may be subtracted as scheduled."""
    ahead = NOON + timedelta(hours=1)
    fill(app, [Row(NOON), Row(NOON), Row(ahead), Row(ahead, trashed=True)])
    with app.app_context():
        assert overview.read().live == 2
        assert [post.id for post in db.session.scalars(posts.scheduled())] == [3]


# --- the archive

AUCKLAND = ZoneInfo("Pacific/Auckland")
# 2026 begins in Auckland at eleven in the morning UTC, still in 2025.
NEW_YEAR = datetime(2025, 12, 31, 11, 0, tzinfo=UTC)


def test_a_year_begins_at_midnight_of_the_sites_time_zone(
    client: FlaskClient, app: Flask, write: Write, clock: Clock
) -> None:
    write("Last of the old", published_at=NEW_YEAR - timedelta(microseconds=1))
    write("First of the new", published_at=NEW_YEAR)
    with app.app_context(), writing() as session:
        session.execute(sa.update(Site).values(time_zone="Pacific/Auckland"))
    old, new = client.get("/archive/2025/").text, client.get("/archive/2026/").text
    assert "Last of the old" in old
    assert "First of the new" not in old
    assert "December 2025" in old
    assert "First of the new" in new
    assert "Last of the old" not in new
    assert '<time datetime="2026-01-01">1</time>' in new
    assert client.get("/archive/2024/").status_code == client.get("/archive/2027/").status_code == 404


def test_a_year_that_has_not_begun_in_greenwich_is_in_the_archive(app: Flask, clock: Clock) -> None:
    clock.move_to(NEW_YEAR + timedelta(minutes=1))
    fill(app, [Row(NEW_YEAR), Row(NEW_YEAR + timedelta(minutes=2))])
    with app.app_context():
        assert archive.years_in(AUCKLAND) == [archive.Year(2026, 1)]
        assert archive.years_in(ZoneInfo("UTC")) == [archive.Year(2025, 1)]


# Three years, one after the leap year 2024, with many times around New Year.
HOURS = (st.integers(0, 26_400) | st.integers(-15, 15) | st.integers(8_769, 8_799)).map(
    lambda hours: NEW_YEAR - timedelta(days=731) + timedelta(hours=hours)
)


@given(
    st.lists(HOURS, max_size=12),
    st.sampled_from(["UTC", "Pacific/Auckland", "Pacific/Kiritimati", "America/St_Johns", "Pacific/Niue"]),
    HOURS,
)
@QUICKLY
def test_every_live_title_stands_once_in_the_archive_in_its_year(
    app: Flask, clock: Clock, dates: Sequence[datetime], zone_name: str, now: datetime
) -> None:
    clock.move_to(now)
    rows = [Row(date) for date in dates]
    fill(app, rows)
    zone = ZoneInfo(zone_name)
    found = []
    with app.app_context():
        years = archive.years_in(zone)
        for each in years:
            titles = archive.titles_in(each.year, zone)
            assert len(titles) == each.count > 0
            assert {title.published_at.astimezone(zone).year for title in titles} == {each.year}
            months = Counter(title.published_at.astimezone(zone).month for title in titles)
            assert archive.months_in([each], zone) == {each.year: [months[month] for month in range(1, 13)]}
            found += [Cursor(title.published_at, title.id) for title in titles]
    assert all(newer.year > older.year for newer, older in pairwise(years))
    assert found == listing(rows, now)
