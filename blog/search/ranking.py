"""Full text: the live posts that a query is about, the best first.

A post has all the words of the query, in any form of theirs, and each phrase as it stands. It ranks by BM25 (Robertson
and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), a title counting more than an excerpt and
that more than the text, and then by how it has the words: as they were typed, in its title. Of equals the newer is
first. What is found most often is ranked among its newest five hundred, so that the commonest word costs little more
than a rare one.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Self

import sqlalchemy as sa

from blog.errors import CursorInvalid
from blog.reading import posts
from blog.search.query import Query
from blog.store.backend import Limits, Terms
from blog.store.current import backend
from blog.store.cursors import Cursor
from blog.store.db import as_stored, db
from blog.store.models import Post
from blog.store.models.listings import post_tag
from blog.text.search_tokens import Wanted, wanted

MOST = 500
"""Posts that are ranked."""
WEIGHTS = (10.0, 3.0, 1.0)
"""Of title, excerpt and text."""
IN_TITLE, AS_TYPED, ONE_WORD = 2.0, 1.5, 1.0
"""What it counts that a title has all the words, that they stand as they were typed, that there is one of several."""
HALF_TYPED = 0.6
"""What words count of which only the beginning was typed."""
SCALE = 100
"""Scores are whole hundredths: what differs by less is equal, and the newer comes first."""

NO_LIMITS = Limits()

# As text: to make a moment of it takes as long as to find it.
AS_STORED = backend.sortable(Post.published_at)


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


class Ranked(NamedTuple):
    """A post that was found. These sort like their places, which it would take longer to make."""

    score: int
    published_at: str
    """As the database has it, so that the order of letters is that of time."""
    id: int

    @property
    def place(self) -> Place:
        return Place(
            self.score, Cursor(datetime.fromisoformat(self.published_at).replace(tzinfo=UTC), self.id)
        )

    @classmethod
    def at(cls, place: Place) -> Self:
        return cls(place.score, as_stored(place.cursor.published_at), place.cursor.id)


class Answer(NamedTuple):
    """What was found."""

    posts: Sequence[Ranked]
    """The best first."""
    all_words: bool = True
    """False if no post has all of the words: these have some of them."""
    complete: bool = True
    """False if more posts would match than are ranked."""


def find(query: Query, tags: Sequence[int] = ()) -> Answer:
    """The live posts that match `query` and carry all of `tags`, ids."""
    if not query.words and not query.phrases:
        return without_words(query, tags)
    limits = Limits(tags, each(query.phrases), each(query.without))
    answer = with_all_words(query, limits)
    if not answer.posts and query.plain != query:
        return find(query.plain, tags)
    if not answer.posts and len(query.words) > 1:
        some = with_some_words(query, limits)
        return some if some.posts else answer
    return answer


def with_all_words(query: Query, limits: Limits) -> Answer:
    everything = each([*query.words, *query.phrases])
    titles = matching(Terms(everything, in_title=True), limits)
    # The best of more than five hundred may be older than the newest of them: then those by their title are added.
    stems = matching(Terms(everything), limits)
    found = [
        Found(titles | stems),
        Found(titles, 0, IN_TITLE),
        Found(matching(Terms(everything, in_any_form=False), limits, scored=False), 0, AS_TYPED),
    ]
    if query.beginning and len(stems) <= MOST:  # of a word that so many have nobody needs the longer ones
        others = [word for word in query.words if word != query.beginning]
        also = limits._replace(also=each(others))
        found.append(Found(matching(beginning(query), also), HALF_TYPED))
    return together(found)


def with_some_words(query: Query, limits: Limits) -> Answer:
    found = [Found(matching(Terms(each([word])), limits), 1, ONE_WORD) for word in query.words]
    if query.beginning:
        found.append(Found(matching(beginning(query), limits), HALF_TYPED))
    return together(found)._replace(all_words=False)


class Found(NamedTuple):
    """Posts that match an expression, and what that counts."""

    matches: dict[int, float]
    weight: float = 1
    """By which a post's score is multiplied."""
    each: float = 0
    """What is added whatever the score: BM25 knows no difference where most posts have a word."""


def together(found: Iterable[Found]) -> Answer:
    scores: dict[int, float] = {}
    complete = True
    for matches, weight, each in found:
        complete = complete and len(matches) <= MOST
        for number, score in matches.items():
            scores[number] = scores.get(number, 0) + weight * score + each
    ranked = [Ranked(max(0, round(scores[number] * SCALE)), at, number) for number, at in live_among(scores)]
    return Answer(sorted(ranked, reverse=True)[:MOST], complete=complete)


def live_among(ids: Iterable[int]) -> Sequence[tuple[int, str]]:
    """The live posts among `ids`, and when each was published."""
    live = posts.live().with_only_columns(Post.id, AS_STORED).where(Post.id.in_(backend.numbers(ids)))
    return [(number, at) for number, at in db.session.execute(live).all()]


def matching(terms: Terms, limits: Limits = NO_LIMITS, *, scored: bool = True) -> dict[int, float]:
    """The posts with the highest ids that match, and each one's score; without `scored` each counts nothing.

    One more than `MOST` if there are more.
    """
    return backend.matching(terms, limits, most=MOST + 1, weights=WEIGHTS if scored else None)


def without_words(query: Query, tags: Sequence[int]) -> Answer:
    """The newest posts that have nothing of what shall not be in them."""
    statement = posts.live().with_only_columns(AS_STORED, Post.id)
    if query.without:
        unwanted = Terms(each(query.without), any_of=True, in_any_form=False)
        statement = statement.where(Post.id.not_in(backend.ids_matching(unwanted)))
    for tag in tags:
        carried = sa.select(post_tag.c.post_id).where(post_tag.c.tag_id == tag)
        statement = statement.where(Post.id.in_(carried))
    statement = statement.order_by(Post.published_at.desc(), Post.id.desc()).limit(MOST + 1)
    found = [Ranked(0, at, number) for at, number in db.session.execute(statement).all()]
    return Answer(found[:MOST], complete=len(found) <= MOST)


def each(typed: Iterable[str]) -> Sequence[Wanted]:
    return [wanted(part) for part in typed]


def beginning(query: Query) -> Terms:
    """The last word of `query`, which may go on."""
    return Terms([wanted(query.beginning, half=True)], in_any_form=False)
