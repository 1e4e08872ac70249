"""Corrections: notes of the author about changes, and where readers see them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Clock, Write
from tests.signing_in import AuthorClient
from tests.web.author.forms import JSON, described, values


def test_readers_find_below_the_post_what_changed_and_when(
    author: AuthorClient, client: FlaskClient, write: Write, clock: Clock
) -> None:
    address = f"/author/posts/{write('Post')}"
    assert "Updated" not in client.get("/posts/post").text
    for note in ("The <date> was wrong.", "So was the place."):
        clock.advance(days=1)
        form = values(author.get(address).text)
        assert form["correction"] == ""
        author.post(address, data={**form, "correction": note, "action": "save"})
    page = client.get("/posts/post").text
    assert "November 26, 2026</time>: <bdi>So was the place.</bdi></li>" in page
    assert "November 25, 2026</time>: <bdi>The &lt;date&gt; was wrong.</bdi></li>" in page
    assert page.index("So was") < page.index("was wrong")


def test_a_form_that_is_sent_twice_says_it_once(
    author: AuthorClient, client: FlaskClient, write: Write
) -> None:
    address = f"/author/posts/{write('Post')}"
    form = {**values(author.get(address).text), "correction": "A typo.", "action": "save", "sent": "1"}
    for _ in range(2):
        author.post(address, data=form, headers=JSON)
    assert client.get("/posts/post").text.count("A typo.") == 1


def test_of_a_draft_nothing_is_said_and_a_restored_text_says_nothing_again(
    author: AuthorClient, client: FlaskClient, write: Write, app: Flask
) -> None:
    draft = f"/author/posts/{write('Draft', draft=True)}"
    form = values(author.get(draft).text)
    assert "What changed" not in author.get(draft).text
    author.post(draft, data={**form, "correction": "Too early.", "action": "save"})
    author.post(draft, data={**values(author.get(draft).text), "action": "publish"})
    assert "Too early." not in client.get("/posts/draft").text
    live = f"/author/posts/{write('Post')}"
    author.post(live, data={**values(author.get(live).text), "correction": "A typo.", "action": "save"})
    author.post(live, data={**values(author.get(live).text), "body": "Other.", "action": "save"})
    author.post(f"{live}/revisions/4/restore", data={"base_version": "3"})
    assert client.get("/posts/post").text.count("A typo.") == 1


@pytest.mark.parametrize("action", ["save", "keep"])
def test_what_is_too_long_comes_back_and_what_is_only_kept_is_not_said(
    author: AuthorClient, client: FlaskClient, write: Write, action: str
) -> None:
    address = f"/author/posts/{write('Post')}"
    form = values(author.get(address).text)
    long = "x" * 501
    answer = author.post(address, data={**form, "correction": long, "action": action})
    if action == "save":
        assert "The maximum is 500." in described(answer.text, "correction")
        assert values(answer.text)["correction"] == long
    else:
        assert values(author.get(address).text)["correction"] == long
    assert long not in client.get("/posts/post").text
