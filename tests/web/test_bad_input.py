"""Invalid form input without JavaScript: status, message at the field, and the text is kept."""

import pytest
from flask.testing import FlaskClient

from blog.writing.fields import BODY_LENGTH, NAMES
from tests.signing_in import AuthorClient
from tests.web.author.forms import described, filled, values


def refused(
    author: AuthorClient, sent: dict[str, str], field: str, words: str, status: int = 422
) -> dict[str, str]:
    """Send an invalid form. Returns the values of the form in the response."""
    page = author.post("/author/posts/new", data=sent)
    assert page.status_code == status
    assert words in described(page.text, field)
    form = values(page.text)
    return {name: form[name] for name in NAMES}


def test_bad_input_what_cannot_be_read_is_taken_out_and_every_letter_round_it_is_kept(
    author: AuthorClient, client: FlaskClient
) -> None:
    body = "One\x00 two\x07\x1b[31m.\r\n\r\n\u202eThree\u202c \u2067four\u2069\x9f \ud7ff\ufffe."
    sent = filled("", body, tags="no\x00tes\u202e, \x07", excerpt="In\x00 short\u202e.", action="publish")
    kept = refused(author, sent, "title", "Enter a title.")
    assert kept["body"] == "One two[31m.\n\nThree \u2067four\u2069 \ud7ff."
    assert (kept["tags"], kept["excerpt"]) == ("notes, ", "In short.")
    title = "Ti\x00tle \u202eturned\u202c"
    page = author.post("/author/posts/new", data={**sent, "title": title}, follow_redirects=True)
    assert "Invisible characters that reverse text direction were removed from the title." in page.text
    assert values(page.text)["title"] == "Title turned"
    for path in ("/posts/title-turned", "/", "/tags/notes"):
        shown = client.get(path)
        assert shown.status_code == 200, path
        assert "Title turned" in shown.text
        assert not set("\x00\x07\x1b\x9f\u202c\u202e\ufffe") & set(shown.text), path


@pytest.mark.parametrize("title", ["\x00\x07", "\u202e", " \u200b\u2067 ", "\r\n"])
def test_bad_input_a_title_of_which_nothing_can_be_seen_is_none(author: AuthorClient, title: str) -> None:
    kept = refused(author, filled(title, "The last sentence."), "title", "Enter a title.")
    assert kept["body"] == "The last sentence."


@pytest.mark.parametrize(
    ("date", "time", "field", "words"),
    [
        (
            "2026-03-29",
            "02:30",
            "time",
            "2:30\N{NARROW NO-BREAK SPACE}AM does not exist on this day in Europe/Berlin: clocks are put forward then.",
        ),
        ("", "02:30", "date", "Enter a date for this time."),
        ("2026-03-29", "25:00", "time", "“25:00” is not a time"),
        ("2026-03-29", "03:30Z", "time", "“03:30Z” is not a time"),
        ("2026-02-30", "02:30", "date", "“2026-02-30” is not a date"),
        ("tomorrow", "", "date", "“tomorrow” is not a date"),
    ],
)
def test_bad_input_a_moment_that_no_clock_shows_is_named_beside_its_field(
    author: AuthorClient, date: str, time: str, field: str, words: str
) -> None:
    sent = filled(body="The last sentence.", date=date, time=time, zone="Europe/Berlin", action="publish")
    kept = refused(author, sent, field, words)
    assert kept == {name: sent[name] for name in NAMES}
    assert "A title" not in author.get("/author/").text, "nothing was saved"


def test_bad_input_a_megabyte_with_a_wrong_field_comes_back_whole(author: AuthorClient) -> None:
    body = "\n<b>&amp; \"'</textarea>\n" + "All work and no play makes Jack a dull boy.\n\n" * 22_500
    assert len(body) > 1_000_000
    assert refused(author, filled("", body), "title", "Enter a title.")["body"] == body


@pytest.mark.parametrize("address", ["new", "1"])
def test_bad_input_a_text_one_letter_too_long_is_refused_beside_its_field_and_kept(
    author: AuthorClient, address: str
) -> None:
    assert author.post("/author/posts/new", data=filled(body="Saved.")).status_code == 303
    body = "x" * (BODY_LENGTH + 1)
    page = author.post(f"/author/posts/{address}", data=filled(body=body, base_version="1"))
    assert page.status_code == 413
    assert "Too long: 4,000,001 characters. The maximum is 4,000,000." in described(page.text, "body")
    assert values(page.text)["body"] == body
    assert values(author.get("/author/posts/1").text)["body"] == "Saved."
