"""Editing conflicts over HTTP: other windows, other buttons, Back without JavaScript. No text is lost."""

import re
from datetime import UTC, datetime, timedelta

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.store.db import writing
from blog.store.models import Site
from blog.writing import drafts, editing, post_form, revisions
from blog.writing.fields import NAMES
from tests.conftest import NOON, Clock, Write
from tests.signing_in import AuthorClient, author_client
from tests.web.author.forms import JSON, filled, values

# --- conflicts


def test_saving_over_a_newer_version_shows_both_texts_and_three_ways_on(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    post_id = write(body="One.\n\nTwo.\n\nThree.")
    other = author_client(app)
    mine, theirs = (values(who.get(f"/author/posts/{post_id}").text) for who in (author, other))
    other.post(
        f"/author/posts/{post_id}", data={**theirs, "body": "One!\n\nTwo.\n\nThree.", "action": "save"}
    )
    page = author.post(
        f"/author/posts/{post_id}", data={**mine, "body": "One.\n\nTwo.\n\nThree?", "action": "save"}
    )
    assert page.status_code == 409
    assert "<del>!</del>" in page.text
    assert "<ins>?</ins>" in page.text
    merged = html5lib.parse(page.text, namespaceHTMLElements=False).find(".//textarea[@id='both']")
    assert merged is not None
    assert merged.text == "One!\n\nTwo.\n\nThree?"
    # The post is unchanged, and my text is stored even if the page is closed.
    with app.app_context():
        assert post_form.opened(post_id).body == "One!\n\nTwo.\n\nThree."
        assert [each.fields["body"] for each in drafts.of_post(post_id)] == ["One.\n\nTwo.\n\nThree?"]
    held = values(page.text, f"form[@action='/author/posts/{post_id}']")
    kept = author.post(f"/author/posts/{post_id}", data={**held, "action": "save"})
    assert kept.status_code == 303
    with app.app_context():
        assert post_form.opened(post_id).body == "One.\n\nTwo.\n\nThree?"
        assert [each.reason for each in revisions.of_post(post_id)] == ["saved", "saved", "found"]
        assert drafts.of_post(post_id) == []


def test_both_texts_together_are_kept_before_one_goes_on_with_them(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    post_id = write(body="One.\n\nTwo.\n\nThree.")
    address = f"/author/posts/{post_id}"
    mine = values(author.get(address).text)
    author.post(address, data={**mine, "form": "f2", "body": "One!\n\nTwo.\n\nThree.", "action": "save"})
    page = author.post(address, data={**mine, "body": "One.\n\nTwo.\n\nThree?", "action": "save"}).text
    joined = author.post(f"{address}/join", data=values(page, f"form[@action='{address}/join']"))
    form = values(author.get(joined.headers["Location"]).text)
    assert form["body"] == "One!\n\nTwo.\n\nThree?"
    with app.app_context():
        assert [each.fields["body"] for each in drafts.of_post(post_id)] == ["One!\n\nTwo.\n\nThree?"]
        set_aside = revisions.of_post(post_id)[0]
        assert (set_aside.reason, revisions.get(post_id, set_aside.id).fields["body"]) == (
            "set aside",
            "One.\n\nTwo.\n\nThree?",
        )
    assert author.post(address, data={**form, "action": "save"}).status_code == 303
    with app.app_context():
        assert post_form.opened(post_id).body == "One!\n\nTwo.\n\nThree?"
        assert drafts.of_post(post_id) == []


def test_joining_with_a_post_that_was_deleted_meanwhile_keeps_the_text(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    post_id = write(body="One.")
    mine = {**values(author.get(f"/author/posts/{post_id}").text), "body": "Mine."}
    with app.app_context():
        editing.trash(post_id)
        editing.delete([post_id])
    joined = author.post(f"/author/posts/{post_id}/join", data=mine)
    assert values(author.get(joined.headers["Location"]).text)["body"] == "Mine."


# --- without a script nothing that was typed is lost


@pytest.mark.parametrize("button", ["share", "stop-sharing", "restore"])
def test_a_button_for_something_else_keeps_what_was_typed(
    author: AuthorClient, write: Write, button: str
) -> None:
    post_id = write(draft=True)
    form = values(author.get(f"/author/posts/{post_id}").text)
    if button == "restore":
        author.post(f"/author/posts/{post_id}/trash")
    author.post(f"/author/posts/{post_id}/{button}", data={**form, "body": "Not saved yet."})
    assert values(author.get(f"/author/posts/{post_id}").text)["body"] == "Not saved yet."


def test_a_button_for_something_else_makes_no_unsaved_text_where_nothing_was_typed(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    post_id = write(draft=True)
    form = values(author.get(f"/author/posts/{post_id}").text)
    author.post(f"/author/posts/{post_id}/share", data=form)
    with app.app_context():
        assert drafts.of_post(post_id) == []


def test_what_was_typed_before_an_unsaved_text_is_given_up_is_among_the_revisions(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    post_id = write(body="Saved.")
    address = f"/author/posts/{post_id}"
    form = values(author.get(address).text)
    author.post(address, data={**form, "body": "Kept.", "action": "keep"})
    again = author.get(address).text
    (give_up,) = re.findall(r'formaction="(/author/drafts/\d+/put-away)"', again)
    author.post(give_up, data={**values(again), "body": "Kept, and a word more."})
    assert values(author.get(address).text)["body"] == "Saved."
    with app.app_context():
        newest = revisions.of_post(post_id)[0]
        assert revisions.get(post_id, newest.id).fields["body"] == "Kept, and a word more."


def test_what_is_kept_without_a_script_after_going_back_is_the_later_text(
    author: AuthorClient, write: Write
) -> None:
    address = f"/author/posts/{write()}"
    form = values(author.get(address).text)
    for body in ("First.", "Second, after the Back button."):
        author.post(address, data={**form, "body": body, "action": "keep"})
    assert values(author.get(address).text)["body"] == "Second, after the Back button."


def test_after_restoring_the_post_itself_is_shown_and_an_unsaved_text_of_it_is_a_link(
    author: AuthorClient, write: Write
) -> None:
    post_id = write(body="The first text.")
    address = f"/author/posts/{post_id}"
    form = values(author.get(address).text)
    author.post(address, data={**form, "body": "The second text.", "action": "save"})
    author.post(
        "/author/autosave", data={**filled(body="Unsaved."), "form": "f7", "sent": "1", "post": post_id}
    )
    oldest = re.findall(r"/revisions/(\d+)", author.get(f"{address}/revisions").text)[-1]
    restored = author.post(f"{address}/revisions/{oldest}/restore", data={"base_version": "2"})
    page = author.get(restored.headers["Location"]).text
    assert values(page)["body"] == "The first text."
    (other,) = re.findall(r'<a href="(/author/drafts/\d+)">View changes', page)
    assert values(author.get(other).text)["body"] == "Unsaved."


def test_keeping_the_other_text_leaves_mine_among_the_revisions(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    post_id = write(body="Theirs.")
    author.post(
        f"/author/posts/{post_id}/keep-theirs",
        data={**filled(body="Mine."), "base_version": "1", "form": "f1", "sent": "4"},
    )
    with app.app_context():
        (revision,) = revisions.of_post(post_id)
        assert revisions.get(post_id, revision.id).fields["body"] == "Mine."
        assert post_form.opened(post_id).body == "Theirs."


# --- what another window does


def test_a_form_whose_text_another_window_went_on_with_and_saved_conflicts_like_any_other(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    address = f"/author/posts/{write(body='It begins.')}"
    first = values(author.get(address).text)
    author.post("/author/autosave", data={**first, "body": "One.", "sent": "3"}, headers=JSON)
    second = values(author.get(address).text)
    assert second["continues"] == first["form"]
    saved = {**second, "body": "One. And the second window's sentence.", "sent": "4", "action": "save"}
    assert author.post(address, data=saved, headers=JSON).status_code == 200
    typed_on = {**first, "body": "One, typed on.", "sent": "4", "action": "save"}
    assert author.post(address, data=typed_on, headers=JSON).status_code == 409
    with app.app_context():
        assert post_form.opened(1).body == "One. And the second window's sentence."


def test_a_new_text_that_another_window_went_on_with_and_published_is_not_made_public_half_done(
    app: Flask, author: AuthorClient
) -> None:
    first = filled(form="F1", sent="1", post="", base_version="0")
    kept = author.post("/author/autosave", data=first, headers=JSON).json
    assert kept is not None
    second = values(author.get(kept["address"]).text)
    author.post("/author/posts/new", data={**second, "body": "Done.", "action": "publish"})
    late = author.post(
        "/author/posts/new", data={**first, "sent": "2", "body": "Half d", "action": "save"}, headers=JSON
    )
    assert late.status_code == 409
    with app.app_context():
        assert post_form.opened(1).body == "Done."


def test_a_conflict_with_a_live_post_says_that_keeping_mine_makes_it_public(
    author: AuthorClient, write: Write
) -> None:
    address = f"/author/posts/{write(draft=True)}"
    mine = values(author.get(address).text)
    author.post(address, data={**mine, "form": "f2", "action": "publish"})
    page = author.post(address, data={**mine, "body": "Half done.", "action": "save"})
    assert page.status_code == 409
    assert "if you keep yours, it is public immediately" in page.text


def test_a_conflict_keeps_the_time_zone_in_which_a_date_was_typed(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    address = f"/author/posts/{write(draft=True)}"
    mine = {**values(author.get(address).text), "date": "2027-01-01", "time": "12:00"}
    author.post(
        address, data={**mine, "form": "f2", "date": "", "time": "", "body": "Other.", "action": "save"}
    )
    with app.app_context(), writing() as session:
        session.get_one(Site, 1).time_zone = "Asia/Tokyo"
    page = author.post(address, data={**mine, "action": "schedule"}).text
    author.post(address, data={**values(page, f"form[@action='{address}']"), "action": "schedule"})
    with app.app_context():
        assert post_form.opened(1).published_at == datetime(2027, 1, 1, 12, 0, tzinfo=UTC)


def in_tokyo(app: Flask) -> None:
    with app.app_context(), writing() as session:
        session.get_one(Site, 1).time_zone = "Asia/Tokyo"


def test_the_date_of_an_unsaved_text_is_the_same_moment_in_another_time_zone(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    address = f"/author/posts/{write(draft=True)}"
    mine = {**values(author.get(address).text), "date": "2027-01-01", "time": "23:30", "sent": "1"}
    author.post("/author/autosave", data=mine, headers=JSON)
    in_tokyo(app)
    again = values(author.get(address).text)
    assert (again["date"], again["time"], again["zone"]) == ("2027-01-02", "08:30", "Asia/Tokyo")
    author.post(address, data={**again, "action": "schedule"})
    with app.app_context():
        assert post_form.opened(1).published_at == datetime(2027, 1, 1, 23, 30, tzinfo=UTC)


def test_the_date_of_a_joined_text_is_the_moment_that_was_typed(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    post_id = write(draft=True)
    mine = {**values(author.get(f"/author/posts/{post_id}").text), "date": "2027-01-01", "time": "12:00"}
    in_tokyo(app)
    joined = author.post(f"/author/posts/{post_id}/join", data=mine)
    form = values(author.get(joined.headers["Location"]).text)
    author.post(f"/author/posts/{post_id}", data={**form, "action": "schedule"})
    with app.app_context():
        assert post_form.opened(post_id).published_at == datetime(2027, 1, 1, 12, 0, tzinfo=UTC)


def test_a_form_that_comes_back_keeps_the_time_zone_it_was_shown_in(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    address = f"/author/posts/{write(draft=True)}"
    mine = {**values(author.get(address).text), "date": "2027-01-01", "time": "12:00", "title": ""}
    in_tokyo(app)
    page = author.post(address, data={**mine, "action": "schedule"}).text
    assert "Times are in UTC." in page
    again = values(page)
    assert (again["time"], again["zone"]) == ("12:00", "UTC")


@pytest.mark.parametrize("button", ["share", "stop-sharing", "restore", "keep-theirs", "join"])
def test_whatever_is_pressed_after_the_post_was_deleted_for_good_keeps_the_text(
    app: Flask, author: AuthorClient, write: Write, button: str
) -> None:
    post_id = write(draft=True)
    form = values(author.get(f"/author/posts/{post_id}").text)
    with app.app_context():
        editing.delete([post_id])
    author.post(f"/author/posts/{post_id}/{button}", data={**form, "body": "All that is left."})
    desk = author.get("/author/").text
    (link,) = re.findall(r'href="(/author/drafts/\d+)"', desk)
    assert values(author.get(link).text)["body"] == "All that is left."
    assert author.post("/author/posts/99/join", data={}).status_code == 303


def test_giving_up_a_text_that_another_window_saved_meanwhile_keeps_what_was_typed_since(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    post_id = write()
    address = f"/author/posts/{post_id}"
    kept = author.post(address, data={**values(author.get(address).text), "body": "Kept.", "action": "keep"})
    mine, other = (values(author.get(kept.headers["Location"]).text) for _ in "12")
    author.post(address, data={**other, "action": "save"})
    author.post(f"{kept.headers['Location']}/put-away", data={**mine, "body": "Kept, and a word more."})
    with app.app_context():
        newest = revisions.of_post(post_id)[0]
        assert revisions.get(post_id, newest.id).fields["body"] == "Kept, and a word more."


def test_what_is_typed_after_keeping_and_going_back_twice_is_saved(app: Flask, author: AuthorClient) -> None:
    author.post("/author/posts/new", data=filled())
    form = values(author.get("/author/posts/1").text)
    for body, action in (("One.", "keep"), ("Two.", "keep"), ("Three.", "save"), ("Four, the last.", "save")):
        author.post("/author/posts/1", data={**form, "body": body, "action": action})
    with app.app_context():
        texts = [post_form.opened(1).body, *(each.fields["body"] for each in drafts.of_post(1))]
    assert "Four, the last." in texts


def test_a_text_that_was_never_saved_comes_back_from_the_trash_with_every_field(author: AuthorClient) -> None:
    typed = filled("T" * 250, "Words.", excerpt="My own.", tags="one, two", slug="mine", form="f1")
    thrown = author.post("/author/posts/new", data={**typed, "action": "trash"}).headers["Location"]
    post_id = thrown.partition("thrown=")[2]
    author.post(f"/author/posts/{post_id}/restore")
    back = values(author.get(f"/author/posts/{post_id}").text)
    assert {name: back[name] for name in NAMES} == {name: typed[name] for name in NAMES}
    only = author.post(
        "/author/posts/new", data=filled("", "", excerpt="Only this.", form="f2", action="trash")
    )
    assert "thrown=2" in only.headers["Location"]


def test_a_post_whose_hour_went_by_in_the_trash_comes_back_as_a_draft(
    client: FlaskClient, author: AuthorClient, write: Write, clock: Clock
) -> None:
    write("Later", published_at=NOON + timedelta(days=2))
    author.post("/author/posts/1/trash")
    clock.advance(days=7)
    assert "Restored as a draft" in author.post("/author/posts/1/restore", follow_redirects=True).text
    assert client.get("/posts/later").status_code == 404
