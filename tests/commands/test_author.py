"""The account commands, as typed in a terminal."""

import re

from flask import Flask

from blog.accounts import account
from tests.signing_in import AuthorClient, author_client

GOOD = "several words are good"


def test_create_asks_for_name_and_password_and_shows_neither(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["author", "create"], input=f"Ada\n{GOOD}\n{GOOD}\n")
    assert done.exit_code == 0, done.output
    assert done.output.endswith("“Ada” can sign in at http://localhost/author/.\n")
    assert GOOD not in done.output
    with app.app_context():
        account.check(name="Ada", password=GOOD)


def test_create_asks_again_when_the_two_passwords_differ(app: Flask) -> None:
    typed = f"Ada\n{GOOD}\nsomething else\n{GOOD}\n{GOOD}\n"
    done = app.test_cli_runner().invoke(args=["author", "create"], input=typed)
    assert done.exit_code == 0, done.output


def test_create_takes_the_password_from_standard_input(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["author", "create", "--name", "Ada"], input=f"{GOOD}\n")
    assert done.output == "“Ada” can sign in at http://localhost/author/.\n"
    with app.app_context():
        account.check(name="Ada", password=GOOD)


def test_create_refuses_a_short_password_and_a_second_account_in_a_sentence(app: Flask) -> None:
    runner = app.test_cli_runner()
    short = runner.invoke(args=["author", "create", "--name", "Ada"], input="short\n")
    assert short.exit_code == 1
    assert short.output == "Error: A password needs at least 12 characters. Use several words.\n"
    runner.invoke(args=["author", "create", "--name", "Ada"], input=f"{GOOD}\n")
    second = runner.invoke(args=["author", "create"])
    assert second.exit_code == 1
    assert second.output == (
        "Error: This site already has an account. To reset it: “flask --app app author reset”.\n"
    )


def test_reset_signs_everyone_out_and_prints_a_link_that_works_once(author: AuthorClient, app: Flask) -> None:
    assert author.get("/author/sessions").status_code == 200
    printed = app.test_cli_runner().invoke(args=["author", "reset"]).output
    found = re.search(r"http://localhost(/author/welcome/\S+)", printed)
    assert found
    assert author.get("/author/sessions").status_code == 302
    client = author_client(app)
    assert "Choose a new password" in client.get(found[1]).text
    chosen = {"name": "Ada", "password": GOOD, "again": GOOD}
    assert client.post(found[1], data=chosen).location == "/author/"
    used = client.get(found[1])
    assert used.status_code == 410
    assert "To get a new one, run “flask --app app author reset”" in used.text
