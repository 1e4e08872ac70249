"""Every response has the security headers, and the author's pages refuse everyone except the author."""

import sqlite3
from collections.abc import Callable
from typing import NoReturn
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from blog.web.author.sign_in import OPEN_ENDPOINTS
from blog.web.security import HEADERS
from tests.conftest import Write
from tests.signing_in import SAME_ORIGIN

SAMPLE_VALUES = {
    "slug": "a-post",
    "slugs": ("salt",),
    "year": 2026,
    "probe": "x",
    "post_id": 1,
    "draft_id": 1,
    "revision_id": 1,
    "number": 1,
    "token": "unknown",
    "digest": "0" * 64,
    "name": "32",
    "page": 1,
    "subject": "tags",
    "ids": "1+2",
    "colour": "8d351f",
    "width": 480,
    "ending": "webp",
    "form": "atom",
    "kind": "posts",
}


def probes() -> Blueprint:
    """Addresses for what no page does by itself: one that fails, and one of the author."""
    bp = Blueprint("probes", __name__)

    @bp.get("/probe/bug")
    def bug() -> NoReturn:
        raise ZeroDivisionError

    @bp.get("/probe/outage")
    def outage() -> NoReturn:
        locked = sqlite3.OperationalError("database is locked")
        locked.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise sa.exc.OperationalError("SELECT", {}, locked)

    @bp.route("/author", methods=["GET", "POST"])
    @bp.route("/author/", methods=["GET", "POST"])
    @bp.route("/author/desk/<probe>", methods=["GET", "POST", "DELETE"])
    def desk(probe: str = "") -> str:
        return "the desk"

    return bp


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    app = make_app()
    app.register_blueprint(probes())
    return app


def addresses(app: Flask) -> list[tuple[Rule, str]]:
    """Each route of the site with a matching address."""
    found = []
    for rule in app.url_map.iter_rules():
        built = rule.build({name: SAMPLE_VALUES[name] for name in rule.arguments})
        assert built is not None
        found.append((rule, built[1]))
    return found


def assert_has_headers(
    client: FlaskClient, address: str, method: str = "GET", base_url: str = "http://localhost"
) -> int:
    with client.open(
        address, method=method, base_url=base_url
    ) as response:  # otherwise static files stay open
        missing = {name for name, value in HEADERS.items() if response.headers.get(name) != value}
        assert not missing, f"{method} {address}"
        return response.status_code


def test_every_response_carries_the_security_headers(app: Flask, client: FlaskClient, write: Write) -> None:
    write("A post", tags=["salt"])
    seen = {assert_has_headers(client, address) for _, address in addresses(app)}
    seen |= {assert_has_headers(client, address, "POST") for _, address in addresses(app)}
    seen.add(assert_has_headers(client, "/nowhere"))
    seen.add(assert_has_headers(client, "/?after=damaged"))
    seen.add(assert_has_headers(client, "/tags"))
    seen.add(assert_has_headers(client, "/", base_url="http://elsewhere.example"))
    seen |= {assert_has_headers(client, address) for address in app.extensions["assets"].values()}
    assert seen == {200, 302, 308, 400, 403, 404, 405, 410, 500, 503}


def test_a_file_that_was_not_changed_or_is_not_served_so_carries_them_too(
    app: Flask, client: FlaskClient
) -> None:
    """Files are served in front of Flask."""
    sheet = app.extensions["assets"]["site.css"]
    assert assert_has_headers(client, sheet, "POST") == 405
    assert assert_has_headers(client, sheet, "HEAD") == 200
    with client.get(sheet) as response:
        tag = response.headers["ETag"]
    with client.get(sheet, headers={"If-None-Match": tag}) as unchanged:
        assert unchanged.status_code == 304
        assert HEADERS.items() <= dict(unchanged.headers).items()


def test_over_https_browsers_are_told_to_stay_there(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" in client.get("/", base_url="https://localhost").headers
    assert "Strict-Transport-Security" not in client.get("/").headers


def url_for_sign_in(address: str) -> str:
    return f"/author/sign-in?{urlencode({'next': address}, safe='/')}"


def test_every_author_address_refuses_a_visitor(app: Flask, client: FlaskClient) -> None:
    closed = [(rule, address) for rule, address in addresses(app) if rule.rule.startswith("/author")]
    assert len(closed) >= 3
    for rule, address in closed:
        # A visitor who is signed out already gets the same as after signing out.
        if rule.endpoint in {*OPEN_ENDPOINTS, "sign_in.sign_out"}:
            continue
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            for headers in ({}, SAME_ORIGIN):
                response = client.open(address, method=method, headers=headers)
                assert response.status_code == 403, f"{method} {address}"
                assert "the desk" not in response.text
        for method in (rule.methods or set()) & {"GET", "HEAD", "OPTIONS"}:
            response = client.open(address, method=method)
            assert response.status_code == 302, f"{method} {address}"
            assert response.location == url_for_sign_in(address)
    assert client.get("/author/what/does/not/exist").status_code == 302
    assert client.post("/author/what/does/not/exist").status_code == 403
    for spelling in ("/author%2Fdesk%2Fx", "//author/desk/x", "/Author/desk/x", "/./author/desk/x"):
        assert "the desk" not in client.get(spelling, follow_redirects=True).text


def test_an_address_that_only_looks_like_the_authors_is_just_unknown(client: FlaskClient) -> None:
    assert client.get("/authority").status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "192.0.2.7", "a b", ""])
def test_a_request_for_another_host_is_refused_with_a_sentence(client: FlaskClient, host: str) -> None:
    response = client.get("/", headers={"Host": host})
    assert response.status_code == 400
    assert "http://localhost" in response.text
    if host.strip():
        assert host not in response.text


def test_readers_get_no_cookie(app: Flask, client: FlaskClient, write: Write) -> None:
    write("A post", tags=["salt"])
    for rule, address in addresses(app):
        if rule.endpoint not in OPEN_ENDPOINTS:  # whose forms have a token that belongs to a cookie
            assert "Set-Cookie" not in client.get(address).headers, address
