"""Hours that no clock shows: where a zone puts its clocks forward."""

from datetime import UTC, datetime, timedelta

from blog.i18n import day_and_time, time_of_day
from blog.i18n import gettext as _


def not_shown(local: datetime) -> str:
    """A sentence that says why no clock shows `local`; nothing if one does."""
    gap = missing_hour(local)
    if gap is None:
        return ""
    begin, end = gap
    said = time_of_day if begin.date() == end.date() else day_and_time
    return _(
        "%(time)s does not exist on this day: clocks in %(zone)s go from %(begin)s to %(end)s.",
        time=time_of_day(local),
        zone=str(local.tzinfo),
        begin=said(begin),
        end=said(end),
    )


def missing_hour(local: datetime) -> tuple[datetime, datetime] | None:
    """What clocks show before and after the jump that leaves out `local`; None if they do show it."""
    early, late = local.replace(fold=1).utcoffset(), local.replace(fold=0).utcoffset()
    if early is None or late is None or early <= late:
        return None  # in a gap the later offset is the larger one; in an hour that comes twice the smaller
    naive = local.replace(tzinfo=None)
    # In UTC the jump lies between these two; look for it by halves, to the second.
    before, after = naive - early, naive - late
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        middle = max(middle, before + timedelta(seconds=1))
        if offset_at(middle, local) == late:
            before = middle
        else:
            after = middle
    return after + late, after + early


def offset_at(utc: datetime, like: datetime) -> timedelta | None:
    zone = like.tzinfo
    return utc.replace(tzinfo=UTC).astimezone(zone).utcoffset()
