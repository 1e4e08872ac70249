"""The author's pages cost the same few queries for any amount of content."""

import pytest
from flask import Flask

from blog import clock
from blog.store.db import writing
from blog.store.models import Image, Revision
from blog.writing import drafts, editing
from blog.writing.drafts import EditorTab
from tests.signing_in import AuthorClient
from tests.web.author.forms import filled

MOST = {
    "/author/": 5,
    "/author/?state=draft": 5,
    "/author/?q=words": 5,
    "/author/posts/new": 5,
    "/author/posts/1": 16,
    "/author/posts/1/revisions": 4,
    "/author/posts/1/revisions/1": 8,
    "/author/posts/1/revisions/1?with=2": 6,
    "/author/tags/": 3,
    "/author/tags/1": 3,
    "/author/series/": 3,
    "/author/series/1": 4,
    "/author/images/": 3,
    "/author/sessions": 3,
}


def furnish(app: Flask, count: int) -> None:
    """So many posts, tags, series, unsaved texts, revisions of the first post, and pictures."""
    with app.app_context(), writing() as session:
        for number in range(count):
            tags = [f"tag {other}" for other in range(number % 5 + 1)] + [f"tag {number + 5}"]
            series = "All of them" if number % 3 else f"Series {number}"
            text = editing.Text(f"Words, {number}.", f"Post {number}", tags=tags, series=series)
            editing.create(text, published_at=clock.now() if number % 2 == 0 else None)
            drafts.keep(EditorTab(f"new-{number}", 1), filled(body="Never saved"))
            drafts.keep(EditorTab(f"old-{number}", 1), filled(body="Unsaved"), post_id=1, base_version=1)
            session.add(
                Revision(post_id=1, version=number + 1, reason="saved", fields=filled(), made_at=clock.now())
            )
            session.add(
                Image(
                    hash=f"{number:032x}", width=64, height=48, widths=[64], alt="", uploaded_at=clock.now()
                )
            )


@pytest.mark.parametrize("count", [2, 40])
def test_a_page_of_the_authors_takes_no_more_queries_than_its_few(
    app: Flask, author: AuthorClient, queries: list[str], count: int
) -> None:
    furnish(app, count)
    sent = {}
    for address in MOST:
        queries.clear()
        assert author.get(address).status_code == 200, address
        sent[address] = len(queries)
    assert {address: number for address, number in sent.items() if number > MOST[address]} == {}
