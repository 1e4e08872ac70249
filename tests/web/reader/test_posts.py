"""Public pages over HTTP."""

from datetime import timedelta

from flask.testing import FlaskClient

from tests.conftest import NOON, Clock, Write


def test_a_scheduled_post_appears_at_its_hour_though_the_page_was_cached(
    client: FlaskClient, write: Write, clock: Clock
) -> None:
    write("Tomorrow", published_at=NOON + timedelta(days=1))
    assert "Tomorrow" not in client.get("/").text
    clock.move_to(NOON + timedelta(days=1))
    assert "Tomorrow" in client.get("/").text
