"""Every former address of a tag redirects in one hop to the current one, whatever happens in between."""

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from blog import clock
from blog.errors import FieldWrong
from blog.store.db import db, writing
from blog.store.models import Post, Tag, TagRedirect
from blog.writing import editing, tags

SLUGS = [f"{letter}{digit}" for letter in "ab" for digit in "12"]
WHICH = st.integers(0, 11)


class TagAddresses(RuleBasedStateMachine):
    """A few posts and tags that share few names: written, withdrawn, renamed, merged and deleted in any order."""

    app: Flask

    @initialize()
    def begin(self) -> None:
        self.client = self.app.test_client()
        with self.app.app_context(), writing() as session:
            for table in (Post, Tag, TagRedirect):
                session.execute(sa.delete(table))
        self.tags: dict[str, set[int]] = {}
        """The posts with each tag, by its current slug."""
        self.live: set[int] = set()
        self.public: dict[str, str | None] = {}
        """Every address ever public, and the current slug of its tag; None if it was deleted."""

        self.write(SLUGS[:1], live=True)
        self.write(SLUGS[1:3], live=True)

    def present(self, which: int) -> str | None:
        """One of the existing tags."""
        slugs = sorted(self.tags)
        return slugs[which % len(slugs)] if slugs else None

    def number(self, slug: str) -> int:
        return db.session.scalars(sa.select(Tag.id).where(Tag.slug == slug)).one()

    def named(self, slug: str) -> str:
        """The slug of the tag that a name refers to."""
        return slug if slug in self.tags else self.public.get(slug) or slug

    def note(self) -> None:
        self.public.update({slug: slug for slug, posts in self.tags.items() if posts & self.live})

    def follow(self, old: str, new: str | None) -> None:
        """What redirected to `old` redirects to `new`."""
        self.public = {slug: new if now == old else now for slug, now in self.public.items()}

    @rule(slugs=st.lists(st.sampled_from(SLUGS), min_size=1, max_size=3), live=st.booleans())
    def write(self, slugs: list[str], live: bool) -> None:
        with self.app.app_context():
            text = editing.Text("Words.", tags=slugs)
            post = editing.create(text, published_at=clock.now() if live else None)
        for slug in {self.named(slug) for slug in slugs}:
            self.tags.setdefault(slug, set()).add(post)
        if live:
            self.live.add(post)
        self.note()

    @rule(which=WHICH)
    def withdraw_or_publish(self, which: int) -> None:
        posts = sorted(set().union(*self.tags.values()))
        if not posts:
            return
        post = posts[which % len(posts)]
        with self.app.app_context():
            (editing.withdraw if post in self.live else editing.publish)(post)
        self.live ^= {post}
        self.note()

    @rule(which=WHICH, new=st.sampled_from(SLUGS))
    def rename(self, which: int, new: str) -> None:
        old = self.present(which)
        if old is None:
            return
        refused = (new in self.tags and new != old) or (self.public.get(new) or old) != old
        with self.app.app_context():
            try:
                tags.rename(self.number(old), new)
            except FieldWrong:
                assert refused
                return
        assert not refused
        self.tags[new] = self.tags.pop(old)
        self.follow(old, new)
        self.note()

    @rule(which=WHICH, other=WHICH)
    def merge(self, which: int, other: int) -> None:
        old, into = self.present(which), self.present(other)
        if old is None or into is None or old == into:
            return
        with self.app.app_context():
            tags.merge(self.number(old), self.number(into))
        self.tags[into] |= self.tags.pop(old)
        self.follow(old, into)
        self.note()

    @rule(which=WHICH)
    def delete(self, which: int) -> None:
        old = self.present(which)
        if old is None:
            return
        with self.app.app_context():
            tags.delete(self.number(old))
        del self.tags[old]
        self.follow(old, None)

    @invariant()
    def every_address_leads_to_its_tag_in_one_hop(self) -> None:
        if not hasattr(self, "public"):
            return
        shown = {slug for slug, posts in self.tags.items() if posts & self.live}
        for slug in SLUGS:
            answer = self.client.get(f"/tags/{slug}")
            now = self.public.get(slug)
            if slug in shown:
                assert answer.status_code == 200, slug
            elif slug in self.public and (now is None or now in shown):
                assert answer.status_code == 301, slug
                assert answer.location == (f"/tags/{now}" if now else "/tags/")
                assert self.client.get(answer.location).status_code == 200, answer.location
            else:
                assert answer.status_code == 404, slug


@pytest.mark.long
def test_every_address_of_a_tag_leads_to_it_in_one_hop_whatever_happens(app: Flask) -> None:
    TagAddresses.app = app
    run_state_machine_as_test(
        TagAddresses,
        settings=settings(max_examples=15, stateful_step_count=15, deadline=None),
    )
