"""Earlier texts compared with each other, and brought back while a later one is not saved yet."""

import re

from flask import Flask
from flask.testing import FlaskClient

from blog.store.db import db
from blog.writing import drafts, post_form, revisions
from tests.conftest import Write
from tests.signing_in import AuthorClient
from tests.web.author.forms import JSON, values

SAVED = "The second text."
UNSAVED = "The second text, and a sentence that was not saved yet."


def saved_twice(author: AuthorClient, write: Write) -> int:
    """A live post that was “The first text.” and is SAVED."""
    post_id = write("The post", body="The first text.")
    form = values(author.get(f"/author/posts/{post_id}").text)
    author.post(f"/author/posts/{post_id}", data={**form, "body": SAVED, "action": "save"})
    return post_id


def numbers(app: Flask, post_id: int) -> list[int]:
    """The revisions of a post, the oldest first."""
    with app.app_context():
        found = [each.id for each in revisions.of_post(post_id)]
        db.session.remove()
    return found[::-1]


def test_a_revision_is_compared_with_the_post_or_with_another_revision(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    post_id = saved_twice(author, write)
    form = values(author.get(f"/author/posts/{post_id}").text)
    author.post(f"/author/posts/{post_id}", data={**form, "body": "The third text.", "action": "save"})
    first, second, third = numbers(app, post_id)
    address = f"/author/posts/{post_id}/revisions/{first}"
    for other, words in ((0, "third"), (second, "second"), (third, "third")):
        page = author.get(f"{address}?with={other}").text
        assert f"<del>first</del><ins>{words}</ins>" in page
        assert re.findall(r'<option value="(\d+)" selected>', page) == ([str(other)] if other else [])
    assert "<p>No changes.</p>" in author.get(f"{address}?with={first}").text
    back = author.get(f"/author/posts/{post_id}/revisions/{third}?with={first}").text
    assert "<del>third</del><ins>first</ins>" in back
    assert author.get(f"{address}?with=x").status_code == 404


def test_what_is_no_revision_of_the_post_is_not_compared_with(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    mine, other = saved_twice(author, write), write("Another", body="Secret.")
    form = values(author.get(f"/author/posts/{other}").text)
    author.post(f"/author/posts/{other}", data={**form, "body": "Changed.", "action": "save"})
    address = f"/author/posts/{mine}/revisions/{numbers(app, mine)[0]}"
    for number in (*numbers(app, other), 999, -1):
        assert author.get(f"{address}?with={number}").status_code == 404, number


def test_restoring_an_earlier_text_leaves_the_one_that_is_not_saved_yet(
    app: Flask, author: AuthorClient, client: FlaskClient, write: Write
) -> None:
    post_id = saved_twice(author, write)
    address = f"/author/posts/{post_id}"
    form = {**values(author.get(address).text), "body": UNSAVED, "post": str(post_id), "sent": "1"}
    assert author.post("/author/autosave", data=form, headers=JSON).status_code == 200
    first = numbers(app, post_id)[0]
    told = author.post(
        f"{address}/revisions/{first}/restore", data={"base_version": "2"}, follow_redirects=True
    )
    assert "Restored." in told.text
    assert "The first text." in client.get("/posts/the-post").text
    assert values(told.text)["body"] == "The first text."
    # What was not saved yet is a link there, and opened it says that the post is another one.
    (link,) = re.findall(r'<a href="(/author/drafts/\d+)">View changes', told.text)
    unsaved = author.get(link).text
    assert values(unsaved)["body"] == UNSAVED
    assert "The post has been saved elsewhere since then. When you save, you will see both texts." in unsaved
    conflict = author.post(address, data={**values(unsaved), "action": "save"})
    assert conflict.status_code == 409
    assert UNSAVED in conflict.text
    assert "The first text." in client.get("/posts/the-post").text
    # Given up in the end, it stands among the revisions like all the others.
    put_away = re.search(r"/author/drafts/\d+/put-away", author.get(address).text)
    assert put_away
    assert values(author.post(put_away[0], follow_redirects=True).text)["body"] == "The first text."
    with app.app_context():
        texts = [revisions.get(post_id, each.id).fields["body"] for each in revisions.of_post(post_id)]
        assert texts == [UNSAVED, "The first text.", SAVED, "The first text."]
        assert not drafts.of_post(post_id)


def test_restoring_over_what_was_saved_meanwhile_changes_nothing(
    app: Flask, author: AuthorClient, write: Write
) -> None:
    post_id = saved_twice(author, write)
    first = numbers(app, post_id)[0]
    stale = {"base_version": "1"}
    told = author.post(
        f"/author/posts/{post_id}/revisions/{first}/restore", data=stale, follow_redirects=True
    )
    assert "Not restored: This post was saved elsewhere while you were editing it." in told.text
    with app.app_context():
        assert post_form.opened(post_id).body == SAVED
