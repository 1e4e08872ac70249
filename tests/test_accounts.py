"""The account: how it is made, what signs in, how long a session lasts."""

import pytest
from flask import Flask
from sqlalchemy import select

from blog import accounts
from blog.db import db
from blog.errors import FieldWrong
from blog.models import Account, Invitation, SignedIn
from tests.conftest import Clock

GOOD = "several words are good"


def test_no_account_exists_until_one_is_made(app: Flask) -> None:
    with app.app_context():
        assert not accounts.exists()
        with pytest.raises(accounts.PasswordWrong):
            accounts.check(name="", password="")
        accounts.create(name="Ada", password=GOOD)
        assert accounts.exists()
        accounts.check(name=" Ada ", password=GOOD)


@pytest.mark.parametrize(("name", "password"), [("Ada", "several words are bad"), ("Eve", GOOD), ("", "")])
def test_name_and_password_have_to_belong_together(app: Flask, name: str, password: str) -> None:
    with app.app_context():
        accounts.create(name="Ada", password=GOOD)
        with pytest.raises(accounts.PasswordWrong):
            accounts.check(name=name, password=password)


def test_a_copy_of_the_database_signs_nobody_in(
    app: Flask, monkeypatch: pytest.MonkeyPatch, usual_method: str
) -> None:
    monkeypatch.setattr(accounts, "METHOD", usual_method)
    with app.app_context():
        invitation = accounts.invite()
        accounts.accept(invitation, name="Ada", password=GOOD)
        token = accounts.begin_session(address="192.0.2.1", browser="a test")
        invitation = accounts.invite()
        kept = [
            *db.session.scalars(select(Account.password_hash)),
            *db.session.scalars(select(SignedIn.token_hash)),
            *db.session.scalars(select(Invitation.token_hash)),
        ]
        assert len(kept) == 3
        assert not {GOOD, token, invitation} & set(kept)
        assert kept[0].startswith("scrypt:32768:8:1$")
        assert accounts.session_of(kept[1]) is None
        assert not accounts.is_invited(kept[2])


@pytest.mark.parametrize(
    ("name", "password", "field"),
    [
        ("   ", GOOD, "name"),
        ("A" * 101, GOOD, "name"),
        ("Ada", "too short", "password"),
        ("Ada", "x" * 1_001, "password"),
    ],
)
def test_a_name_or_password_that_cannot_be_taken_is_named(
    app: Flask, name: str, password: str, field: str
) -> None:
    with app.app_context():
        token = accounts.invite()
        with pytest.raises(FieldWrong) as wrong:
            accounts.accept(token, name=name, password=password)
        assert wrong.value.field == field
        assert not accounts.exists()
        assert accounts.is_invited(token), "a slip does not use the link up"


def test_a_one_time_link_is_good_for_an_hour_and_for_one_time(app: Flask, clock: Clock) -> None:
    with app.app_context():
        early, token = accounts.invite(), accounts.invite()
        assert not accounts.is_invited(early), "a new link ends the one before"
        clock.advance(minutes=59, seconds=59)
        assert accounts.is_invited(token)
        clock.advance(seconds=1)
        assert not accounts.is_invited(token)
        with pytest.raises(accounts.InvitationInvalid):
            accounts.accept(token, name="Ada", password=GOOD)

        token = accounts.invite()
        accounts.accept(token, name="Ada", password=GOOD)
        with pytest.raises(accounts.InvitationInvalid):
            accounts.accept(token, name="Eve", password=GOOD)
        assert accounts.name() == "Ada"


def test_an_account_made_at_the_console_ends_the_link(app: Flask) -> None:
    with app.app_context():
        token = accounts.invite()
        accounts.create(name="Ada", password=GOOD)
        assert not accounts.is_invited(token)
        with pytest.raises(accounts.AccountExists):
            accounts.create(name="Eve", password=GOOD)


def test_a_new_password_ends_every_session(app: Flask) -> None:
    with app.app_context():
        accounts.create(name="Ada", password=GOOD)
        before = accounts.begin_session(address="192.0.2.1", browser="a test")
        accounts.accept(accounts.invite(), name="Ada", password=GOOD * 2)
        assert accounts.session_of(before) is None
        with pytest.raises(accounts.PasswordWrong):
            accounts.check(name="Ada", password=GOOD)


def test_a_session_lasts_sixty_days_from_its_last_use(app: Flask, clock: Clock) -> None:
    with app.app_context():
        accounts.create(name="Ada", password=GOOD)
        token = accounts.begin_session(address="192.0.2.1", browser="a test")
        for _ in range(3):
            clock.advance(days=59)
            assert accounts.session_of(token)
        clock.advance(days=60)
        assert accounts.session_of(token) is None
        assert accounts.sessions() == []
        accounts.begin_session(address="192.0.2.1", browser="another")
        assert len(db.session.scalars(select(SignedIn)).all()) == 1, "what ended is cleared away"


def test_a_session_notes_its_use_every_five_minutes(app: Flask, clock: Clock, queries: list[str]) -> None:
    with app.app_context():
        accounts.create(name="Ada", password=GOOD)
        token = accounts.begin_session(address="192.0.2.1", browser="a test")
        clock.advance(minutes=4)
        queries.clear()
        accounts.session_of(token)
        assert len(queries) == 1, "reading is no reason to write"
        clock.advance(minutes=1)
        accounts.session_of(token)
        assert accounts.sessions()[0].seen_at == clock.now


def test_a_reset_ends_the_password_too(app: Flask) -> None:
    with app.app_context():
        accounts.create(name="Ada", password="several words are good")
        accounts.reset()
        with pytest.raises(accounts.PasswordWrong):
            accounts.check(name="Ada", password="several words are good")
