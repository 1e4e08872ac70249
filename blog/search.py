"""Full text: the live posts that a query is about, the best first.

A post has all the words of the query, in any form of theirs, and each phrase as it stands. It ranks by BM25 (Robertson
and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, as FTS5 computes it), a title counting
more than an excerpt and that more than the text, and once more for the words as they were typed. Of equals the newer is
first. What is found most often is ranked among its newest thousand, so that the commonest word costs little more than a
rare one.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

import sqlalchemy as sa

from blog import clock, posts
from blog.cursors import Cursor
from blog.db import UtcDateTime, db
from blog.errors import CursorInvalid
from blog.listings import post_tag
from blog.models import Post
from blog.queries import Query

MOST = 1_000
"""Posts that are ranked."""
WEIGHTS = "10.0, 3.0, 1.0"  # of title, excerpt and text
IN_TITLE, AS_TYPED, ONE_WORD = 2.0, 0.5, 1.0
"""What it counts that a title has all the words, that they stand as they were typed, that there is one of several."""
HALF_TYPED = 0.6
"""What words count of which only the beginning was typed."""
SCALE = 100
"""Scores are whole hundredths: what differs by less is equal, and the newer comes first."""

STEMS, WORDS = "post_search", "post_search_exact"


class Place(NamedTuple):
    """Where in an answer one stands, by what one stands at: its score and its place in the listing."""

    score: int
    cursor: Cursor

    def __str__(self) -> str:
        return f"{self.score}_{self.cursor}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str()` wrote. Raises CursorInvalid for everything else."""
        score, _, cursor = text.partition("_")
        if not score.isascii() or not score.isdigit() or len(score) > 9 or str(int(score)) != score:
            raise CursorInvalid
        return cls(int(score), Cursor.parse(cursor))


class Answer(NamedTuple):
    """What was found."""

    places: Sequence[Place]
    """The best first."""
    all_words: bool = True
    """False if no post has all of the words: these have some of them."""
    complete: bool = True
    """False if more posts would match than are ranked."""


def find(query: Query, tags: Sequence[int] = ()) -> Answer:
    """The live posts that match `query` and carry all of `tags`, ids."""
    if not query.words and not query.phrases:
        return without_words(query, tags)
    answer = with_all_words(query, tags)
    if not answer.places and len(query.words) > 1:
        some = with_some_words(query, tags)
        return some if some.places else answer
    return answer


def with_all_words(query: Query, tags: Sequence[int]) -> Answer:
    limits = Limits(tags, joined(query.phrases), joined(query.without, " OR "))
    everything = joined([*query.words, *query.phrases])
    titles = matching(STEMS, f"{{title}} : {everything}", limits)
    exact = matching(WORDS, everything, limits)
    # The best of more than a thousand may be older than the newest of them: then those by their title are added.
    found = [
        Found(titles | matching(STEMS, everything, limits)),
        Found(titles, 0, IN_TITLE),
        Found(exact, 1, AS_TYPED),
    ]
    if query.beginning:
        others = [word for word in query.words if word != query.beginning]
        half = f"{quoted(query.beginning)} *"
        found.append(Found(matching(WORDS, half, limits._replace(also=joined(others))), HALF_TYPED))
    return together(found)


def with_some_words(query: Query, tags: Sequence[int]) -> Answer:
    limits = Limits(tags, joined(query.phrases), joined(query.without, " OR "))
    found = [Found(matching(STEMS, quoted(word), limits), 1, ONE_WORD) for word in query.words]
    if query.beginning:
        found.append(Found(matching(WORDS, f"{quoted(query.beginning)} *", limits), HALF_TYPED))
    return together(found)._replace(all_words=False)


class Found(NamedTuple):
    """Posts that match an expression, and what that counts."""

    posts: dict[int, tuple[float, Cursor]]
    weight: float = 1
    """By which a post's score is multiplied."""
    each: float = 0
    """What is added whatever the score: BM25 knows no difference where most posts have a word."""


def together(found: Iterable[Found]) -> Answer:
    scores: dict[int, float] = {}
    cursors: dict[int, Cursor] = {}
    complete = True
    for posts_, weight, each in found:
        complete = complete and len(posts_) <= MOST
        for number, (score, cursor) in posts_.items():
            scores[number] = scores.get(number, 0) + weight * score + each
            cursors[number] = cursor
    places = [Place(max(0, round(score * SCALE)), cursors[number]) for number, score in scores.items()]
    return Answer(sorted(places, reverse=True)[:MOST], complete=complete)


class Limits(NamedTuple):
    """What else is asked of a post that matches: expressions of FTS5, empty for nothing."""

    tags: Sequence[int]
    phrases: str
    without: str
    also: str = ""


def matching(index: str, expression: str, limits: Limits) -> dict[int, tuple[float, Cursor]]:
    """The newest posts, by their ids, that match an `expression` of FTS5: each one's score and place in the listing.

    One more than `MOST` if there are more. Without the `+` SQLite would ask the index again for each post of the
    condition, and take a hundred times as long.
    """
    conditions = [f"s.{index} MATCH :expression", "post.published_at <= :now"]
    values = {"expression": expression, "now": f"{clock.now().replace(tzinfo=None):%Y-%m-%d %H:%M:%S.%f}"}
    for name, table, wanted, isin in (
        ("phrases", WORDS, limits.phrases, "IN"),
        ("also", STEMS, limits.also, "IN"),
        ("without", WORDS, limits.without, "NOT IN"),
    ):
        if wanted:
            conditions.append(f"+s.rowid {isin} (SELECT rowid FROM {table} WHERE {table} MATCH :{name})")
            values[name] = wanted
    conditions += [
        f"+s.rowid IN (SELECT post_id FROM post_tag WHERE tag_id = {int(tag)})" for tag in limits.tags
    ]
    statement = sa.text(
        f"""SELECT s.rowid AS id, bm25(s.{index}, {WEIGHTS}) AS score, post.published_at
        FROM {index} AS s CROSS JOIN post ON post.id = s.rowid
        WHERE {" AND ".join(conditions)} ORDER BY s.rowid DESC LIMIT {MOST + 1}"""
    ).columns(
        sa.column("id", sa.Integer), sa.column("score", sa.Float), sa.column("published_at", UtcDateTime)
    )
    rows = db.session.execute(statement, values)
    return {row.id: (-row.score, Cursor(row.published_at, row.id)) for row in rows}


def without_words(query: Query, tags: Sequence[int]) -> Answer:
    """The newest posts that have nothing of what shall not be in them."""
    statement = posts.live().with_only_columns(Post.published_at, Post.id)
    for tag in tags:
        statement = statement.where(
            Post.id.in_(sa.select(post_tag.c.post_id).where(post_tag.c.tag_id == tag))
        )
    if query.without:
        unwanted = sa.text(f"SELECT rowid FROM {WORDS} WHERE {WORDS} MATCH :without")
        unwanted = unwanted.bindparams(without=joined(query.without, " OR "))
        statement = statement.where(Post.id.not_in(unwanted.columns(sa.column("rowid")).scalar_subquery()))
    statement = statement.order_by(Post.published_at.desc(), Post.id.desc()).limit(MOST + 1)
    found = [Place(0, Cursor(at, number)) for at, number in db.session.execute(statement) if at]
    return Answer(found[:MOST], complete=len(found) <= MOST)


def joined(parts: Iterable[str], joint: str = " AND ") -> str:
    """An expression of FTS5 for `parts`; empty without any."""
    quoted_parts = [quoted(part) for part in parts]
    return f"({joint.join(quoted_parts)})" if quoted_parts else ""


def quoted(part: str) -> str:
    """A word or phrase as a string of FTS5, in which nothing means anything else."""
    return '"' + part.replace('"', '""') + '"'
