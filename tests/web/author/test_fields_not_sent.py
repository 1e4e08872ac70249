"""A field missing in a request keeps its value, whatever the action."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog.media import images
from blog.store.db import db, writing
from blog.store.models import Draft, LoginSession, Post
from blog.writing import post_form, revisions
from blog.writing.fields import NAMES
from tests.every_field import every_field, saved_fields
from tests.pictures import picture
from tests.signing_in import NAME, PASSWORD, AuthorClient
from tests.web.author.forms import JSON, filled, values

ADDRESS = "/author/posts/1"


@pytest.fixture
def whole(app: Flask, author: AuthorClient) -> dict[str, str]:
    """A published post with every field filled in; its form data."""
    with app.app_context():
        cover = images.store(app.config["INSTANCE"] / "media", picture(8, 8)).hash
        db.session.remove()
    typed = every_field(cover)
    author.post("/author/posts/new", data={**typed, "action": "publish", "form": "first"})
    return saved_fields(typed)


def shown(author: AuthorClient, address: str = ADDRESS) -> dict[str, str]:
    """The form data."""
    form = values(author.get(address).text)
    return {name: form[name] for name in NAMES}


def autosaved(author: AuthorClient, sent: dict[str, str]) -> None:
    author.post("/author/autosave", data={**sent, "post": "1"}, headers=JSON)


def saved(author: AuthorClient, sent: dict[str, str]) -> None:
    author.post(ADDRESS, data={**sent, "action": "save"})


def kept(author: AuthorClient, sent: dict[str, str]) -> None:
    author.post(ADDRESS, data={**sent, "action": "keep"})


def thrown_away(author: AuthorClient, sent: dict[str, str]) -> None:
    author.post(ADDRESS, data={**sent, "action": "trash"})
    author.post(f"{ADDRESS}/restore")


def brought_back(author: AuthorClient, sent: dict[str, str]) -> None:
    author.post(f"{ADDRESS}/trash")
    author.post(f"{ADDRESS}/restore", data=sent)


def refused(author: AuthorClient, sent: dict[str, str]) -> None:
    page = author.post(ADDRESS, data={**sent, "title": "x" * 201, "action": "save"})
    assert page.status_code == 422
    author.post(ADDRESS, data={**values(page.text), **sent, "title": sent["title"], "action": "save"})


def sent_signed_out(author: AuthorClient, sent: dict[str, str]) -> None:
    with author.application.app_context(), writing() as session:
        session.execute(sa.delete(LoginSession))
    asked = author.send(f"{ADDRESS}?save=x", {**sent, "action": "save"})
    form = values(asked.text, "form[@action='/author/sign-in']")
    resumed = author.post(
        "/author/sign-in",
        data={**form, "name": NAME, "password": PASSWORD, "csrf_token": token_of(asked.text)},
    )
    form = values(resumed.text, "form[@class='buttons']")
    author.post(f"{ADDRESS}?save=x", data={**form, "action": "save", "csrf_token": token_of(resumed.text)})


def token_of(page: str) -> str:
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


PATHS = (autosaved, saved, kept, thrown_away, brought_back, refused, sent_signed_out)


@pytest.mark.parametrize("path", PATHS)
def test_what_a_form_does_not_send_stays_as_it_was(
    author: AuthorClient, whole: dict[str, str], path: Callable[[AuthorClient, dict[str, str]], None]
) -> None:
    form = values(author.get(ADDRESS).text)
    sent = {"title": "Another title", "form": form["form"], "sent": "1", "base_version": form["base_version"]}
    path(author, sent)
    assert shown(author) == {**whole, "title": "Another title"}
    author.post(ADDRESS, data={**values(author.get(ADDRESS).text), "action": "save"})
    assert shown(author, f"{ADDRESS}?saved") == {**whole, "title": "Another title"}


@pytest.mark.parametrize("left_out", NAMES)
def test_a_field_that_is_not_sent_is_the_only_one_that_stays(
    author: AuthorClient, whole: dict[str, str], left_out: str
) -> None:
    form = values(author.get(ADDRESS).text)
    others = {**whole, "title": "Another title", "body": "Another text."}
    author.post(ADDRESS, data={**form, **others, "action": "save"})
    form = values(author.get(ADDRESS).text)
    emptied = filled("A third title", "A third text.", date=whole["date"], slug=whole["slug"])
    sent = {**form, **emptied}
    del sent[left_out]
    author.post(ADDRESS, data={**sent, "action": "save"})
    expected = {**{name: emptied[name] for name in NAMES}, left_out: others[left_out]}
    if left_out == "time":
        assert shown(author)["time"] == others["time"]
    elif left_out != "series_part":  # on its own it belongs to no series, and is refused
        expected["time"] = "00:00"
        assert shown(author) == expected


def test_what_was_kept_of_a_form_stays_when_it_sends_less(
    author: AuthorClient, whole: dict[str, str]
) -> None:
    form = values(author.get(ADDRESS).text)
    typed = {**form, "series": "Another series", "language": "ar", "sent": "1", "post": "1"}
    author.post("/author/autosave", data=typed, headers=JSON)
    less = {
        "title": "Later",
        "form": form["form"],
        "base_version": form["base_version"],
        "sent": "2",
        "post": "1",
    }
    author.post("/author/autosave", data=less, headers=JSON)
    expected = {**whole, "title": "Later", "series": "Another series", "language": "ar"}
    assert shown(author) == expected
    author.post(ADDRESS, data={**less, "sent": "3", "action": "save"})
    assert shown(author, f"{ADDRESS}?saved") == expected


def test_a_form_that_goes_on_with_another_ones_text_takes_all_of_it_over(
    author: AuthorClient, whole: dict[str, str]
) -> None:
    form = values(author.get(ADDRESS).text)
    typed = {**form, "series": "Another series", "sent": "1", "post": "1"}
    author.post("/author/autosave", data=typed, headers=JSON)
    less = {
        "title": "Later",
        "form": "second",
        "sent": "1",
        "post": "1",
        "continues": form["form"],
        "continues_sent": "1",
        "base_version": form["base_version"],
    }
    author.post("/author/autosave", data=less, headers=JSON)
    assert shown(author) == {**whole, "title": "Later", "series": "Another series"}


@pytest.mark.parametrize("way", ["save", "keep-theirs", "join"])
def test_in_a_conflict_a_field_that_was_not_sent_is_the_others(
    app: Flask, author: AuthorClient, whole: dict[str, str], way: str
) -> None:
    form = values(author.get(ADDRESS).text)
    theirs = {**whole, "language": "ar", "series": "Their series", "series_part": "2", "tags": "theirs"}
    author.post(ADDRESS, data={**form, **theirs, "action": "save"})
    sent = {"title": "Mine", "form": "mine", "sent": "1", "base_version": form["base_version"]}
    page = author.post(ADDRESS, data={**sent, "action": "save"})
    assert page.status_code == 409
    if way == "save":
        chosen = values(page.text, f"form[@action='{ADDRESS}']")
        author.post(ADDRESS, data={**chosen, "action": "save"})
    else:
        sent_on = author.post(f"{ADDRESS}/{way}", data=sent)
        chosen = values(author.get(sent_on.location).text)
        author.post(ADDRESS, data={**chosen, "action": "save"})
    assert shown(author, f"{ADDRESS}?saved") == {
        **theirs,
        "title": theirs["title"] if way == "keep-theirs" else "Mine",
    }
    if way != "save":
        with app.app_context():
            reasons = [each.reason for each in revisions.of_post(1)]
            db.session.remove()
        assert "set aside" in reasons


def test_a_new_posts_form_that_is_sent_again_with_less_takes_nothing_away(
    app: Flask, author: AuthorClient, whole: dict[str, str]
) -> None:
    sent = {"title": "Again", "form": "first", "sent": "2", "action": "save"}
    author.post("/author/posts/new", data=sent)
    assert shown(author) == {**whole, "title": "Again"}
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Post)) == 1
        db.session.remove()


def test_a_part_of_a_new_post_that_was_sent_is_kept_and_shown_on_the_desk(
    app: Flask, author: AuthorClient
) -> None:
    author.post("/author/autosave", data={"tags": "only, these", "form": "f", "sent": "1"}, headers=JSON)
    assert "Unsaved draft" in author.get("/author/").text
    assert shown(author, "/author/drafts/1") == {**dict.fromkeys(NAMES, ""), "tags": "only, these"}
    # Two requests without a form name are two forms.
    for tag in ("one", "two"):
        author.post("/author/autosave", data={"tags": tag}, headers=JSON)
    with app.app_context():
        drafts = db.session.scalars(sa.select(Draft)).all()
        assert [draft.fields["tags"] for draft in drafts] == ["only, these", "one", "two"]
        db.session.remove()


def test_a_date_that_was_not_sent_is_the_same_moment_in_every_time_zone(
    app: Flask, author: AuthorClient, whole: dict[str, str]
) -> None:
    with app.app_context():
        before = post_form.opened(1).published_at
        db.session.remove()
    form = values(author.get(ADDRESS).text)
    sent = {"title": "Elsewhere", "zone": "Asia/Tokyo", "form": "f", "base_version": form["base_version"]}
    author.post("/author/autosave", data={**sent, "sent": "1", "post": "1"}, headers=JSON)
    assert shown(author) == {**whole, "title": "Elsewhere"}
    author.post(ADDRESS, data={**sent, "sent": "2", "action": "save"})
    with app.app_context():
        post = post_form.opened(1)
        assert (post.title, post.published_at) == ("Elsewhere", before)
        db.session.remove()


def test_a_preview_needs_no_more_than_the_text(author: AuthorClient) -> None:
    assert "<em>so</em>" in author.post("/author/preview", data={"body": "*so*"}).text
    assert author.post("/author/preview", data={}).status_code == 200


def test_settings_of_the_site_that_are_not_sent_stay(author: AuthorClient, client: FlaskClient) -> None:
    form = values(author.get("/author/site").text, "form[@action='/author/site']")
    before = {name: text for name, text in form.items() if name != "began"}
    author.post("/author/site", data={**before, "tagline": "A tagline", "author": "Ada", "language": "de"})
    author.post("/author/site", data={"title": "Another title"})
    form = values(author.get("/author/site").text, "form[@action='/author/site']")
    now = {name: text for name, text in form.items() if name != "began"}
    assert now == {
        **before,
        "title": "Another title",
        "tagline": "A tagline",
        "author": "Ada",
        "language": "de",
    }


def test_what_an_image_shows_stays_when_it_is_not_sent(app: Flask, author: AuthorClient) -> None:
    with app.app_context():
        digest = images.store(app.config["INSTANCE"] / "media", picture(8, 8), "Two colours").hash
        db.session.remove()
    for sent, alt in ({}, "Two colours"), ({"alt": ""}, ""):
        answer = author.post(f"/author/images/{digest}", data=sent, headers=JSON)
        assert answer.json is not None
        assert answer.json["alt"] == alt
