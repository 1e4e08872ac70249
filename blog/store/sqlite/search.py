"""What is asked of the search index: which posts match and how well, where, and which words there are.

Expressions are those of FTS5 (https://sqlite.org/fts5.html, section 3). BM25 is its own, too (section 5.1).
"""

import json
from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blog.store.backend import Highlighted, Limits, Terms
from blog.store.db import db
from blog.text.search_tokens import Wanted

STEMS, WORDS = "post_search", "post_search_exact"
FEW = 50
"""Posts, among 20,000 with a word: more are found sooner by reading the whole of the index for that word."""


def matching(
    terms: Terms, limits: Limits, *, most: int, weights: tuple[float, float, float] | None
) -> dict[int, float]:
    """The posts with the highest ids that match, and each one's score: 0 without `weights`.

    BM25 takes most of the time. Without the `+` SQLite would ask the index again for each post of a condition, and take
    a hundred times as long.
    """
    index = index_of(terms)
    conditions, values = [f"{index} MATCH :expression"], {"expression": expression_of(terms)}
    for name, table, wanted, isin in (
        ("phrases", WORDS, joined(limits.phrases), "IN"),
        ("also", STEMS, joined(limits.also), "IN"),
        ("without", WORDS, joined(limits.without, " OR "), "NOT IN"),
    ):
        if wanted:
            conditions.append(f"+rowid {isin} (SELECT rowid FROM {table} WHERE {table} MATCH :{name})")
            values[name] = wanted
    conditions += [
        f"+rowid IN (SELECT post_id FROM post_tag WHERE tag_id = {int(tag)})" for tag in limits.tags
    ]
    score = f"bm25({index}, {', '.join(map(str, weights))})" if weights else "0"
    statement = sa.text(
        f"SELECT rowid, {score} FROM {index} WHERE {' AND '.join(conditions)} ORDER BY rowid DESC LIMIT {int(most)}"
    )
    return {number: -score for number, score in db.session.execute(statement, values).all()}


def ids_matching(terms: Terms) -> sa.Select[tuple[int]]:
    """The ids of the posts that match, for `IN`."""
    index = index_of(terms)
    found = sa.table(index, sa.column("rowid", sa.Integer))
    matches = sa.literal_column(index).bool_op("MATCH")(expression_of(terms))
    return sa.select(found.c.rowid).where(matches)


def count_matching(session: Session, terms: Terms, most: int) -> int:
    """How many posts match; the count stops at `most`."""
    found = ids_matching(terms).limit(most).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def highlights(terms: Terms, ids: Sequence[int], marks: tuple[str, str]) -> Iterator[Highlighted]:
    """Those of the posts `ids` that match, with `marks` around each token that was found."""
    index = index_of(terms)
    # Without the `+` SQLite asks the index again for each post, which is quicker for a few of them.
    rowid = "+rowid" if len(ids) > FEW else "rowid"
    statement = sa.text(
        f"""SELECT found.rowid, found.title, found.text, post.title, post.text, indexed.places
        FROM (SELECT rowid, highlight({index}, 0, :begin, :end) AS title, highlight({index}, 2, :begin, :end) AS text
            FROM {index} WHERE {index} MATCH :asked AND {rowid} IN :ids) AS found
        JOIN post ON post.id = found.rowid JOIN post_search_text AS indexed ON indexed.id = found.rowid"""
    ).bindparams(sa.bindparam("ids", expanding=True))
    begin, end = marks
    values = {"begin": begin, "end": end, "asked": expression_of(terms), "ids": list(ids)}
    for number, in_title, in_text, title, text, kept in db.session.execute(statement, values):
        yield Highlighted(number, in_title, in_text, title, text, *json.loads(kept))


def words(connection: sa.Connection) -> Iterable[tuple[str, int]]:
    """Every word of published posts, and in how many of them it is."""
    rows = connection.execute(sa.text("SELECT term, doc FROM post_search_words"))
    return ((term, count) for term, count in rows)


# --- expressions


def index_of(terms: Terms) -> str:
    return STEMS if terms.in_any_form else WORDS


def expression_of(terms: Terms) -> str:
    found = joined(terms.parts, " OR " if terms.any_of else " AND ")
    return f"{{title}} : {found}" if terms.in_title else found


def joined(parts: Iterable[Wanted], joint: str = " AND ") -> str:
    """An expression for `parts`; empty without any."""
    expressions = [expression(part) for part in parts]
    return f"({joint.join(expressions)})" if expressions else ""


def expression(part: Wanted) -> str:
    """An expression for one of the spellings of a word or phrase."""
    star = " *" if part.half else ""
    every = [f"{quoted(spelling)}{star}" for spelling in part.spellings]
    return every[0] if len(every) == 1 else f"({' OR '.join(every)})" if every else ""


def quoted(tokens: str) -> str:
    """Tokens as a string, in which nothing means anything else."""
    return '"' + tokens.replace('"', '""') + '"'
