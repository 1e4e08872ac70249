"""Passwords that are accepted or refused when one is chosen. Sign-in accepts any existing password."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.security import generate_password_hash

from blog import clock
from blog.accounts import account, passwords
from blog.errors import FieldWrong
from blog.store.db import db, writing
from blog.store.models import Account, Site

COMMON = "a common password"
NAMES = "names from this site"


@pytest.mark.parametrize(
    "password",
    [
        *("passwordpassword", "password password", "PASSWORD-password", "P@ssw0rdP@ssw0rd", "Password123456"),
        *("123456789012", "1234567890123456", "0987654321098765", "qwertyuiop123456", "1qaz2wsx3edc4rfv"),
        *("iloveyouiloveyou", "letmeinletmein", "football123456", "sunshine sunshine", "princess.princess"),
        *(
            "aaaaaaaaaaaa",
            "a" * 1000,
            "abababababababab",
            "abcdefghijklmnop",
            "пароль пароль",
            "пароль123456",  # noqa: RUF001 -- a word of Russian
            "йцукенгшщзхъ",
            "passwort passwort",
        ),
        *(
            "correct horse battery staple",
            "\uff50assword\uff50assword",
            "qwertzuiop qwertzuiop",
            "            ",
        ),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(password: str) -> None:
    assert passwords.weakness(password) is not None


@pytest.mark.parametrize(
    "password",
    [
        *("several words are good", "x7f kq pw 9z", "k8#mPq2vLz9w", "Ein Satz mit ganz vielen Worten"),
        *(
            "staple-lantern-orbit-mule",
            "Der Mond ist aus Käse gemacht",
            "私の猫は毎朝五時に起きます",
            "туман висит над садом",
            "zebra quilt 88 harbour",
        ),
        "tulip " * 3 + "meridian cactus volcano",
    ],
)
def test_any_other_is_taken_whatever_characters_it_has(password: str) -> None:
    assert passwords.weakness(password, ["Notes from the harbour office", "Ada"]) is None


@pytest.mark.parametrize(
    "password",
    [
        "Harbour Notes 12",
        "harbournotes harbour",
        "Ada Lovelace 1815",
        "scrollwork-blog-1",
        "adalovelaceadmin",
        "ADA ada ADA ada 1",
    ],
)
def test_names_of_the_site_and_its_author_are_no_password(app: Flask, password: str) -> None:
    with app.app_context():
        with writing() as session:
            site = session.get_one(Site, 1)
            site.title, site.author = "Harbour Notes", "Ada Lovelace"
        with pytest.raises(FieldWrong) as refused:
            account.create(name="lovelace", password=password)
        assert "easy to guess" in refused.value.message
        assert not account.exists()


def test_what_is_refused_for_its_names_is_told_so() -> None:
    sentence = passwords.weakness("staplelantern harbour", ["Staple Lantern", "Harbour"])
    assert sentence is not None
    assert NAMES in sentence
    assert passwords.weakness("staplelantern harbour") is None


def test_the_form_says_why_beside_the_field(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        token = account.invite()
        with pytest.raises(FieldWrong, match=COMMON):
            account.accept(token, name="Ada", password="passwordpassword")
        account.accept(token, name="Ada", password="staple-lantern-orbit")
        account.check(name="Ada", password="staple-lantern-orbit")


def test_a_weak_password_from_before_still_signs_in(app: Flask) -> None:
    with app.app_context():
        with writing() as session:
            hashed = generate_password_hash("passwordpassword", "scrypt:1024:8:1")
            session.add(Account(id=1, name="Ada", password_hash=hashed, created_at=clock.now()))
        account.check(name="Ada", password="passwordpassword")
        db.session.remove()
