"""Every word of the site's own comes from the catalogue: on a site whose words stand in brackets none is without."""

import pytest
from flask.testing import FlaskClient

from tests.marked import unmarked


@pytest.mark.usefixtures("marked_words")
def test_readers_pages_say_nothing_that_no_catalogue_has(client: FlaskClient) -> None:
    assert unmarked(client.get("/tags/").text) == []
