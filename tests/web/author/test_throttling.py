"""Sign-in throttling by a real server, per client address, with and without a proxy."""

import re
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from blog import create_app
from blog.store.db import db
from tests.programs import Server, server
from tests.signing_in import NAME, PASSWORD, SAME_ORIGIN, make_account

ONE, OTHER = "203.0.113.9", "198.51.100.7"


@pytest.fixture
def authors_instance(instance: Path) -> Path:
    """An instance with an author account."""
    app = create_app({"INSTANCE": instance})
    make_account(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return instance


def try_to_sign_in(started: Server, password: str, forwarded_for: str) -> tuple[int, str]:
    """Load the form and send it, as a browser behind a proxy: status and page."""
    connection = HTTPConnection("127.0.0.1", started.port, timeout=20)
    headers = {"X-Forwarded-For": forwarded_for}
    with closing(connection):
        connection.request("GET", "/author/sign-in", headers=headers)
        form = connection.getresponse()
        found = re.search(r'name="csrf_token" value="([^"]+)"', form.read().decode())
        assert found
        connection.request(
            "POST",
            "/author/sign-in",
            urlencode({"csrf_token": found[1], "name": NAME, "password": password}),
            {
                **headers,
                **SAME_ORIGIN,
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": form.headers["Set-Cookie"].partition(";")[0],
            },
        )
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@pytest.mark.long
def test_behind_a_trusted_proxy_each_visitor_is_counted_apart(authors_instance: Path) -> None:
    with server(authors_instance, TRUSTED_PROXY="127.0.0.1") as started:
        started.wait()
        # What clients write into the header precedes what the proxy adds, and has no effect.
        for number in range(5):
            status, _ = try_to_sign_in(started, "a guess", f"192.0.2.{number}, {ONE}")
            assert status == 403
        status, page = try_to_sign_in(started, PASSWORD, f"{OTHER}, {ONE}")
        assert status == 429
        assert re.search(r"Too many attempts. Try again in \d+ seconds?\.", page)
        assert try_to_sign_in(started, "a guess", OTHER)[0] == 403
        assert try_to_sign_in(started, PASSWORD, OTHER)[0] == 303
        assert try_to_sign_in(started, PASSWORD, ONE)[0] == 429
    assert f"sign-in throttled address={ONE}" in started.log.read_text()


@pytest.mark.long
def test_without_a_trusted_proxy_nobody_gets_round_the_count_by_a_header(authors_instance: Path) -> None:
    with server(authors_instance) as started:
        started.wait()
        for number in range(5):
            assert try_to_sign_in(started, "a guess", f"192.0.2.{number}")[0] == 403
        assert try_to_sign_in(started, "a guess", OTHER)[0] == 429
