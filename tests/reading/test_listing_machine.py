"""Readers scroll while the author publishes, withdraws, deletes and re-dates posts: no card is duplicated or missing.

Hypothesis generates the order of events, over HTTP and against a simple model of the published posts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import sqlalchemy as sa
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from blog.store.cursors import Cursor
from blog.store.db import writing
from blog.store.models import Site
from blog.writing import editing
from tests.conftest import NOON, Clock
from tests.filling import fill
from tests.shown import Shown, shown

SIZE = 3
TAGS = ("a", "b", "c")
PATHS = {"/": (), "/tags/a": ("a",), "/tags/a+b": ("a", "b")}
# Few, so that many posts have the same date; two are in the future.
DATES = [NOON + timedelta(minutes=minutes) for minutes in (-3, -2, -1, 0, 1, 2)]
DRAWN_TAGS = st.lists(st.sampled_from(TAGS), unique=True)


@dataclass
class Model:
    """A post as the author knows it."""

    published_at: datetime | None
    tags: list[str]
    trashed: bool = False


@dataclass
class Reader:
    """A reader who started at the top of a list and follows its link “Older posts”."""

    path: str
    next: str | None
    there: set[int]
    """Posts that were published at the start and not changed since."""
    redated: set[int] = field(default_factory=set)
    cards: list[tuple[int, Cursor]] = field(default_factory=list)


class Scrolling(RuleBasedStateMachine):
    def __init__(self, app: Flask, uncached: Flask, clock: Clock) -> None:
        super().__init__()
        self.app, self.clock = app, clock
        self.client = app.test_client()
        self.uncached = uncached.test_client()
        self.posts: dict[int, Model] = {}
        self.readers: dict[str, Reader] = {}
        clock.move_to(NOON)
        fill(app, [])

    # --- the model

    def listing(self, tags: tuple[str, ...]) -> list[Cursor]:
        return sorted(
            (
                Cursor(post.published_at, number)
                for number, post in self.posts.items()
                if post.published_at is not None
                and post.published_at <= self.clock.now
                and not post.trashed
                and set(tags) <= set(post.tags)
            ),
            reverse=True,
        )

    def touch(self, number: int) -> None:
        for reader in self.readers.values():
            reader.there.discard(number)

    # --- the author

    @initialize(posts=st.lists(st.tuples(st.sampled_from(DATES[:4]), DRAWN_TAGS), min_size=4, max_size=12))
    def begin(self, posts: list[tuple[datetime, list[str]]]) -> None:
        for date, tags in posts:
            self.write(date, tags)

    @rule(date=st.sampled_from(DATES), tags=DRAWN_TAGS)
    def write(self, date: datetime, tags: list[str]) -> None:
        with self.app.app_context():
            number = editing.create(editing.Text("Words.", tags=tags), published_at=date)
        self.posts[number] = Model(date, tags)

    @precondition(lambda self: self.posts)
    @rule(data=st.data(), date=st.sampled_from(DATES))
    def publish_or_redate(self, data: st.DataObject, date: datetime) -> None:
        number = self.one_of_the_posts(data)
        with self.app.app_context():
            editing.publish(number, at=date)
        self.posts[number].published_at = date
        for reader in self.readers.values():
            reader.redated.add(number)

    @precondition(lambda self: self.posts)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        number = self.one_of_the_posts(data)
        with self.app.app_context():
            editing.withdraw(number)
        self.posts[number].published_at = None

    @precondition(lambda self: self.posts)
    @rule(data=st.data(), back=st.booleans())
    def trash_or_restore(self, data: st.DataObject, back: bool) -> None:
        number = self.one_of_the_posts(data)
        with self.app.app_context():
            (editing.restore if back else editing.trash)(number)
        self.posts[number].trashed = not back

    @precondition(lambda self: self.posts)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        number = self.one_of_the_posts(data)
        with self.app.app_context():
            editing.delete([number])
        del self.posts[number]

    def one_of_the_posts(self, data: st.DataObject) -> int:
        number = data.draw(st.sampled_from(sorted(self.posts)))
        self.touch(number)
        return number

    @rule(minutes=st.sampled_from([1, 2]))
    def wait(self, minutes: int) -> None:
        """Wait until a scheduled post may be due, with the previous page in the cache."""
        self.get("/")
        self.clock.advance(minutes=minutes)
        self.get("/")

    # --- readers

    def get(self, path: str, arguments: str = "") -> Shown | None:
        """The page at an address, which may be cached but must equal a newly rendered one."""
        response = self.client.get(f"{path}{arguments}")
        made_now = self.uncached.get(f"{path}{arguments}")
        assert (response.status_code, response.data) == (made_now.status_code, made_now.data)
        tags = PATHS[path]
        if any(not self.listing((tag,)) for tag in tags):
            # A tag is deleted with its last post: its address redirects to the rest of the combination.
            if response.status_code == 301:
                rest = {"/tags/", *(f"/tags/{tag}" for tag in tags if self.listing((tag,)))}
                assert response.location.partition("?")[0] in rest
            else:
                assert response.status_code == 404
            return None
        assert response.status_code == 200
        page = shown(response.text)
        assert page.total == len(self.listing(tags))
        assert sorted(page.chosen) == list(tags)
        left = {tag: len(self.listing((*tags, tag))) for tag in TAGS if tag not in tags}
        assert page.counts == {tag: count for tag, count in left.items() if count}
        return page

    @rule(path=st.sampled_from(sorted(PATHS)))
    def come(self, path: str) -> None:
        self.readers[path] = Reader(path, "", {place.id for place in self.listing(PATHS[path])})
        self.scroll(path)

    @rule(path=st.sampled_from(sorted(PATHS)))
    def scroll(self, path: str) -> None:
        reader = self.readers.get(path)
        if reader is None or reader.next is None:
            return
        page = self.get(path, reader.next)
        if page is None:  # the last post with this tag is gone, and its list as well
            del self.readers[path]
            return
        cards = [(number, Cursor.parse(text)) for number, text in zip(page.ids, page.cursors, strict=True)]
        above = reader.cards[-1][1] if reader.cards else None
        below = [place for place in self.listing(PATHS[path]) if above is None or place < above]
        assert cards == [(place.id, place) for place in below[:SIZE]]
        assert (page.older is not None) == (len(below) > SIZE)
        reader.cards += cards
        reader.next = page.older and page.older.removeprefix(path)
        if reader.next is None:
            self.check(reader)

    def check(self, reader: Reader) -> None:
        """The end of scrolling: the cards seen, the first of duplicates."""
        assert all(newer[1] > older[1] for newer, older in pairwise(reader.cards))
        seen = [number for number, _ in reader.cards]
        assert {number for number in seen if seen.count(number) > 1} <= reader.redated
        kept = list(dict.fromkeys(seen))
        assert reader.there <= set(kept)
        for number in reader.there:
            assert seen.count(number) == 1

    @rule(path=st.sampled_from(sorted(PATHS)))
    def come_back(self, path: str) -> None:
        """Reload or Back: everything down to the position, as after scrolling there again."""
        reader = self.readers.get(path)
        if reader is None or not reader.cards:
            return
        upto = reader.cards[-1][1]
        restored = self.get(path, f"?upto={upto}")
        if restored is None:
            return
        fresh: list[str] = []
        following: str | None = ""
        while following is not None and (not fresh or Cursor.parse(fresh[-1]) > upto):
            page = self.get(path, following)
            assert page is not None
            fresh += page.cursors
            following = page.older and page.older.removeprefix(path)
        assert restored.cursors == [text for text in fresh if Cursor.parse(text) >= upto]
        assert restored.newer is None

    def teardown(self) -> None:
        for path in list(self.readers):
            while path in self.readers and self.readers[path].next is not None:
                self.scroll(path)


def test_no_card_comes_twice_and_none_is_missing_whatever_happens_during_the_scroll(
    app: Flask, make_app: Callable[..., Flask], clock: Clock
) -> None:
    uncached = make_app(CACHE_TYPE="NullCache", CACHE_NO_NULL_WARNING=True)
    with app.app_context(), writing() as session:
        session.execute(sa.update(Site).values(posts_per_page=SIZE))

    class Here(Scrolling):
        def __init__(self) -> None:
            super().__init__(app, uncached, clock)

    run_state_machine_as_test(Here, settings=settings(max_examples=8, stateful_step_count=30, deadline=None))
