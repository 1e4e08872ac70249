"""The account: creation, sign-in, and the lifetime of sessions."""

import pytest
from flask import Flask
from sqlalchemy import select

from blog.accounts import account
from blog.errors import FieldWrong
from blog.store.db import db
from blog.store.models import Account, LoginSession, SetupLink
from tests.conftest import Clock

GOOD = "several words are good"


def test_no_account_exists_until_one_is_made(app: Flask) -> None:
    with app.app_context():
        assert not account.exists()
        with pytest.raises(account.PasswordWrong):
            account.check(name="", password="")
        account.create(name="Ada", password=GOOD)
        assert account.exists()
        account.check(name=" Ada ", password=GOOD)


@pytest.mark.parametrize(("name", "password"), [("Ada", "several words are bad"), ("Eve", GOOD), ("", "")])
def test_name_and_password_have_to_belong_together(app: Flask, name: str, password: str) -> None:
    with app.app_context():
        account.create(name="Ada", password=GOOD)
        with pytest.raises(account.PasswordWrong):
            account.check(name=name, password=password)


def test_a_copy_of_the_database_signs_nobody_in(
    app: Flask, monkeypatch: pytest.MonkeyPatch, usual_method: str
) -> None:
    monkeypatch.setattr(account, "METHOD", usual_method)
    with app.app_context():
        invitation = account.invite()
        account.accept(invitation, name="Ada", password=GOOD)
        token = account.begin_session(address="192.0.2.1", browser="a test")
        invitation = account.invite()
        kept = [
            *db.session.scalars(select(Account.password_hash)),
            *db.session.scalars(select(LoginSession.token_hash)),
            *db.session.scalars(select(SetupLink.token_hash)),
        ]
        assert len(kept) == 3
        assert not {GOOD, token, invitation} & set(kept)
        assert kept[0].startswith("scrypt:32768:8:1$")
        assert account.session_of(kept[1]) is None
        assert not account.is_invited(kept[2])


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
        token = account.invite()
        with pytest.raises(FieldWrong) as wrong:
            account.accept(token, name=name, password=password)
        assert wrong.value.field == field
        assert not account.exists()
        assert account.is_invited(token), "a slip does not use the link up"


def test_a_one_time_link_is_good_for_an_hour_and_for_one_time(app: Flask, clock: Clock) -> None:
    with app.app_context():
        early, token = account.invite(), account.invite()
        assert not account.is_invited(early), "a new link ends the one before"
        clock.advance(minutes=59, seconds=59)
        assert account.is_invited(token)
        clock.advance(seconds=1)
        assert not account.is_invited(token)
        with pytest.raises(account.SetupLinkInvalid):
            account.accept(token, name="Ada", password=GOOD)

        token = account.invite()
        account.accept(token, name="Ada", password=GOOD)
        with pytest.raises(account.SetupLinkInvalid):
            account.accept(token, name="Eve", password=GOOD)
        assert account.name() == "Ada"


def test_an_account_made_at_the_console_ends_the_link(app: Flask) -> None:
    with app.app_context():
        token = account.invite()
        account.create(name="Ada", password=GOOD)
        assert not account.is_invited(token)
        with pytest.raises(account.AccountExists):
            account.create(name="Eve", password=GOOD)


def test_a_new_password_ends_every_session(app: Flask) -> None:
    with app.app_context():
        account.create(name="Ada", password=GOOD)
        before = account.begin_session(address="192.0.2.1", browser="a test")
        account.accept(account.invite(), name="Ada", password=GOOD * 2)
        assert account.session_of(before) is None
        with pytest.raises(account.PasswordWrong):
            account.check(name="Ada", password=GOOD)


def test_a_session_lasts_sixty_days_from_its_last_use(app: Flask, clock: Clock) -> None:
    with app.app_context():
        account.create(name="Ada", password=GOOD)
        token = account.begin_session(address="192.0.2.1", browser="a test")
        for _ in range(3):
            clock.advance(days=59)
            assert account.session_of(token)
        clock.advance(days=60)
        assert account.session_of(token) is None
        assert account.sessions() == []
        account.begin_session(address="192.0.2.1", browser="another")
        assert len(db.session.scalars(select(LoginSession)).all()) == 1, "what ended is cleared away"


def test_a_session_notes_its_use_every_five_minutes(app: Flask, clock: Clock, queries: list[str]) -> None:
    with app.app_context():
        account.create(name="Ada", password=GOOD)
        token = account.begin_session(address="192.0.2.1", browser="a test")
        clock.advance(minutes=4)
        queries.clear()
        account.session_of(token)
        assert len(queries) == 1, "reading is no reason to write"
        clock.advance(minutes=1)
        account.session_of(token)
        assert account.sessions()[0].seen_at == clock.now


def test_a_reset_ends_the_password_too(app: Flask) -> None:
    with app.app_context():
        account.create(name="Ada", password="several words are good")
        account.reset()
        with pytest.raises(account.PasswordWrong):
            account.check(name="Ada", password="several words are good")
