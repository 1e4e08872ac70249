"""The one-time link, used by two at once and too late: there is one account, and whoever came second is told why."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa
from flask import Flask

from blog.accounts import account
from blog.store.db import db
from blog.store.models import Account, LoginSession
from tests.conftest import Clock
from tests.signing_in import PASSWORD, SAME_ORIGIN
from tests.web.author.test_sign_in import token_in

SPENT = "This link was already used or has expired after one hour. "


def link(app: Flask) -> str:
    with app.app_context():
        address = f"/author/welcome/{account.invite()}"
        db.session.remove()
    return address


def test_of_two_who_use_the_one_time_link_at_once_one_gets_the_account(app: Flask) -> None:
    address = link(app)
    names = ["Ada", "Eve"]
    clients = [app.test_client() for _ in names]
    tokens = [token_in(client.get(address)) for client in clients]
    together = Barrier(2)

    def begin(number: int) -> tuple[int, str, str]:
        chosen = {
            "csrf_token": tokens[number],
            "name": names[number],
            "password": PASSWORD,
            "again": PASSWORD,
        }
        together.wait(10)
        answer = clients[number].post(address, data=chosen, headers=SAME_ORIGIN)
        return answer.status_code, names[number], answer.text

    with ThreadPoolExecutor(2) as pool:
        (done, winner, _), (refused, _, page) = sorted(pool.map(begin, range(2)))
    assert (done, refused) == (303, 410)
    assert SPENT in page
    with app.app_context():
        assert db.session.scalars(sa.select(Account.name)).all() == [winner]
        assert len(db.session.scalars(sa.select(LoginSession)).all()) == 1
    signed_in = {
        name: client.get("/author/sessions").status_code for name, client in zip(names, clients, strict=True)
    }
    assert signed_in == {name: 200 if name == winner else 302 for name in names}


def test_after_an_hour_the_one_time_link_is_refused_with_a_sentence_and_makes_no_account(
    app: Flask, clock: Clock
) -> None:
    address = link(app)
    client = app.test_client()
    clock.advance(minutes=59, seconds=59)
    token = token_in(client.get(address))
    clock.advance(seconds=1)
    chosen = {"csrf_token": token, "name": "Ada", "password": PASSWORD, "again": PASSWORD}
    for answer in (client.post(address, data=chosen, headers=SAME_ORIGIN), client.get(address)):
        assert answer.status_code == 410
        assert SPENT in answer.text
    with app.app_context():
        assert not account.exists()
