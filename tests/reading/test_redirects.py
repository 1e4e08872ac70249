"""Every former address of a post redirects to it in one hop, whatever happens in between."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from blog import clock
from blog.errors import AddressKept, SlugTaken
from blog.reading import redirects
from blog.store.db import db, writing
from blog.store.models import Post, Redirect
from blog.writing import editing
from tests.conftest import Write


def move(app: Flask, post_id: int, slug: str) -> None:
    with app.app_context(), writing() as session:
        redirects.check_free(session, slug, post_id=post_id)
        session.get_one(Post, post_id).slug = slug


def test_a_former_address_leads_to_the_present_one(app: Flask, client: FlaskClient, write: Write) -> None:
    number = write("First")
    move(app, number, "second")
    answer = client.get("/posts/first")
    assert (answer.status_code, answer.location) == (301, "/posts/second")
    # A browser that cached the redirect would loop when the post takes the address back.
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.head("/posts/first").status_code == 301
    assert 'href="http://localhost/posts/second"' in client.get("/posts/second").text
    move(app, number, "first")
    assert client.get("/posts/first").status_code == 200
    assert client.get("/posts/second").location == "/posts/first"


def test_the_listing_knows_the_new_address_in_the_next_response(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    number = write("First")
    assert 'href="/posts/first"' in client.get("/").text
    move(app, number, "second")
    assert 'href="/posts/second"' in client.get("/").text
    assert 'href="/posts/first"' not in client.get("/").text


def test_an_address_that_was_never_public_is_free_again(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    number = write("First", draft=True)
    move(app, number, "second")
    assert client.get("/posts/first").status_code == 404
    write("First")
    assert client.get("/posts/first").status_code == 200


def test_a_post_that_is_not_live_cannot_be_found_by_a_former_address(
    app: Flask, client: FlaskClient, write: Write
) -> None:
    number = write("First")
    move(app, number, "second")
    with app.app_context():
        editing.withdraw(number)
    assert client.get("/posts/first").status_code == 404
    move(app, number, "third")
    with app.app_context():
        editing.publish(number)
    for old in ("first", "second"):
        assert client.get(f"/posts/{old}").location == "/posts/third"


def test_another_posts_address_present_or_former_is_refused(app: Flask, write: Write) -> None:
    number, other = write("First"), write("Other")
    move(app, number, "second")
    with pytest.raises(SlugTaken, match="Another post already has the address “second”"):
        move(app, other, "second")
    with pytest.raises(AddressKept, match="Another post was previously published at “first”"):
        move(app, other, "first")
    with app.app_context(), pytest.raises(AddressKept):
        editing.create(editing.Text("Words."), slug="first")


def test_a_new_post_of_the_same_title_gets_a_number(app: Flask, client: FlaskClient, write: Write) -> None:
    move(app, write("First"), "second")
    write("First", body="Another one.")
    assert "Another one." in client.get("/posts/first-2").text


def test_a_deleted_post_takes_its_addresses_along(app: Flask, client: FlaskClient, write: Write) -> None:
    number = write("First")
    move(app, number, "second")
    with app.app_context():
        editing.delete([number])
        assert not db.session.scalars(sa.select(Redirect)).all()
    assert client.get("/posts/first").status_code == 404


def test_an_upgrade_notes_the_addresses_that_posts_have(
    app: Flask, write: Write, make_app: Callable[..., Flask]
) -> None:
    write("First")
    write("A draft", draft=True)
    with app.app_context(), writing() as session:
        session.execute(sa.delete(Redirect))
        session.execute(sa.text("DROP TRIGGER post_addressed"))
    later = make_app()
    with later.app_context():
        assert set(db.session.scalars(sa.select(Redirect.slug))) == {"first"}


SLUGS = [f"{letter}{digit}" for letter in "ab" for digit in "12"]


class Addresses(RuleBasedStateMachine):
    """A few posts that share few addresses, published, withdrawn, moved and deleted in any order."""

    posts = Bundle("posts")
    app: Flask

    @initialize()
    def begin(self) -> None:
        self.client = self.app.test_client()
        with self.app.app_context(), writing() as session:
            session.execute(sa.delete(Post))
        self.public: dict[str, int] = {}
        """Every address ever public, with its post."""
        self.slugs: dict[int, str] = {}
        self.live: set[int] = set()

    @rule(target=posts, slug=st.sampled_from(SLUGS), live=st.booleans())
    def write(self, slug: str, live: bool) -> object:
        refused = slug in self.slugs.values() or slug in self.public
        with self.app.app_context():
            try:
                number = editing.create(
                    editing.Text("Words."), slug=slug, published_at=clock.now() if live else None
                )
            except SlugTaken:
                assert refused
                return multiple()
        assert not refused
        self.slugs[number] = slug
        if live:
            self.live.add(number)
        return number

    @rule(number=posts, slug=st.sampled_from(SLUGS))
    def move(self, number: int, slug: str) -> None:
        others = {self.slugs[other] for other in self.slugs if other != number}
        refused = slug in others or self.public.get(slug, number) != number
        try:
            move(self.app, number, slug)
        except SlugTaken:
            assert refused
            return
        assert not refused
        self.slugs[number] = slug

    @rule(number=posts)
    def publish(self, number: int) -> None:
        with self.app.app_context():
            editing.publish(number)
        self.live.add(number)

    @rule(number=posts)
    def withdraw(self, number: int) -> None:
        with self.app.app_context():
            editing.withdraw(number)
        self.live.discard(number)

    @rule(number=consumes(posts))
    def delete(self, number: int) -> None:
        with self.app.app_context():
            editing.delete([number])
        self.live.discard(number)
        del self.slugs[number]
        self.public = {slug: owner for slug, owner in self.public.items() if owner != number}

    @invariant()
    def every_address_leads_to_its_post_in_one_hop(self) -> None:
        if not hasattr(self, "public"):
            return
        self.public.update({self.slugs[number]: number for number in self.live})
        for slug in SLUGS:
            owner = self.public.get(slug)
            answer = self.client.get(f"/posts/{slug}")
            if owner not in self.live:
                assert answer.status_code == 404, slug
            elif self.slugs[owner] == slug:
                assert answer.status_code == 200, slug
            else:
                assert answer.status_code == 301, slug
                assert answer.location == f"/posts/{self.slugs[owner]}"


def test_every_address_leads_to_its_post_in_one_hop_whatever_happens(app: Flask) -> None:
    Addresses.app = app
    run_state_machine_as_test(
        Addresses,
        settings=settings(max_examples=8, stateful_step_count=15, deadline=None),
    )
