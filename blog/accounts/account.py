"""The author's account: made through a one-time link or a command; a password signs in, and sessions are rows.

Passwords are kept as scrypt hashes (`werkzeug.security`), tokens as SHA-256 of 256 random bits, so a copy of the
database signs nobody in.
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
from blog.store.models import Account, Invitation, SignedIn, Site
from blog.text.graphemes import fits, shortened

INVITATION_LASTS = timedelta(hours=1)
SESSION_LASTS = timedelta(days=60)  # since it was last used
COOKIE_LASTS = timedelta(days=400)  # since the sign-in: longer than browsers keep any, for the row decides
SEEN_EVERY = timedelta(minutes=5)
"""A session's last use is written down at most so often: reading the desk is no reason to write."""

SHORTEST_PASSWORD = 12  # NIST SP 800-63B asks for length and forbids rules about which characters
LONGEST_PASSWORD = 1_000  # scrypt would hash any length, at a price the asker sets
LONGEST_NAME = 100
LONGEST_BROWSER = 300  # what is kept of a User-Agent

METHOD = "scrypt"  # with Werkzeug's cost
# What is compared with when no account has the name, so that the answer takes as long as for one that has.
NOBODY = generate_password_hash(secrets.token_hex(), METHOD)


class PasswordWrong(BlogError):
    """Name and password do not belong together; it is not said which of them is wrong."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("Wrong name or password."))


class AccountExists(BlogError):
    """The site has its one account."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "This site already has an author account. To choose a new name and password, run “flask --app "
                "app author reset” on the server."
            )
        )


class InvitationInvalid(BlogError):
    """The one-time link was used, is too old, or never was one."""

    status = 410

    def __init__(self) -> None:
        super().__init__(
            _(
                "This link was already used or has expired after one hour. To get a new one, run “flask --app "
                "app author reset” on the server."
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
    """What it called itself in its last sign-in (User-Agent)."""


def exists() -> bool:
    """Whether the site has an author who can sign in."""
    return bool(db.session.scalar(sa.select(sa.select(Account.id).exists())))


def name() -> str | None:
    """The account's name, if there is one."""
    return db.session.scalar(sa.select(Account.name))


def credentials() -> tuple[str, str]:
    """The account's name and the hash of its password; empty without an account. They change when either does."""
    row = db.session.execute(sa.select(Account.name, Account.password_hash)).one_or_none()
    return (row[0], row[1]) if row else ("", "")


def digest(token: str) -> str:
    """What is kept of a token. No salt and no stretching: it has 256 random bits, so nobody can guess it."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite() -> str:
    """A token for a one-time link at which name and password are chosen, good for an hour; earlier ones end."""
    token = secrets.token_urlsafe(32)
    with writing() as session:
        session.execute(sa.delete(Invitation))
        session.add(Invitation(token_hash=digest(token), expires_at=clock.now() + INVITATION_LASTS))
    return token


def reset() -> str:
    """A new one-time link's token, for an author who lost the password or a device: sessions and password end."""
    with writing() as session:
        session.execute(sa.delete(SignedIn))
        session.execute(sa.update(Account).values(password_hash=NOBODY))
        return invite()


def is_invited(token: str) -> bool:
    """Whether `token` is that of an invitation that can still be used."""
    expires = db.session.scalar(
        sa.select(Invitation.expires_at).where(Invitation.token_hash == digest(token))
    )
    return expires is not None and clock.now() < expires


def accept(token: str, *, name: str, password: str) -> None:
    """Make the account, or give the one there is a new name and password, and use the invitation up.

    Raises InvitationInvalid, and FieldWrong for a name or password that cannot be taken; the invitation then stays.
    """
    with writing():
        if not is_invited(token):
            raise InvitationInvalid
        choose(name=name, password=password)


def create(*, name: str, password: str) -> None:
    """Make the author's account. Raises AccountExists, FieldWrong."""
    with writing():
        if exists():
            raise AccountExists
        choose(name=name, password=password)


def choose(*, name: str, password: str) -> None:
    """Make the account or give it a new name and password; sessions and one-time links end. Raises FieldWrong."""
    name = " ".join(name.split())
    if not name:
        raise FieldWrong("name", _("Enter a name. You sign in with it."))
    if not name.isprintable():
        raise FieldWrong("name", _("A name can contain only visible characters."))
    if not fits(name, LONGEST_NAME):
        raise FieldWrong("name", _("A name can have at most %(most)s characters.", most=LONGEST_NAME))
    if len(password) < SHORTEST_PASSWORD:
        raise FieldWrong(
            "password",
            _(
                "A password needs at least %(least)s characters. Use several words.",
                least=SHORTEST_PASSWORD,
            ),
        )
    if len(password) > LONGEST_PASSWORD:
        raise FieldWrong(
            "password", _("A password can have at most %(most)s characters.", most=LONGEST_PASSWORD)
        )
    of_the_site = db.session.execute(sa.select(Site.title, Site.author)).first() or ()
    if weak := passwords.weakness(password, [name, *of_the_site]):
        raise FieldWrong("password", weak)
    hashed = generate_password_hash(password, METHOD)
    with writing() as session:
        account = session.get(Account, 1) or Account(id=1, created_at=clock.now())
        account.name, account.password_hash = name, hashed
        session.add(account)
        session.execute(sa.delete(SignedIn))
        session.execute(sa.delete(Invitation))


def check(*, name: str, password: str) -> None:
    """Raises PasswordWrong unless there is an account with this name and password. Takes as long either way."""
    hashed = db.session.scalar(sa.select(Account.password_hash).where(Account.name == " ".join(name.split())))
    if not check_password_hash(hashed or NOBODY, password[:LONGEST_PASSWORD]) or hashed is None:
        raise PasswordWrong


def begin_session(*, address: str, browser: str) -> str:
    """Sign the author in: a new session's token. Whoever calls has made sure that it is the author."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    with writing() as session:
        session.execute(sa.delete(SignedIn).where(SignedIn.seen_at <= now - SESSION_LASTS))
        session.add(
            SignedIn(
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
    """The session that `token` belongs to, if it has not ended; notes that it was used."""
    now = clock.now()
    row = db.session.execute(
        sessions_query().where(SignedIn.token_hash == digest(token), SignedIn.seen_at > now - SESSION_LASTS)
    ).one_or_none()
    if row is None:
        return None
    found = Session._make(row)
    if found.seen_at <= now - SEEN_EVERY:
        with writing() as session:
            session.execute(sa.update(SignedIn).where(SignedIn.id == found.id).values(seen_at=now))
        return found._replace(seen_at=now)
    return found


def sessions() -> Sequence[Session]:
    """Where the author is signed in, the last used first."""
    rows = db.session.execute(
        sessions_query()
        .where(SignedIn.seen_at > clock.now() - SESSION_LASTS)
        .order_by(SignedIn.seen_at.desc(), SignedIn.id.desc())
    )
    return [Session._make(row) for row in rows]


def sessions_query() -> sa.Select[int, str, datetime, datetime, str, str]:
    """The columns of Session."""
    return sa.select(
        SignedIn.id, Account.name, SignedIn.began_at, SignedIn.seen_at, SignedIn.address, SignedIn.browser
    ).join(Account, Account.id == SignedIn.account_id)


def end_session(session_id: int) -> None:
    """Sign one browser out, at its next request. One that is signed out already stays so."""
    with writing() as session:
        session.execute(sa.delete(SignedIn).where(SignedIn.id == session_id))


def end_other_sessions(session_id: int) -> int:
    """Sign every browser but one out; how many they were."""
    with writing() as session:
        gone = session.execute(sa.delete(SignedIn).where(SignedIn.id != session_id).returning(SignedIn.id))
        return len(gone.all())
