"""The life of a post from draft to trash, its address and its tags."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import undefer
from sqlalchemy.orm.exc import StaleDataError

from blog.errors import BlogError, SlugTaken
from blog.store.db import db, writing
from blog.store.models import Post, Tag
from blog.text.slugs import slug_from
from blog.writing import editing
from blog.writing.editing import Text, create
from tests.conftest import NOON, Clock
from tests.programs import rows

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def in_the_site(app: Flask, clock: Clock) -> Iterator[None]:
    with app.app_context():
        yield


def read(post_id: int) -> Post:
    db.session.rollback()
    options = (undefer(Post.body), undefer(Post.body_html), sa.orm.selectinload(Post.tags))
    return db.session.get_one(Post, post_id, options=options, populate_existing=True)


def tags() -> dict[str, str]:
    return {tag.slug: tag.name for tag in db.session.scalars(sa.select(Tag))}


def status(client: FlaskClient, post_id: int) -> int:
    return client.get(f"/posts/{read(post_id).slug}").status_code


# --- from draft to trash


def test_a_new_post_is_a_draft_until_it_is_published(client: FlaskClient, clock: Clock) -> None:
    number = create(Text("Some *words*.", "A title", tags=["One"]))
    post = read(number)
    assert (post.title, post.slug, post.excerpt, post.word_count) == ("A title", "a-title", "Some words.", 2)
    assert (post.body, post.body_html) == ("Some *words*.", "<p>Some <em>words</em>.</p>\n")
    assert (post.published_at, post.title_derived, post.version) == (None, False, 1)
    assert status(client, number) == 404
    clock.advance(hours=1)
    editing.publish(number)
    assert status(client, number) == 200
    post = read(number)
    assert (post.created_at, post.published_at, post.updated_at) == (NOON, NOON + HOUR, NOON + HOUR)


def test_publishing_again_keeps_the_date_unless_another_is_said(clock: Clock) -> None:
    number = create(Text("Words."), published_at=NOON - HOUR)
    editing.publish(number)
    assert read(number).published_at == NOON - HOUR
    editing.publish(number, at=NOON + HOUR)
    assert read(number).published_at == NOON + HOUR


def test_a_withdrawn_post_is_a_draft_again(client: FlaskClient) -> None:
    number = create(Text("Words."), published_at=NOON)
    editing.withdraw(number)
    assert status(client, number) == 404
    assert read(number).published_at is None


def test_a_post_comes_back_from_the_trash_as_it_was(client: FlaskClient) -> None:
    number = create(Text("Words.", tags=["One"]), published_at=NOON)
    editing.trash(number)
    assert status(client, number) == 404
    assert client.get("/tags/one").status_code == 404
    editing.restore(number)
    assert status(client, number) == 200
    assert client.get("/tags/one").status_code == 200
    assert read(number).published_at == NOON


def test_deleting_takes_the_posts_and_the_tags_that_only_they_carried() -> None:
    first, second, third = (
        create(Text(f"Words {number}.", tags=names), published_at=NOON)
        for number, names in enumerate((["a", "b"], ["b", "c"], ["c", "d"]))
    )
    assert editing.delete([first, second, 999]) == 2
    assert set(db.session.scalars(sa.select(Post.id))) == {third}
    assert set(tags()) == {"c", "d"}
    assert editing.delete([]) == 0


def test_every_change_but_a_stay_in_the_trash_raises_the_version_and_a_stale_save_is_refused() -> None:
    number = create(Text("Words."))
    change: Callable[[int], object]
    for change in (editing.publish, editing.withdraw):
        before = read(number).version
        change(number)
        assert read(number).version == before + 1
    before = read(number).version
    for change in (editing.trash, editing.restore):  # an open form's text is not older than before
        change(number)
        assert read(number).version == before

    def save_what_somebody_else_has_saved() -> None:
        with writing() as session:
            post = session.get_one(Post, number)
            # In between, which only this transaction can do under its lock.
            session.execute(sa.text("UPDATE post SET version = version + 1"))
            post.title = "Mine"

    with pytest.raises(StaleDataError):
        save_what_somebody_else_has_saved()
    assert read(number).title == "Words"


# --- what is made of a text


def test_a_title_is_derived_and_the_text_goes_on_behind_it() -> None:
    post = read(create(Text("First things first. Then *more*.\n\nAnd more.")))
    assert (post.title, post.slug, post.title_derived) == ("First things first", "first-things-first", True)
    assert post.body_html == "<p>Then <em>more</em>.</p>\n<p>And more.</p>\n"
    assert post.excerpt == "First things first. Then more. And more."
    assert post.word_count == 7


def test_a_title_an_excerpt_and_tags_are_one_line_each_without_what_cannot_be_read() -> None:
    post = read(
        create(Text("a\0b\r\nc", " A \x1b\n\u202etitle ", " An\n excerpt\x07. ", [" One \n two\x08 "]))
    )
    assert (post.title, post.excerpt, post.body) == ("A title", "An excerpt.", "ab\nc")
    assert [tag.name for tag in post.tags] == ["One two"]


@pytest.mark.parametrize(
    "body", ["", " \n ", "---", "![](x.png)", "\0", "\u200b\u2060", "<script>x</script>"]
)
def test_a_post_without_a_word_is_refused_and_nothing_is_written(body: str, instance: Path) -> None:
    before = rows(instance)
    with pytest.raises(BlogError, match="Enter some text"):
        create(Text(body, " \u200b", tags=["new"]))
    assert rows(instance) == before


def test_a_title_is_enough() -> None:
    post = read(create(Text("", "🎉")))
    assert (post.title, post.slug, post.body_html, post.excerpt) == ("🎉", "party-popper", "", "")


# --- addresses


def test_an_address_is_made_from_the_title_and_numbered_when_it_is_taken() -> None:
    long = "word " * 30
    titles = ["Won’t do!", "Wont do", "Won't do?", long, long, long]
    slugs = [read(create(Text("Words.", title))).slug for title in titles]
    assert slugs[:3] == ["wont-do", "wont-do-2", "wont-do-3"]
    assert slugs[3] == "-".join(["word"] * 16)
    assert slugs[4:] == [f"{slugs[3][:78].rstrip('-')}-2", f"{slugs[3][:78].rstrip('-')}-3"]
    assert all(len(slug) <= 80 for slug in slugs)


def test_an_address_that_was_asked_for_is_given_or_refused(instance: Path) -> None:
    assert read(create(Text("Words.", "A title"), slug="My Own!")).slug == "my-own"
    before = rows(instance)
    with pytest.raises(SlugTaken, match="“my-own”"):
        create(Text("Other words.", "Another"), slug="my-own")
    assert rows(instance) == before
    editing.trash(1)
    with pytest.raises(SlugTaken):  # it may come back
        create(Text("Other words.", "Another"), slug="my-own")


def test_two_at_once_with_one_title_get_an_address_each(make_app: Callable[..., Flask]) -> None:
    apps = [make_app() for _ in range(4)]
    ready = threading.Barrier(len(apps))
    made: list[int] = []

    def write(app: Flask) -> None:
        with app.app_context():
            ready.wait()
            made.extend(create(Text("Words.", "One title", tags=["One tag"])) for _ in range(5))
            db.session.remove()

    threads = [threading.Thread(target=write, args=[app]) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 20
    slugs = {read(number).slug for number in made}
    assert slugs == {"one-title", *(f"one-title-{number}" for number in range(2, 21))}
    assert tags() == {"one-tag": "One tag"}


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Straße — Ünïcode & more", "strasse-unicode-more"),
        ("日本語", "日本語"),
        ("C++ and C# and F#", "cpp-and-csharp-and-fsharp"),
        ("C", "c"),
        ("+", ""),
        ("x" * 100, "x" * 80),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_a_slug_is_lower_case_ascii_cut_at_a_word(text: str, slug: str) -> None:
    assert slug_from(text) == slug


# --- tags


@pytest.mark.parametrize("names", [["AI", "ai"], ["AI", "Ai", " AI! "], ["AI"]])
def test_names_that_spell_one_address_are_one_tag_under_the_first_name(names: Sequence[str]) -> None:
    post = read(create(Text("Words.", tags=names)))
    assert [(tag.slug, tag.name) for tag in post.tags] == [("ai", "AI")]
    create(Text("More words.", tags=["ai"]))
    assert tags() == {"ai": "AI"}


def test_a_tag_without_a_letter_is_refused_and_nothing_is_written(instance: Path) -> None:
    before = rows(instance)
    with pytest.raises(BlogError, match="“🎉” cannot be a tag"):
        create(Text("Words.", tags=["fine", "🎉"]))
    assert rows(instance) == before


def test_a_change_that_fails_leaves_nothing_of_itself(instance: Path) -> None:
    before = rows(instance)

    def write_two() -> None:
        with writing():
            create(Text("Words.", tags=["new"]), published_at=NOON)
            create(Text("Words.", tags=["+"]), published_at=NOON)

    with pytest.raises(BlogError):
        write_two()
    assert rows(instance) == before
