"""Numbers that the database cannot store refer to nothing, in any request."""

from tests.conftest import Write
from tests.signing_in import AuthorClient
from tests.web.author.forms import filled

HUGE = 10**30


def test_a_number_that_the_database_has_no_room_for_is_no_failure(author: AuthorClient, write: Write) -> None:
    post_id = write(tags=["notes", "others"])
    author.post(f"/author/posts/{post_id}", data=filled(base_version="1"))
    revision = f"/author/posts/{post_id}/revisions/1"
    assert author.get(f"{revision}?with={HUGE}").status_code == 404
    merged = author.post("/author/tags/1/merge", data={"into": str(HUGE)})
    assert merged.status_code == 422
    assert "Choose another tag to merge into." in merged.text
