"""The session, the metadata that all tables share, the UTC column type, and how a change is written.

What is particular to one database stands behind `blog.store.backend`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

# Constraints with names can be changed by a later migration; not every database can name them afterwards.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What the models derive from: plain typed SQLAlchemy, sharing its metadata with Flask-SQLAlchemy below."""

    metadata = sa.MetaData(naming_convention=NAMES)


db = SQLAlchemy(metadata=Base.metadata)


def as_stored(moment: datetime) -> str:
    """An aware moment as the column type below keeps it, for SQL as text: the order of its letters is that of time."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware moment, kept in UTC without its time zone, which is taken off and put back here."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


# A type_annotation_map would crash Flask-SQLAlchemy 3.1; annotations that carry their column do not.
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
MaybeMoment = Annotated[datetime | None, mapped_column(UtcDateTime)]


def reconnect() -> None:
    """Begin again with new connections: the old ones stay with the file they were opened on, even if it is replaced."""
    db.session.remove()
    db.engine.dispose()


@contextmanager
def writing() -> Iterator[Session]:
    """One change of the site: all of what is done inside is committed, or nothing.

    Inside another `writing()` it joins that one. What was read before is read again, so decide inside.
    """
    session: Session = db.session()
    if session.info.get("writing"):
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes made outside writing() would be lost")
    session.rollback()
    session.info["writing"] = True
    try:
        with session.begin():
            session.connection(execution_options={"writes": True})
            yield session
    finally:
        del session.info["writing"]
