"""The author's account: created by a one-time link or a command, with password sign-in and sessions in the database.

Passwords are stored as scrypt hashes (`werkzeug.security`), tokens as SHA-256 of 256 random bits, so a copy of the
database is not enough to sign in.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from werkzeug.security import check_password_hash, generate_password_hash

from blog import clock
from blog.accounts import passwords
from blog.errors import BlogError, FieldWrong
from blog.i18n import gettext as _
from blog.store.db import db, writing
from blog.store.models import Account, LoginSession, SetupLink, Site
from blog.text.graphemes import fits, shortened

SETUP_LINK_LASTS = timedelta(hours=1)
SESSION_LASTS = timedelta(days=60)  # since the last use
COOKIE_LASTS = timedelta(days=400)  # longer than browsers allow, because the database decides
SEEN_EVERY = timedelta(minutes=5)
"""The last use of a session is written at most this often, so that reading the dashboard rarely writes."""

SHORTEST_PASSWORD = 12  # NIST SP 800-63B requires a length and forbids composition rules
LONGEST_PASSWORD = 1_000  # limits the cost of hashing
LONGEST_NAME = 100
LONGEST_BROWSER = 300  # characters stored of a User-Agent

METHOD = "scrypt"  # with Werkzeug's cost
# Compared with if no account has the name, so that the response takes as long as for one that has.
NOBODY = generate_password_hash(secrets.token_hex(), METHOD)


class PasswordWrong(BlogError):
    """Wrong name or password, without saying which."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("Wrong name or password."))


class AccountExists(BlogError):
    """The site already has its account."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This site already has an account. To reset it: “flask --app app author reset”."))


class SetupLinkInvalid(BlogError):
    """The one-time link is used, expired or invalid."""

    status = 410

    def __init__(self) -> None:
        super().__init__(
            _(
                "This link was already used or has expired after one hour. "
                "To get a new one, run “flask --app app author reset” on the server."
            )
        )


class Session(NamedTuple):
    """A browser in which the author is signed in."""

    id: int
    name: str
    """The account's name."""
    began_at: datetime
    seen_at: datetime
    address: str
    browser: str
    """The User-Agent of its sign-in."""


def exists() -> bool:
    """Whether the site has an author account."""
    return bool(db.session.scalar(sa.select(sa.select(Account.id).exists())))


def name() -> str | None:
    """The account's name, or None."""
    return db.session.scalar(sa.select(Account.name))


def credentials() -> tuple[str, str]:
    """The account's name and password hash, or empty without an account. They change when either does."""
    row = db.session.execute(sa.select(Account.name, Account.password_hash)).one_or_none()
    return (row[0], row[1]) if row else ("", "")


def digest(token: str) -> str:
    """The stored hash of a token. No salt and no stretching: a token has 256 random bits and cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite() -> str:
    """The token of a new one-time link for choosing name and password, valid for one hour. Earlier links end."""
    token = secrets.token_urlsafe(32)
    with writing() as session:
        session.execute(sa.delete(SetupLink))
        session.add(SetupLink(token_hash=digest(token), expires_at=clock.now() + SETUP_LINK_LASTS))
    return token


def reset() -> str:
    """The same for an author who lost the password or a device: sessions and the password end."""
    with writing() as session:
        session.execute(sa.delete(LoginSession))
        session.execute(sa.update(Account).values(password_hash=NOBODY))
        return invite()


def is_invited(token: str) -> bool:
    """Whether `token` belongs to a valid one-time link."""
    expires = db.session.scalar(sa.select(SetupLink.expires_at).where(SetupLink.token_hash == digest(token)))
    return expires is not None and clock.now() < expires


def accept(token: str, *, name: str, password: str) -> None:
    """Create the account, or change its name and password, and use up the one-time link.

    Raises SetupLinkInvalid, and FieldWrong for an invalid name or password; then the link stays valid.
    """
    with writing():
        if not is_invited(token):
            raise SetupLinkInvalid
        choose(name=name, password=password)


def create(*, name: str, password: str) -> None:
    """Create the author's account. Raises AccountExists, FieldWrong."""
    with writing():
        if exists():
            raise AccountExists
        choose(name=name, password=password)


def choose(*, name: str, password: str) -> None:
    """Create or change the account. Sessions and one-time links end. Raises FieldWrong."""
    name = " ".join(name.split())
    if not name:
        raise FieldWrong("name", _("Enter a name. You sign in with it."))
    if not name.isprintable():
        raise FieldWrong("name", _("A name can contain only visible characters."))
    if not fits(name, LONGEST_NAME):
        raise FieldWrong("name", _("A name has at most %(most)s characters.", most=LONGEST_NAME))
    if len(password) < SHORTEST_PASSWORD:
        short = _(
            "A password needs at least %(least)s characters. Use several words.", least=SHORTEST_PASSWORD
        )
        raise FieldWrong("password", short)
    if len(password) > LONGEST_PASSWORD:
        raise FieldWrong("password", _("A password has at most %(most)s characters.", most=LONGEST_PASSWORD))
    of_the_site = db.session.execute(sa.select(Site.title, Site.author)).first() or ()
    if weak := passwords.weakness(password, [name, *of_the_site]):
        raise FieldWrong("password", weak)
    hashed = generate_password_hash(password, METHOD)
    with writing() as session:
        account = session.get(Account, 1) or Account(id=1, created_at=clock.now())
        account.name, account.password_hash = name, hashed
        session.add(account)
        session.execute(sa.delete(LoginSession))
        session.execute(sa.delete(SetupLink))


def check(*, name: str, password: str) -> None:
    """Raise PasswordWrong unless there is an account with this name and password. Takes as long either way."""
    hashed = db.session.scalar(sa.select(Account.password_hash).where(Account.name == " ".join(name.split())))
    if not check_password_hash(hashed or NOBODY, password[:LONGEST_PASSWORD]) or hashed is None:
        raise PasswordWrong


def begin_session(*, address: str, browser: str) -> str:
    """Create a session and return its token. The caller must have authenticated the author."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    with writing() as session:
        session.execute(sa.delete(LoginSession).where(LoginSession.seen_at <= now - SESSION_LASTS))
        session.add(
            LoginSession(
                token_hash=digest(token),
                account_id=1,
                began_at=now,
                seen_at=now,
                address=address,
                browser=shortened(browser, LONGEST_BROWSER),
            )
        )
    return token


def session_of(token: str) -> Session | None:
    """The valid session with this token, or None. Records its use."""
    now = clock.now()
    valid = LoginSession.seen_at > now - SESSION_LASTS
    query = sessions_query().where(LoginSession.token_hash == digest(token), valid)
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    found = Session._make(row)
    if found.seen_at <= now - SEEN_EVERY:
        with writing() as session:
            session.execute(sa.update(LoginSession).where(LoginSession.id == found.id).values(seen_at=now))
        return found._replace(seen_at=now)
    return found


def sessions() -> Sequence[Session]:
    """All sessions, last used first."""
    rows = db.session.execute(
        sessions_query()
        .where(LoginSession.seen_at > clock.now() - SESSION_LASTS)
        .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
    )
    return [Session._make(row) for row in rows]


def sessions_query() -> sa.Select[int, str, datetime, datetime, str, str]:
    """The columns of Session."""
    return sa.select(
        LoginSession.id,
        Account.name,
        LoginSession.began_at,
        LoginSession.seen_at,
        LoginSession.address,
        LoginSession.browser,
    ).join(Account, Account.id == LoginSession.account_id)


def end_session(session_id: int) -> None:
    """End a session. It is effective from its next request. Does nothing if the session has ended."""
    with writing() as session:
        session.execute(sa.delete(LoginSession).where(LoginSession.id == session_id))


def end_other_sessions(session_id: int) -> int:
    """End all sessions except one. Returns how many."""
    with writing() as session:
        others = sa.delete(LoginSession).where(LoginSession.id != session_id)
        return len(session.execute(others.returning(LoginSession.id)).all())
