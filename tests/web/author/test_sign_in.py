"""The way into the author's part, and what it keeps out."""

import io
import re
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace
from urllib.parse import quote

import limits.storage.memory
import pytest
from flask import Flask
from flask.testing import FlaskClient
from html5lib import parse
from werkzeug.test import TestResponse

from blog.accounts import account
from blog.site import overview, settings
from blog.web.author import throttling
from blog.web.author.throttling import TooManyTries
from tests.conftest import Clock
from tests.signing_in import NAME, PASSWORD, SAME_ORIGIN, AuthorClient, author_client, make_account

MakeApp = Callable[..., Flask]


def token_in(answer: TestResponse) -> str:
    """The token that the page's form carries."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def try_to_sign_in(
    client: FlaskClient,
    *,
    name: str = NAME,
    password: str = PASSWORD,
    address: str = "192.0.2.1",
    token: str = "",
    **more: str,
) -> TestResponse:
    """Fetch the form and send it, as a browser does; with `token` the form that was fetched before."""
    token = token or token_in(client.get("/author/sign-in"))
    return client.post(
        "/author/sign-in",
        data={"csrf_token": token, "name": name, "password": password, **more},
        headers=SAME_ORIGIN,
        environ_base={"REMOTE_ADDR": address},
    )


def hidden_fields(answer: TestResponse) -> list[tuple[str, str]]:
    """The hidden fields of the form in the page's main part."""
    main = parse(answer.text, namespaceHTMLElements=False).find(".//main")
    assert main is not None
    return [
        (field.attrib["name"], field.attrib["value"]) for field in main.findall(".//input[@type='hidden']")
    ]


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """Somebody at a site that has an author."""
    make_account(app)
    return app.test_client()


@pytest.fixture
def throttle_clock(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock, for the library `limits` as well."""

    def seconds() -> float:
        return clock.now.timestamp()

    monkeypatch.setattr(limits.storage.memory, "time", SimpleNamespace(time=seconds))
    return clock


# The guard


@pytest.mark.parametrize("path", ["/author", "/author/", "/author/nothing-here"])
def test_addresses_that_do_not_exist_are_guarded_as_well(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(path).location == f"/author/sign-in?next={path}"


def test_the_author_is_let_in_and_nothing_is_kept_on_the_way(author: AuthorClient) -> None:
    answer = author.get("/author/sessions")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert author.get("/author/nothing-here").status_code == 404


def test_what_is_public_is_not_stored_for_the_author(author: AuthorClient, client: FlaskClient) -> None:
    for path in ("/", "/archive/", "/nothing-here", "/robots.txt"):
        assert author.get(path).headers["Cache-Control"] == "private, no-cache", path
    assert "public" in client.get("/").headers["Cache-Control"]
    assert "Set-Cookie" not in client.get("/").headers


# Signing in


def test_without_an_account_the_page_says_where_the_link_is(client: FlaskClient) -> None:
    page = client.get("/author/sign-in")
    assert "it prints a link" in page.text
    assert "password" not in {name for name, _ in hidden_fields(page)}
    assert 'type="password"' not in page.text


def test_the_one_time_link_makes_the_account_and_signs_in(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        address = f"/author/welcome/{account.invite()}"
    token = token_in(client.get(address))
    chosen = {"csrf_token": token, "name": NAME, "password": PASSWORD, "again": PASSWORD}
    slip = client.post(address, data={**chosen, "again": "something else"}, headers=SAME_ORIGIN)
    assert slip.status_code == 422
    assert 'aria-describedby="again-wrong" aria-invalid="true" autofocus' in slip.text
    assert PASSWORD not in slip.text
    done = client.post(address, data=chosen, headers=SAME_ORIGIN)
    assert (done.status_code, done.location) == (303, "/author/")
    assert client.get("/author/sessions").status_code == 200

    assert app.test_client().get(address).status_code == 410
    assert app.test_client().post(address, headers=SAME_ORIGIN).status_code == 400, "it has no token"
    assert "already used or has expired after one hour" in app.test_client().get(address).text


def test_signing_in_leads_to_where_one_was_going(visitor: FlaskClient) -> None:
    page = visitor.get(visitor.get("/author/posts/new?tag=a+b").location)
    fields = dict(hidden_fields(page))
    answer = try_to_sign_in(visitor, next=fields["next"])
    assert (answer.status_code, answer.location) == (303, "/author/posts/new?tag=a+b")
    assert visitor.get("/author/sign-in?next=/author/site").location == "/author/site"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/author/",
        "//evil.example/author/",
        "/\\evil.example/author/",
        "/author/\\..\\x",
        "\t//evil.example/author/",
        "javascript:alert(1)",
        "/",
        "/authority",
        "http:///author/",
        "",
    ],
)
def test_no_link_leads_elsewhere_after_signing_in(visitor: FlaskClient, elsewhere: str) -> None:
    page = visitor.get(f"/author/sign-in?next={quote(elsewhere)}")
    assert dict(hidden_fields(page))["next"] == "/author/"
    assert try_to_sign_in(visitor, next=elsewhere).location == "/author/"


def test_a_wrong_password_says_so_and_does_not_say_what_was_wrong(visitor: FlaskClient) -> None:
    wrong = try_to_sign_in(visitor, password="not this one")
    unknown = try_to_sign_in(visitor, name="Eve")
    assert wrong.status_code == unknown.status_code == 403
    sentence = "Wrong name or password."
    assert sentence in wrong.text
    assert sentence in unknown.text
    assert 'aria-describedby="password-wrong" aria-invalid="true" autofocus' in wrong.text
    assert f'value="{NAME}"' in wrong.text
    assert visitor.get("/author/sessions").status_code == 302


def test_the_cookie_changes_at_sign_in_and_is_out_of_reach_of_scripts(visitor: FlaskClient) -> None:
    visitor.get("/author/sign-in")
    before = visitor.get_cookie("session")
    with visitor.session_transaction() as held:
        marked = held["csrf_token"]
    answer = try_to_sign_in(visitor)
    after = visitor.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    with visitor.session_transaction() as held:
        assert held.keys() == {"_permanent", "token"}, "nothing of the visitor's cookie stays"
        assert marked not in held.values()
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert "Secure" not in answer.headers["Set-Cookie"]


def test_on_https_the_cookie_is_secure_and_bound_to_this_host(make_app: MakeApp) -> None:
    app = make_app(BASE_URL="https://blog.example.org")
    make_account(app)
    client = app.test_client()
    https = {"base_url": "https://blog.example.org"}
    page = client.get("/author/sign-in", **https)
    data = {"csrf_token": token_in(page), "name": NAME, "password": PASSWORD}
    answer = client.post("/author/sign-in", data=data, headers=SAME_ORIGIN, **https)
    assert answer.status_code == 303
    (given,) = [line for line in answer.headers.getlist("Set-Cookie") if "session=" in line]
    assert given.startswith("__Host-session=")
    assert "Secure" in given
    assert client.get("/author/sessions", **https).status_code == 200
    assert client.get("/", **https).headers["Cache-Control"] == "private, no-cache"


# The throttle


def test_signing_in_is_held_up_by_address(app: Flask, visitor: FlaskClient, throttle_clock: Clock) -> None:
    for number in range(5):
        assert try_to_sign_in(visitor, name=f"guess {number}").status_code == 403
    throttle_clock.advance(seconds=18.5)
    answer = try_to_sign_in(visitor)
    assert answer.status_code == 429, "the right password is held up as well, or it could be guessed"
    assert answer.headers["Retry-After"] == "42"
    assert "Too many attempts. Try again in 42 seconds." in answer.text
    assert try_to_sign_in(app.test_client(), name="Eve", address="198.51.100.7").status_code == 403, (
        "others not"
    )
    throttle_clock.advance(seconds=41)
    assert "Try again in one second." in try_to_sign_in(visitor).text
    throttle_clock.advance(seconds=1)
    assert try_to_sign_in(visitor).status_code == 303


def test_signing_in_is_held_up_by_account(visitor: FlaskClient, throttle_clock: Clock) -> None:
    for number in range(100):
        wrong = try_to_sign_in(visitor, password="a guess", address=f"198.51.100.{number}")
        assert wrong.status_code == 403
    answer = try_to_sign_in(visitor, address="203.0.113.1")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    throttle_clock.advance(minutes=15, seconds=1)
    assert try_to_sign_in(visitor, address="203.0.113.1").status_code == 303


def test_one_machine_cannot_keep_the_author_out(visitor: FlaskClient, throttle_clock: Clock) -> None:
    """What is refused for its address does not count against the name."""
    token = token_in(visitor.get("/author/sign-in"))
    for _ in range(15):
        for _ in range(20):
            try_to_sign_in(visitor, password="a guess", address="198.51.100.7", token=token)
        throttle_clock.advance(minutes=1)
    assert try_to_sign_in(visitor, address="203.0.113.1").status_code == 303


def test_ipv4_addresses_in_the_clothes_of_ipv6_are_told_apart(
    visitor: FlaskClient, throttle_clock: Clock
) -> None:
    for _ in range(5):
        try_to_sign_in(visitor, name="Eve", address="::ffff:192.0.2.1")
    assert try_to_sign_in(visitor, address="192.0.2.1").status_code == 429
    assert try_to_sign_in(visitor, address="::ffff:198.51.100.7").status_code == 303


@pytest.mark.parametrize(
    "path", ["//[", "http://[", "//evil.example/author/", "/author/\\evil", "javascript:alert(1)"]
)
def test_no_address_leads_elsewhere_after_signing_in(visitor: FlaskClient, path: str) -> None:
    assert visitor.get("/author/sign-in", query_string={"next": path}).status_code == 200
    assert try_to_sign_in(visitor, next=path).location == "/author/"


def test_signing_in_over_a_session_ends_that_one(app: Flask, visitor: FlaskClient) -> None:
    try_to_sign_in(visitor)
    form = {"csrf_token": token_in(visitor.get("/author/sessions")), "name": NAME, "password": PASSWORD}
    assert visitor.post("/author/sign-in", data=form, headers=SAME_ORIGIN).status_code == 303
    with app.app_context():
        assert len(account.sessions()) == 1


def test_signing_out_when_the_session_has_ended_already_is_what_was_asked_for(visitor: FlaskClient) -> None:
    answer = visitor.post("/author/sign-out", headers=SAME_ORIGIN)
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("number", ["abc", "", "0", "10" * 20])
def test_a_session_that_is_not_there_ends_no_other(app: Flask, author: AuthorClient, number: str) -> None:
    other = author_client(app)
    assert author.post("/author/sessions/end", data={"session": number}).status_code == 303
    assert other.get("/author/sessions").status_code == 200


def test_a_page_from_before_one_signed_in_anew_comes_back_with_what_was_typed(
    app: Flask, visitor: FlaskClient
) -> None:
    try_to_sign_in(visitor)
    with app.app_context():
        typed = {**settings.shown(), "tagline": "Typed in another tab"}
    stale = {**typed, "csrf_token": "of an earlier session"}
    answer = visitor.post("/author/site", data=stale, headers=SAME_ORIGIN)
    assert answer.status_code == 400
    fields = dict(hidden_fields(answer))
    assert fields["tagline"] == "Typed in another tab"
    assert visitor.post("/author/site", data=fields, headers=SAME_ORIGIN).status_code == 303
    with app.app_context():
        assert overview.read().site.tagline == "Typed in another tab"


def test_a_sign_in_page_from_before_one_signed_in_keeps_what_it_holds(visitor: FlaskClient) -> None:
    held = '["/author/site",[["tagline","Held"]],[]]'
    form = {"csrf_token": "of an earlier session", "name": NAME, "password": PASSWORD, "held": held}
    answer = visitor.post("/author/sign-in", data=form, headers=SAME_ORIGIN)
    assert answer.status_code == 400
    again = {**form, **dict(hidden_fields(answer))}
    assert 'value="Held"' in visitor.post("/author/sign-in", data=again, headers=SAME_ORIGIN).text


def test_held_files_are_named(visitor: FlaskClient) -> None:
    make_it = {"tagline": "Kept", "picture": (io.BytesIO(b"x"), "me.png")}
    was_signed_in(visitor)
    asked = visitor.post("/author/site", data=make_it, headers=SAME_ORIGIN)
    assert asked.status_code == 403
    held = re.search(r'name="held" value="([^"]*)"', asked.text)
    assert held
    answer = try_to_sign_in(visitor, held=unescape(held[1]))
    assert "Choose me.png again" in answer.text
    assert 'value="Kept"' in answer.text


def test_a_held_form_that_somebody_made_by_hand_is_no_failure(app: Flask, visitor: FlaskClient) -> None:
    for made in ("[" * 20_000, "[1]", "[[],[],[]]", '["/author/",[[1]],[]]', "{}", "null"):
        assert try_to_sign_in(app.test_client(), held=made).location == "/author/"


def test_a_network_of_ipv6_addresses_counts_as_one(visitor: FlaskClient, throttle_clock: Clock) -> None:
    for number in range(5):
        assert try_to_sign_in(visitor, name=f"{number}", address=f"2001:db8::{number}").status_code == 403
    assert try_to_sign_in(visitor, address="2001:db8::99").status_code == 429
    assert try_to_sign_in(visitor, address="2001:db8:0:ff::99").status_code == 429, (
        "a household has 256 networks"
    )
    assert try_to_sign_in(visitor, address="2001:db8:0:100::99").status_code == 303, "a neighbour is another"


@pytest.mark.parametrize(
    ("spellings", "other"),
    [
        (
            ["192.0.2.1", "192.0.2.1:4711", "::ffff:192.0.2.1", "[::ffff:192.0.2.1]:80", " 192.0.2.1"],
            "192.0.2.2",
        ),
        (
            ["2001:db8::1", "[2001:db8::2]", "[2001:db8::3]:4711", "2001:DB8::4", "2001:db8:0:7::5"],
            "2001:db8:1::1",
        ),
        (["unknown", "_hidden", "_another", "", "1.2.3"], "192.0.2.2"),
        (["192.0.2.1", *("64:ff9b::192.0.2.1", "[64:ff9b::c000:201]:80") * 2], "64:ff9b::192.0.2.2"),
    ],
)
def test_an_address_counts_as_one_however_a_proxy_writes_it(
    visitor: FlaskClient, throttle_clock: Clock, spellings: list[str], other: str
) -> None:
    for number, address in enumerate(spellings):
        assert try_to_sign_in(visitor, name=f"{number}", address=address).status_code == 403
    assert try_to_sign_in(visitor, address=spellings[0]).status_code == 429
    assert try_to_sign_in(visitor, address=other).status_code == 303


def was_signed_in(client: FlaskClient) -> None:
    """The author was signed in with this browser and is no more."""
    assert try_to_sign_in(client).status_code == 303
    client.delete_cookie("session")


def guess_from_everywhere(app: Flask) -> None:
    """Others guess until the way in by name is closed."""
    stranger = app.test_client()
    token = token_in(stranger.get("/author/sign-in"))
    for number in range(100):
        try_to_sign_in(stranger, password="a guess", address=f"198.51.100.{number}", token=token)
    assert try_to_sign_in(stranger, password="a guess", address="198.51.101.1").status_code == 429


def test_guesses_from_everywhere_do_not_keep_out_the_author_in_a_browser_of_theirs(
    app: Flask, visitor: FlaskClient, throttle_clock: Clock
) -> None:
    was_signed_in(visitor)
    guess_from_everywhere(app)
    assert try_to_sign_in(app.test_client(), address="203.0.113.1").status_code == 429
    assert try_to_sign_in(visitor, address="203.0.113.1").status_code == 303


def test_a_known_browser_has_a_limit_of_its_own(visitor: FlaskClient, throttle_clock: Clock) -> None:
    was_signed_in(visitor)
    for number in range(10):
        assert try_to_sign_in(visitor, password="a guess", address=f"192.0.2.{number}").status_code == 403
    assert try_to_sign_in(visitor, address="203.0.113.1").status_code == 429
    throttle_clock.advance(minutes=15, seconds=1)
    assert try_to_sign_in(visitor, address="203.0.113.1").status_code == 303


def test_after_another_password_a_browser_has_to_be_known_anew(
    app: Flask, visitor: FlaskClient, throttle_clock: Clock
) -> None:
    was_signed_in(visitor)
    with app.app_context():
        account.choose(name=NAME, password="another password, a long one")
    guess_from_everywhere(app)
    again = try_to_sign_in(visitor, password="another password, a long one", address="203.0.113.1")
    assert again.status_code == 429


@pytest.mark.parametrize("made_up", ["x", "a.b.c", "é", "x" * 3_000])
def test_a_made_up_device_is_no_way_past_the_limit(
    app: Flask, visitor: FlaskClient, throttle_clock: Clock, made_up: str
) -> None:
    guess_from_everywhere(app)
    visitor.set_cookie("device", made_up)
    assert try_to_sign_in(visitor, address="203.0.113.1").status_code == 429


def test_the_device_cookie_is_kept_from_scripts_and_readers_and_lets_nobody_in(
    make_app: MakeApp, app: Flask, visitor: FlaskClient
) -> None:
    (given,) = [
        line for line in try_to_sign_in(visitor).headers.getlist("Set-Cookie") if line.startswith("device=")
    ]
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(given.split("; "))
    visitor.delete_cookie("session")
    assert visitor.get("/author/").status_code == 302
    assert not any(
        "device" in line
        for path in ("/", "/author/sign-in")
        for line in visitor.get(path).headers.getlist("Set-Cookie")
    )
    secure = make_app(BASE_URL="https://localhost").test_client()
    https = {"base_url": "https://localhost"}
    form = {
        "csrf_token": token_in(secure.get("/author/sign-in", **https)),
        "name": NAME,
        "password": PASSWORD,
    }
    answer = secure.post(
        "/author/sign-in", data=form, headers={**SAME_ORIGIN, "Referer": "https://localhost/"}, **https
    )
    (given,) = [line for line in answer.headers.getlist("Set-Cookie") if "device=" in line]
    assert given.startswith("__Host-device=")
    assert "Secure" in given


def test_what_a_stranger_sends_is_neither_kept_nor_sent_back(visitor: FlaskClient) -> None:
    typed = {"title": "Spam", "body": "many words " * 5_000}
    answer = visitor.post("/author/posts/new", data=typed, headers=SAME_ORIGIN)
    assert answer.status_code == 403
    assert "many words" not in answer.text
    assert len(answer.data) < 10_000
    assert (
        visitor.post("/author/sign-in", data={"held": "x" * 100_000}, headers=SAME_ORIGIN).status_code == 413
    )
    was_signed_in(visitor)
    kept = visitor.post("/author/posts/new", data=typed, headers=SAME_ORIGIN)
    assert kept.status_code == 403
    assert "many words" in kept.text


@pytest.mark.parametrize("signed_in", [False, True])
def test_no_form_has_more_fields_than_one_of_ours_could(
    app: Flask, visitor: FlaskClient, author: AuthorClient, signed_in: bool
) -> None:
    client = author if signed_in else visitor
    many = "&".join(["a="] * 20_000)
    kind = {**SAME_ORIGIN, "Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/author/sign-in", "/author/site", "/author/posts/new"):
        refused = client.open(path, method="POST", data=many, headers=kind)
        # What strangers send is not read at all but where they sign in.
        assert refused.status_code == (413 if signed_in or path == "/author/sign-in" else 403), path
    parts = {f"a{number}": "x" for number in range(1_200)}
    several = client.open(
        "/author/sign-in", method="POST", data=parts, content_type="multipart/form-data", headers=SAME_ORIGIN
    )
    assert several.status_code == 413


def test_knowing_the_password_clears_the_failures(visitor: FlaskClient, throttle_clock: Clock) -> None:
    for _ in range(3):
        for _ in range(4):
            assert try_to_sign_in(visitor, password="a slip").status_code == 403
        assert try_to_sign_in(visitor).status_code == 303
        visitor.delete_cookie("session")


def test_knowing_the_password_clears_the_failures_for_the_name_too(app: Flask, throttle_clock: Clock) -> None:
    with app.app_context():
        for number in range(100):
            throttling.count_try(name=NAME, address=f"198.51.100.{number}")
        with pytest.raises(TooManyTries):
            throttling.count_try(name=NAME, address="203.0.113.1")
        throttling.forget_tries(name=NAME, address="203.0.113.2")
        for number in range(100):
            throttling.count_try(name=NAME, address=f"192.0.2.{number}")


def test_a_new_one_time_link_is_not_held_up(app: Flask, visitor: FlaskClient, throttle_clock: Clock) -> None:
    for _ in range(6):
        try_to_sign_in(visitor, password="a guess")
    with app.app_context():
        address = f"/author/welcome/{account.reset()}"
    data = {
        "csrf_token": token_in(visitor.get(address)),
        "name": NAME,
        "password": PASSWORD,
        "again": PASSWORD,
    }
    assert visitor.post(address, data=data, headers=SAME_ORIGIN).location == "/author/"


# Sessions


def test_the_author_sees_every_session_and_ends_one(app: Flask, author: AuthorClient) -> None:
    phone = app.test_client()
    firefox = "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0"
    phone.environ_base["HTTP_USER_AGENT"] = firefox
    assert try_to_sign_in(phone, address="203.0.113.9").status_code == 303
    page = author.get("/author/sessions").text
    assert "Firefox on Android" in page
    assert "203.0.113.9" in page
    assert page.count("this session") == 1
    number = re.search(r'name="session" value="(\d+)"', page)
    assert number
    assert author.post("/author/sessions/end", data={"session": number[1]}).status_code == 303
    assert phone.get("/author/sessions").status_code == 302, "its next request is a visitor's"
    page = author.get("/author/sessions").text
    assert "That session was ended." in page
    assert "Firefox" not in page


def test_the_author_ends_all_other_sessions(app: Flask, author: AuthorClient) -> None:
    others = [author_client(app), author_client(app)]
    author.post("/author/sessions/end")
    assert [other.get("/author/sessions").status_code for other in others] == [302, 302]
    assert "2 other sessions were ended." in author.get("/author/sessions").text


def test_signing_out_ends_the_session_though_somebody_kept_the_cookie(
    app: Flask, author: AuthorClient
) -> None:
    cookie = author.get_cookie("session")
    assert cookie is not None
    assert author.get("/author/sign-out").status_code == 405, "no link signs out"
    answer = author.post("/author/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache"', "or Back would show a form that the browser kept"
    assert (answer.status_code, answer.location) == (303, "/")
    assert author.get_cookie("session") is None
    thief = app.test_client()
    thief.set_cookie("session", cookie.value)
    assert thief.get("/author/sessions").status_code == 302


def test_a_session_that_was_long_unused_is_a_visitors(author: AuthorClient, clock: Clock) -> None:
    assert author.get("/author/sessions").status_code == 200
    clock.advance(days=61)
    assert author.get("/author/sessions").status_code == 302


def test_a_cookie_of_another_key_is_a_visitors(make_app: MakeApp) -> None:
    author = author_client(make_app(SECRET_KEY="9d1f4c8be2a7035664ffb0192d7c3ea8"))
    cookie = author.get_cookie("session")
    assert cookie is not None
    client = make_app(SECRET_KEY="1b8e02c7d94a6f350eb7dd63f19a4c52").test_client()
    client.set_cookie("session", cookie.value)
    assert client.get("/author/sessions").status_code == 302


# Changes from elsewhere


ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost:81"},
    {"Origin": "https://localhost"},
    {"Origin": "null"},
    {},
]


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_a_change_that_another_site_asks_for_is_refused(
    app: Flask, author: AuthorClient, headers: dict[str, str]
) -> None:
    other = author_client(app)
    answer = FlaskClient.open(
        author,
        "/author/sessions/end",
        method="POST",
        headers={"X-CSRFToken": author.csrf_token, **headers},
    )
    assert answer.status_code == 403
    assert "The request came from another site, so nothing was changed." in answer.text
    assert other.get("/author/sessions").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}],
    ids=str,
)
def test_a_change_from_a_page_of_ours_is_made(author: AuthorClient, headers: dict[str, str]) -> None:
    marked = {"X-CSRFToken": author.csrf_token, **headers}
    answer = FlaskClient.open(author, "/author/sessions/end", method="POST", headers=marked)
    assert answer.status_code == 303


def test_a_site_called_by_another_of_its_names_takes_changes_from_there(make_app: MakeApp) -> None:
    author = author_client(make_app(BASE_URL="http://blog.example.org"))
    cookie = author.get_cookie("session")
    assert cookie is not None
    author.set_cookie("session", cookie.value, domain="127.0.0.1")
    for origin, status in (
        ("http://blog.example.org", 303),  # as through a proxy that does not say by which name it was called
        ("http://127.0.0.1:8000", 303),
        ("http://localhost:8000", 403),
    ):
        answer = FlaskClient.open(
            author,
            "/author/sessions/end",
            method="POST",
            base_url="http://127.0.0.1:8000",
            headers={"X-CSRFToken": author.csrf_token, "Origin": origin},
        )
        assert answer.status_code == status, origin


@pytest.mark.parametrize("token", ["", "made up", "of another session"])
def test_a_change_without_the_pages_token_is_refused(app: Flask, author: AuthorClient, token: str) -> None:
    other = author_client(app)
    author.csrf_token = other.csrf_token if token == "of another session" else token
    answer = author.post("/author/sessions/end")
    assert answer.status_code == 400
    assert "Reload it and try again" in answer.text
    assert other.get("/author/sessions").status_code == 200


def test_a_token_holds_as_long_as_the_session(author: AuthorClient, clock: Clock) -> None:
    clock.advance(days=30)
    assert author.post("/author/sessions/end").status_code == 303


def test_signing_in_needs_a_token_too(visitor: FlaskClient) -> None:
    data = {"name": NAME, "password": PASSWORD}
    assert visitor.post("/author/sign-in", data=data, headers=SAME_ORIGIN).status_code == 400


# What was sent after the session had ended


def test_a_form_sent_while_signed_out_is_held_and_offered_again(app: Flask, author: AuthorClient) -> None:
    with app.app_context():
        account.end_other_sessions(0)
    text = "\n\n  “Ünï” <b>&amp;</b>\r\n" + "line\n" * 50_000
    sent = {"csrf_token": "old", "title": "A post", "body": text, "tags": ["a", "b"], "action": "publish"}
    browser = app.test_client()
    cookie = author.get_cookie("session")
    assert cookie is not None
    browser.set_cookie("session", cookie.value)
    page = browser.post("/author/posts/7/edit?x=1", data=sent, headers=SAME_ORIGIN)
    assert page.status_code == 403
    assert "It is stored on this page" in page.text
    fields = dict(hidden_fields(page))

    slip = try_to_sign_in(browser, password="a slip", held=fields["held"])
    assert dict(hidden_fields(slip))["held"] == fields["held"]
    resumed = try_to_sign_in(browser, held=fields["held"])
    assert resumed.status_code == 200
    assert 'action="/author/posts/7/edit?x=1"' in resumed.text
    again = [(name, value) for name, value in hidden_fields(resumed) if name != "csrf_token"]
    # What HTML calls a newline is a line feed; a browser sends each as CR LF again.
    assert again == [
        ("title", "A post"),
        ("body", text.replace("\r\n", "\n")),
        ("tags", "a"),
        ("tags", "b"),
        ("action", "publish"),
    ]
    marked = {"csrf_token": dict(hidden_fields(resumed))["csrf_token"]}
    done = browser.post("/author/sessions/end", data=marked, headers=SAME_ORIGIN)
    assert done.status_code == 303, "the token in that page is the new session's"


def test_what_another_site_sends_is_not_held(visitor: FlaskClient) -> None:
    answer = visitor.post(
        "/author/posts/new", data={"title": "Spam"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert "Spam" not in answer.text


@pytest.mark.parametrize(
    "held", ['["https://evil.example/", []]', '["/", [["a", "b"]]]', "7", "[1, 2, 3]", '["/author/", 5]']
)
def test_a_held_form_that_somebody_made_by_hand_leads_nowhere_else(visitor: FlaskClient, held: str) -> None:
    answer = try_to_sign_in(visitor, held=held)
    assert (answer.status_code, answer.location) == (303, "/author/")
    assert "evil" not in answer.text
    assert 'action="/"' not in answer.text


def test_a_script_that_is_signed_out_is_told_so_in_short(visitor: FlaskClient) -> None:
    headers = {"X-CSRFToken": "old", **SAME_ORIGIN}
    answer = visitor.post("/author/drafts", data={"body": "words"}, headers=headers)
    assert answer.status_code == 403
    assert "words" not in answer.text


def test_a_visitor_cannot_make_the_server_read_much(visitor: FlaskClient) -> None:
    large = {"name": "x" * 9_000_000}
    assert visitor.post("/author/sign-in", data=large, headers=SAME_ORIGIN).status_code == 413
    assert visitor.post("/author/posts/new", data=large, headers=SAME_ORIGIN).status_code == 403, "unread"
