"""What a page costs that is not in the cache, and what a query and a write cost, in this process."""

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import create_environ

from bench.stores import LARGE, cursor_at
from blog import clock, create_app
from blog.reading import posts
from blog.reading.tag_counts import tag_counts
from blog.search import query as queries
from blog.search import ranking, results, snippets
from blog.store.db import db
from blog.writing import editing, post_form, saving

SIZE = 12


class Costs(NamedTuple):
    """Milliseconds, at one number of posts."""

    posts: int
    front_page: float
    """The listing's first page through Flask, not in the cache; the median."""
    deep_page: float
    """The same at nine tenths of its depth."""
    tag_page: float
    """The page of the largest tag; the median."""
    tag_query: float
    """The listing of a tag, the 99th percentile over all tags."""
    pair_query: float
    """The listing of two tags, the 99th percentile over all pairs."""
    apart_query: float
    """The listing of two large tags that only one old post has both of, the 99th percentile of a hundred times."""
    counts_query: float
    """How many posts each tag would leave beside two, the 99th percentile over all pairs."""
    search_query: float
    """Search for one word, page, snippets and tags included: the 95th percentile over all words."""
    common_query: float
    """The same for the commonest word; the median."""
    write: float
    """Saving a live post with other words and tags, as the form does; the median."""


def costs(instance: Path, count: int) -> Costs:
    app = create_app({"INSTANCE": instance, "BASE_URL": "http://localhost"})
    deep = f"/?after={cursor_at(instance, 0.9)}"
    for address in ("/", deep):
        fetch(app, address)
    front, back = by_turns([lambda: fetch(app, "/"), lambda: fetch(app, deep)], 60)
    (tag,) = by_turns([lambda: fetch(app, f"/tags/{LARGE[0]}")], 7)
    with app.app_context():
        queries = query_costs()
        write = write_cost()
        db.session.remove()
        db.engine.dispose()
    return Costs(
        count, statistics.median(front), statistics.median(back), statistics.median(tag), *queries, write
    )


def fetch(app: Flask, address: str) -> None:
    """A page made by Flask, below the cache."""
    path, _, query = address.partition("?")
    environ = create_environ(path, "http://localhost", query_string=query)
    told: list[Any] = []
    body = b"".join(app.extensions["page_cache"].inner(environ, lambda status, *_: told.append(status)))
    assert told == ["200 OK"]
    assert body


def query_costs() -> tuple[float, float, float, float, float, float]:
    tags = tag_counts()
    pairs = list(combinations(tags, 2))
    large = [tag for tag in tags if tag.slug in LARGE]
    single = [timed(partial(posts.page, [tag], size=SIZE)) for tag in tags for _ in range(5)]
    both = [timed(partial(posts.page, pair, size=SIZE)) for pair in pairs]
    apart = [timed(partial(posts.page, large, size=SIZE)) for _ in range(100)]
    some = pairs[:: max(1, len(pairs) // 60)]
    counted = [timed(partial(tag_counts, [tag.slug for tag in pair])) for pair in some]
    words = db.session.scalars(sa.text("SELECT term FROM post_search_words ORDER BY doc DESC")).all()
    every = sorted(timed(partial(searched, word)) for word in words[:: max(1, len(words) // 300)])
    commonest = statistics.median(timed(partial(searched, words[0])) for _ in range(20))
    return p99(single), p99(both), p99(apart), p99(counted), every[int(len(every) * 0.95)], commonest


def searched(word: str) -> None:
    """All that the page of search asks the database for."""
    query = queries.parsed(word)
    answer = ranking.find(query)
    page = results.page(answer, size=SIZE)
    snippets.shown(query, [post.id for post in page.posts])
    results.counts(answer, [])


def write_cost() -> float:
    """Saving a live post with other words and other tags, as the form does; it is deleted again."""
    text = editing.Text("Words.", "A post to write on", tags=[LARGE[0]])
    post_id = editing.create(text, published_at=clock.now())
    post = post_form.opened(post_id)
    fields, version = post_form.form_data(post), post.version
    taken = []
    for number in range(40):
        tags = f"{LARGE[number % 2].title()}, Topic-{number % 7}, Topic-{10 + number % 5}"
        changed = {**fields, "body": f"Words, {number}.", "tags": tags}
        db.session.rollback()
        begun = time.perf_counter()
        version = saving.save(post_id, changed, base_version=version).version
        taken.append((time.perf_counter() - begun) * 1_000)
    editing.trash(post_id)
    editing.delete([post_id])
    return statistics.median(taken)


def timed(action: Callable[[], object]) -> float:
    """Milliseconds; what SQLAlchemy has remembered is forgotten first."""
    db.session.rollback()
    db.session.expunge_all()
    begun = time.perf_counter()
    action()
    return (time.perf_counter() - begun) * 1_000


def by_turns(actions: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    found: list[list[float]] = [[] for _ in actions]
    for _ in range(rounds):
        for times, action in zip(found, actions, strict=True):
            begun = time.perf_counter()
            action()
            times.append((time.perf_counter() - begun) * 1_000)
    return found


def p99(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]
