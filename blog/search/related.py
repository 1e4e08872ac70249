"""Which posts go on where one ends: worked out when a post is written, so that no reader waits for it.

What relates two posts is the tags that they share, each counting the more the rarer it is (the logarithm of how many
posts there are for each that carries it: the inverse document frequency of Spärck Jones, "A statistical interpretation
of term specificity and its application in retrieval", 1972), and their words: the most telling words of the one, those
that it says often and few others say, are searched for among the others (BM25, as in `blog.search.ranking`), and the
best match counts as much as `TEXT` says. The six best are kept for each post, and a new post finds its way into the
lists of those that it is related to.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blog.reading import posts
from blog.search import ranking
from blog.store.backend import Terms
from blog.store.current import backend
from blog.store.db import db
from blog.store.models import Post, Related, Site, Tag
from blog.store.models.listings import NEVER, post_tag
from blog.text.search_tokens import wanted

KEPT = 6
SHOWN = 3
TEXT = 3.0
"""What the likest text counts beside tags."""
LEAST = 0.5
"""A lower score is chance."""
NEWEST_OF_TAG = 60
"""Posts of each tag that are looked at."""
CANDIDATE_WORDS, TELLING_WORDS = 16, 6
COMMON = 100
"""Posts: a word that so many have says nothing; the count stops there."""
SHORTEST = 4
"""Letters of a word that says something."""

WORD = re.compile(r"[^\W\d_]+")


def for_post(post: Post) -> Sequence[Post]:
    """The live posts that are most related to `post`, the nearest first."""
    stored = sa.select(Related.other_id).where(Related.post_id == post.id).order_by(Related.score.desc())
    ids = db.session.scalars(stored).all()
    live = posts.live().with_only_columns(Post.id).where(Post.id.in_(ids))
    found = {each.id: each for each in posts.cards(live)} if ids else {}
    return [found[number] for number in ids if number in found][:SHOWN]


def renew(session: Session, post_id: int) -> None:
    """Work out anew what is related to a post, and put it among what is related to others."""
    backend.index_changes(session)
    found = nearest(session, post_id)
    session.execute(sa.delete(Related).where(sa.or_(Related.post_id == post_id, Related.other_id == post_id)))
    if not found:
        return
    session.execute(
        sa.insert(Related),
        [
            {"post_id": one, "other_id": two, "score": score}
            for other, score in found
            for one, two in ((post_id, other), (other, post_id))
        ],
    )
    rank = sa.func.row_number().over(
        partition_by=Related.post_id, order_by=(Related.score.desc(), Related.other_id.desc())
    )
    ranked = (
        sa.select(Related.post_id, Related.other_id, rank.label("rank"))
        .where(Related.post_id.in_([other for other, _ in found]))
        .subquery()
    )
    beyond = sa.select(ranked.c.post_id, ranked.c.other_id).where(ranked.c.rank > KEPT)
    session.execute(sa.delete(Related).where(sa.tuple_(Related.post_id, Related.other_id).in_(beyond)))


def nearest(session: Session, post_id: int) -> list[tuple[int, int]]:
    """The posts, live or to become so, that are nearest to one, and how near, in hundredths."""
    rarity = rarities(session, post_id)
    likeness = alike(session, post_id)
    scores = defaultdict[int, float](float, {other: TEXT * share for other, share in likeness.items()})
    candidates = {*likeness, *(other for tag in rarity for other in newest(session, tag))} - {post_id}
    # Not by their tags: all the posts of a tag would be read for the few that are asked for.
    carried = sa.select(post_tag.c.post_id, post_tag.c.tag_id).where(
        post_tag.c.post_id.in_(backend.numbers(candidates)),
        backend.unindexed(post_tag.c.tag_id).in_(rarity),
        post_tag.c.live_from < NEVER,
    )
    for other, tag in session.execute(carried).all():
        scores[other] += rarity[tag]
    scores.pop(post_id, None)
    best = sorted(scores.items(), key=lambda item: (item[1], item[0]), reverse=True)
    return [(other, round(score * 100)) for other, score in best[:KEPT] if score >= LEAST]


def rarities(session: Session, post_id: int) -> dict[int, float]:
    """The tags of a post, and how rare each is."""
    published = session.scalar(sa.select(Site.published_count)) or 1
    tags = (
        sa.select(Tag.id, Tag.published)
        .join(post_tag, post_tag.c.tag_id == Tag.id)
        .where(post_tag.c.post_id == post_id)
    )
    return {tag: math.log(1 + published / max(1, count)) for tag, count in session.execute(tags).all()}


def newest(session: Session, tag: int) -> Sequence[int]:
    statement = sa.select(post_tag.c.post_id).where(post_tag.c.tag_id == tag, post_tag.c.live_from < NEVER)
    return session.scalars(statement.order_by(post_tag.c.live_from.desc()).limit(NEWEST_OF_TAG)).all()


def alike(session: Session, post_id: int) -> dict[int, float]:
    """The posts with the telling words of one, and how like they are: from 0 to 1, the likest."""
    words = telling(session, post_id)
    if not words:
        return {}
    found = ranking.matching(Terms([wanted(word) for word in words], any_of=True))
    found.pop(post_id, None)
    highest = max(found.values(), default=0.0)
    return {other: score / highest for other, score in found.items()} if highest > 0 else {}


def telling(session: Session, post_id: int) -> list[str]:
    """The words that a post says often and few others say."""
    title, text = session.execute(sa.select(Post.title, Post.plain_text).where(Post.id == post_id)).one()
    said = Counter(
        word for word in WORD.findall(f"{title} {title} {text}".casefold()) if len(word) >= SHORTEST
    )
    published = session.scalar(sa.select(Site.published_count)) or 1
    weights = {}
    for word, times in said.most_common(CANDIDATE_WORDS):
        count = known(session, word)
        if 1 < count < min(COMMON, max(3, published / 3)):
            weights[word] = times * math.log(published / count)
    return sorted(weights, key=lambda word: weights[word], reverse=True)[:TELLING_WORDS]


def known(session: Session, word: str) -> int:
    """How many posts have a word in any form, up to `COMMON`."""
    return backend.count_matching(session, Terms([wanted(word)]), COMMON)
