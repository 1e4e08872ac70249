"""Related posts: which they are, and how they are stored."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.search import related
from blog.store.db import db, writing
from blog.store.models import Post, Related
from blog.writing import backfill, editing, saving
from tests.conftest import NOON, Clock, Write
from tests.web.author.forms import filled

FILLER = [
    "A walk by the river.",
    "Bread and butter.",
    "What the neighbours say.",
    "On umbrellas.",
    "A long winter.",
]


@pytest.fixture
def filler(write: Write) -> None:
    for number, body in enumerate(FILLER):
        write(f"Other {number}", body=body, tags=["life"], published_at=NOON - timedelta(days=50 + number))


def of(app: Flask, post_id: int) -> list[str]:
    with app.app_context():
        post = db.session.get_one(Post, post_id)
        titles = [each.title for each in related.for_post(post)]
        db.session.remove()
    return titles


def test_rare_tags_and_telling_words_relate_posts(app: Flask, filler: None, write: Write) -> None:
    one = write("Lighthouses", body="Keepers of lighthouses tend the lamp.", tags=["sea", "life"])
    write("A harbour", body="Boats and ropes.", tags=["sea", "life"])
    write("The lamp", body="Of lighthouses, and of the keepers who tend them.", tags=["life"])
    two = write("Another lamp", body="Keepers tend lighthouses.", tags=["sea"])
    assert of(app, two)[0] == "Lighthouses"
    assert set(of(app, one)) == {"Another lamp", "The lamp", "A harbour"}


def test_a_new_post_finds_its_way_into_the_lists_of_others(app: Flask, filler: None, write: Write) -> None:
    old = write(
        "Lighthouses", body="Keepers of lighthouses.", tags=["sea"], published_at=NOON - timedelta(days=900)
    )
    assert "New" not in of(app, old)
    write("New", body="Lighthouses and their keepers.", tags=["sea"])
    assert of(app, old)[0] == "New"
    with app.app_context():
        kept = db.session.execute(sa.select(Related.post_id, sa.func.count()).group_by(Related.post_id)).all()
        assert all(count <= related.KEPT for _, count in kept)


def test_what_is_withdrawn_or_to_come_is_related_to_nothing_that_readers_see(
    app: Flask, filler: None, write: Write, clock: Clock
) -> None:
    one = write("One", tags=["sea"])
    write("Tomorrow", tags=["sea"], published_at=NOON + timedelta(days=1))
    thrown = write("Thrown", tags=["sea"])
    assert of(app, one) == ["Thrown"]
    with app.app_context():
        editing.trash(thrown)
    assert of(app, one) == []
    clock.advance(days=2)
    assert of(app, one) == ["Tomorrow"]


def test_saving_works_it_out_anew(app: Flask, filler: None, write: Write) -> None:
    sea = write("Sea", body="Boats.", tags=["sea"])
    post_id = write("Post", body="Nothing.", tags=["wine"])
    write("Wine", body="Grapes.", tags=["wine"])
    assert of(app, post_id) == ["Wine"]
    with app.app_context():
        saving.save(post_id, filled("Post", "Nothing.", tags="sea"), base_version=1)
    assert of(app, post_id) == ["Sea"]
    assert of(app, sea) == ["Post"]


def test_a_draft_is_related_to_nothing_and_a_post_alone_neither(app: Flask, write: Write) -> None:
    draft = write("A draft", tags=["sea"], draft=True)
    only = write("Only", tags=["sea"])
    assert (of(app, draft), of(app, only)) == ([], [])


def test_posts_of_before_there_was_such_a_thing_get_what_is_related_to_them(
    app: Flask, filler: None, write: Write
) -> None:
    for number in range(9):
        tags = ["sea", f"coast {number % 3}"]
        write(
            f"Post {number}", body=f"Boats {number}.", tags=tags, published_at=NOON - timedelta(days=number)
        )

    def kept() -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for row in db.session.scalars(sa.select(Related)):
            found.setdefault(row.post_id, set()).add(row.other_id)
        return found

    with app.app_context():
        before = kept()
        with writing() as session:  # as the upgrade leaves the posts of a database without that table
            session.execute(sa.delete(Related))
            session.execute(sa.update(Post).values(renderer=0))
        while backfill.some():
            pass
        db.session.expire_all()
        after = kept()
        assert after.keys() == before.keys()
        assert all(len(others) <= related.KEPT for others in after.values())
        db.session.remove()


def test_the_page_of_a_post_leads_to_what_is_related(app: Flask, filler: None, write: Write) -> None:
    write("One & only", tags=["sea"])
    write("Two", tags=["sea"])
    page = app.test_client().get("/posts/two").text
    assert '<h2 id="related">Related posts</h2>' in page
    assert '<a href="/posts/one-only" dir="auto">One &amp; only</a>' in page
