"""What reading costs the database when there are many posts: which index it takes, and how many steps."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from blog import create_app
from blog.reading import archive, posts, series
from blog.reading.posts import TagCount
from blog.reading.tag_counts import tag_counts
from blog.search import related
from blog.site import overview
from blog.store.cursors import Cursor
from blog.store.db import db
from blog.store.sqlite import search_index, triggers
from blog.store.sqlite.connections import raw
from blog.syndication import sitemap
from blog.syndication.feeds import page as feed_page
from blog.writing import series as series_keeping
from tests.conftest import NOON, Clock
from tests.filling import Row, fill, listing

POSTS = 20_000
SIZE = 12
# Two at a time, every sixteen hours for eighteen years; a hundred are still scheduled.
ROWS = [
    Row(
        NOON - timedelta(hours=16 * (number // 2 - 50)),
        [tag for tag, each in (("all", 1), ("half", 2), ("some", 20), ("rare", 1000)) if number % each == 0]
        + ["apart"] * (number % 2 == 1 or number >= POSTS - 38),
        series="long" if number % 4 == 0 else f"series-{number % 100}" if number % 4 == 1 else "",
    )
    for number in range(POSTS)
]
COMBINATIONS = [(), ("all",), ("half",), ("all", "half"), ("half", "some"), ("all", "half", "some")]


class Cost(NamedTuple):
    steps: int
    """Instructions of SQLite's virtual machine."""
    plan: str
    """The lines of EXPLAIN QUERY PLAN, those indented that belong to another."""


Measure = Callable[[Callable[[], Any]], Cost]


@pytest.fixture(scope="module")
def many(new_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    instance = shutil.copytree(new_instance, tmp_path_factory.mktemp("many") / "instance")
    app = create_app({"INSTANCE": instance, "BASE_URL": "http://localhost"})
    # All at once, as an upgrade does: what triggers keep for each row is counted when they are back.
    with app.app_context(), db.engine.begin() as connection:
        triggers.remove(connection)
        search_index.install(connection)
    fill(app, ROWS)
    with app.app_context(), db.engine.begin() as connection:
        triggers.install(connection)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def measure(many: Any, clock: Clock) -> Iterator[Measure]:
    """Run something for what it costs the database."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        sent.append((statement, parameters))

    with many.app_context():
        connection = raw(db.session.connection())
        sa.event.listen(db.engine, "before_cursor_execute", note)

        def measure(action: Callable[[], Any]) -> Cost:
            sent.clear()
            steps = 0

            def count() -> int:
                nonlocal steps
                steps += 1
                return 0

            connection.set_progress_handler(count, 1)
            action()
            connection.set_progress_handler(None, 0)
            db.session.expunge_all()
            lines = []
            for statement, parameters in sent:
                depth = {0: 0}
                for number, parent, _, text in connection.execute(
                    f"EXPLAIN QUERY PLAN {statement}", parameters
                ):
                    depth[number] = depth[parent] + 1
                    lines.append("  " * depth[parent] + text)
            return Cost(steps, "\n".join(lines))

        yield measure
        sa.event.remove(db.engine, "before_cursor_execute", note)


def chosen(tags: tuple[str, ...]) -> list[TagCount]:
    return [tag for tag in tag_counts(tags) if tag.chosen]


def places(tags: tuple[str, ...]) -> list[Cursor]:
    return listing(ROWS, NOON, tags)


def scans(plan: str) -> list[str]:
    """Where a table is read from end to end."""
    return [line for line in plan.splitlines() if line.strip().startswith("SCAN") and "anon_" not in line]


def only_spans(plan: str) -> bool:
    """Whether the one thing that is read from end to end is the list of spans that was asked for."""
    found = scans(plan)
    return len(found) == 1 and found[0].startswith("SCAN span VIRTUAL TABLE")


def at_depth(tags: tuple[str, ...], percent: int) -> Cursor:
    here = places(tags)
    return here[len(here) * percent // 100]


@pytest.mark.parametrize("tags", COMBINATIONS, ids="+".join)
def test_a_page_far_down_costs_what_the_second_costs(measure: Measure, tags: tuple[str, ...]) -> None:
    of = chosen(tags)
    first = measure(lambda: posts.page(of, size=SIZE))
    second = measure(lambda: posts.page(of, after=places(tags)[SIZE - 1], size=SIZE))
    deep = measure(lambda: posts.page(of, after=at_depth(tags, 90), size=SIZE))
    assert deep.steps <= 1.1 * second.steps
    assert deep.steps <= 1.5 * first.steps


@pytest.mark.parametrize("tags", COMBINATIONS, ids="+".join)
def test_300_cards_far_down_come_back_at_the_cost_of_300_at_the_top(
    measure: Measure, tags: tuple[str, ...]
) -> None:
    of = chosen(tags)
    top = measure(lambda: posts.page(of, upto=places(tags)[320], size=SIZE))
    deep = measure(lambda: posts.page(of, upto=at_depth(tags, 90), size=SIZE))
    between = measure(lambda: posts.page(of, after=at_depth(tags, 89), upto=at_depth(tags, 90), size=SIZE))
    assert deep.steps <= 1.1 * top.steps
    assert between.steps <= 1.1 * top.steps


@pytest.mark.parametrize("tags", COMBINATIONS, ids="+".join)
@pytest.mark.parametrize("cursors", ["", "after", "upto", "after upto"])
def test_a_page_is_read_through_the_index_of_its_order(
    measure: Measure, tags: tuple[str, ...], cursors: str
) -> None:
    """From the cursor on, without sorting more than the page's own cards, and without reading any table through."""
    of = chosen(tags)
    here = {name: at_depth(tags, depth) for name, depth in (("after", 50), ("upto", 51)) if name in cursors}
    plan = measure(lambda: posts.page(of, size=SIZE, after=here.get("after"), upto=here.get("upto"))).plan
    if tags:
        led = "post_pair USING PRIMARY KEY (tag_id=? AND other_id=?"
        if len(tags) == 1:
            led = "post_tag USING PRIMARY KEY (tag_id=?"
        assert f"SEARCH {led} AND (live_from,post_id)<(?,?))" in plan
        up = f"SEARCH {led} AND (live_from,post_id)>(?,?) AND live_from<?)"
    else:
        assert "SEARCH post USING INDEX ix_post_published_at_id (published_at<?)" in plan
        up = "SEARCH post USING INDEX ix_post_published_at_id (published_at>? AND published_at<?)"
    assert (up in plan) == bool(cursors)
    assert scans(plan) == []
    assert [line for line in plan.splitlines() if "TEMP B-TREE" in line] == ["USE TEMP B-TREE FOR ORDER BY"]


def test_a_combination_is_led_by_its_rarest_tag(measure: Measure) -> None:
    """Nineteen posts are looked through for it, not twenty thousand."""
    of = chosen(("all", "half", "rare"))
    assert len(places(("all", "half", "rare"))) == 19
    assert measure(lambda: posts.page(of, size=SIZE)).steps < 10_000
    assert measure(lambda: tag_counts(("all", "half", "rare"))).steps < 10_000


def test_two_large_tags_with_few_posts_in_common_are_not_looked_through(measure: Measure) -> None:
    """Two tags of ten thousand posts each, and only the oldest nineteen have both."""
    of = chosen(("apart", "half"))
    assert len(places(("apart", "half"))) == 19
    assert measure(lambda: posts.page(of, size=SIZE)).steps < 6_000
    assert measure(lambda: tag_counts(("apart", "half"))).steps < 10_000


def test_the_tags_of_all_posts_are_counted_without_a_look_at_the_posts(measure: Measure) -> None:
    """But for those that are still scheduled."""
    cost = measure(tag_counts)
    assert scans(cost.plan) == ["SCAN tag"]
    assert cost.steps < 5_000


def test_a_post_and_its_neighbours_cost_the_same_wherever_they_stand(measure: Measure) -> None:
    costs = []
    for place in (places(())[1], at_depth((), 50), at_depth((), 90)):
        slug = f"post-{place.id}"
        cost = measure(lambda slug=slug: posts.neighbours(posts.by_slug(slug)))  # type: ignore[misc]
        assert scans(cost.plan) == []
        costs.append(cost.steps)
    assert max(costs) < 1_000


def test_what_every_page_begins_with_costs_next_to_nothing(measure: Measure) -> None:
    cost = measure(overview.read)
    assert scans(cost.plan) == ["SCAN site"]
    assert cost.steps < 2_000


def test_a_year_of_the_archive_is_read_from_its_own_part_of_the_index(measure: Measure) -> None:
    zone = ZoneInfo("Pacific/Auckland")
    years = archive.years_in(zone)
    assert len(years) > 15
    counting = measure(lambda: archive.years_in(zone))
    assert counting.steps < 20 * POSTS
    assert only_spans(counting.plan)
    calendar = measure(lambda: archive.months_in(years, zone))
    assert calendar.steps < 20 * POSTS
    assert only_spans(calendar.plan)
    oldest = years[-2]
    cost = measure(lambda: archive.titles_in(oldest.year, zone))
    assert cost.steps < 50 * oldest.count
    assert "TEMP B-TREE" not in cost.plan


def test_the_oldest_year_is_not_the_newest(many: Any) -> None:
    """The model of this file: what it says about depth is only true if there is a depth."""
    assert datetime(2008, 1, 1, tzinfo=UTC) < places(())[-1].published_at < datetime(2009, 1, 1, tzinfo=UTC)


# --- series


def test_a_part_of_a_series_of_five_thousand_finds_its_place_in_the_index(measure: Measure) -> None:
    """Counting costs a few steps for each part, and neither sorts nor looks at a post that is not shown."""
    steps = []
    for number in (401, 10_001, 19_997):
        post = posts.by_slug(f"post-{number}")
        place: list[Any] = []
        cost = measure(lambda: place.append(series.place(post)))  # noqa: B023 -- called at once
        assert place[0].live > 4_900
        assert place[0].parts == ()
        assert scans(cost.plan) == ["SCAN CONSTANT ROW"]
        assert cost.plan.count("SEARCH post USING COVERING INDEX ix_post_series_") == 3
        assert "TEMP B-TREE" not in cost.plan.removesuffix(
            "USE TEMP B-TREE FOR ORDER BY"
        )  # of the three that are shown
        steps.append(cost.steps)
    assert max(steps) < 30 * 5_000


def test_the_last_page_of_a_long_series_costs_little_more_than_the_first(measure: Measure) -> None:
    long = series.by_slug("long")
    first = measure(lambda: series.page(long))
    last = measure(lambda: series.page(long, -(-long.live // series.PAGE)))
    for cost in (first, last):
        assert "SEARCH post USING COVERING INDEX ix_post_series_part (series_id=?)" in cost.plan
        assert scans(cost.plan) == []
    assert last.steps < first.steps + 10 * 5_000


def test_all_series_are_counted_without_a_look_at_a_post(measure: Measure) -> None:
    for action in (series.get_all, lambda: series.by_slug("long")):
        cost = measure(action)
        assert "USING INDEX ix_post" not in cost.plan
        assert cost.plan.count("SEARCH post USING COVERING INDEX ix_post_series_") == 2
        assert cost.steps < 20 * POSTS
    assert measure(series.any_live).steps < 1_000
    assert "SCAN post" not in measure(series_keeping.uses).plan


def test_the_feed_of_a_series_is_read_through_the_index_of_its_order(measure: Measure) -> None:
    number = series.by_slug("long").id
    first = measure(lambda: feed_page(series_id=number))
    deep = measure(lambda: feed_page(series_id=number, after=at_depth((), 90)))
    assert (
        "SEARCH post USING COVERING INDEX ix_post_series_date (series_id=? AND published_at<?)" in deep.plan
    )
    assert [line for line in deep.plan.splitlines() if "TEMP B-TREE" in line] == [
        "USE TEMP B-TREE FOR ORDER BY"
    ]
    assert scans(deep.plan) == []
    assert deep.steps <= 1.5 * first.steps


def test_the_sitemap_looks_among_those_that_were_changed_for_the_changes_in_series(measure: Measure) -> None:
    cost = measure(sitemap.series)
    assert "SEARCH post USING COVERING INDEX ix_post_changed_at (changed_at>?)" in cost.plan
    assert "ix_post_published_at_id" not in cost.plan
    assert cost.steps < 10 * POSTS


def test_which_of_few_posts_carry_a_large_tag_is_looked_up_by_post(measure: Measure) -> None:
    """Not by tag: of each of the post's tags all posts would be read, twenty times as much."""
    cost = measure(lambda: related.nearest(db.session(), 10_001))
    assert "SEARCH post_tag USING INDEX sqlite_autoindex_post_tag_2 (post_id=?)" in cost.plan
    assert cost.steps < 20_000
