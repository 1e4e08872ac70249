"""The way into the author's part, and what it keeps out."""

from flask.testing import FlaskClient

from tests.signing_in import SAME_ORIGIN, AuthorClient


def test_a_visitor_is_asked_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/author/sessions?a=b")
    assert answer.status_code == 302
    assert answer.location == "/author/sign-in?next=/author/sessions?a%3Db"


def test_a_visitor_cannot_change_anything(client: FlaskClient) -> None:
    assert client.post("/author/sign-out", headers=SAME_ORIGIN).status_code == 403


def test_the_author_is_let_in(author: AuthorClient) -> None:
    assert author.get("/author/nothing-here").status_code == 404
