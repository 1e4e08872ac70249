"""The form's date and time of day, as typed in a time zone, and the moments that they mean."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from blog.lines import line

YEARS = range(1970, 2201)


def moment(day: str, hour: str, zone: ZoneInfo, wrong: dict[str, str]) -> datetime | None:
    """The moment at which a clock in `zone` shows `day` and `hour`; the first one where it shows them twice.

    Without an hour the day's first moment; None without a day.
    """
    if not day:
        if hour:
            wrong["date"] = "A time needs a date as well."
        return None
    try:
        parsed = date.fromisoformat(day)
    except ValueError:
        wrong["date"] = f"“{line(day)[:30]}” is no date; a date looks like 2026-11-24."
        return None
    if parsed.year not in YEARS:
        wrong["date"] = f"A post's date lies between the years {YEARS[0]} and {YEARS[-1]}."
        return None
    try:
        clock = time.fromisoformat(hour) if hour else time()
        if clock.tzinfo:
            raise ValueError("the zone is the site's")
    except ValueError:
        wrong["time"] = f"“{line(hour)[:30]}” is no time of day; a time looks like 08:30."
        return None
    local = datetime.combine(parsed, clock, zone)
    if gap := missing_hour(local):
        begin, end = gap
        form = "%H:%M" if begin.date() == end.date() else "%H:%M on %d %B"
        wrong["time" if hour else "date"] = (
            f"{clock:%H:%M} does not exist on this day: clocks in {zone.key} go from {begin:{form}} to {end:{form}}."
        )
        return None
    return local.astimezone(UTC)


def moved(fields: dict[str, str], zone: ZoneInfo, to: ZoneInfo) -> dict[str, str]:
    """`fields`, whose date and time are meant in `zone`, with what a clock in `to` shows then; a wrong date stays."""
    at = moment(fields["date"].strip(), fields["time"].strip(), zone, {}) if zone != to else None
    return {**fields, **dict(zip(("date", "time"), shown(at, to), strict=True))} if at else fields


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


def shown(moment_: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """The fields `date` and `time` for a moment."""
    local = moment_.astimezone(zone)
    return f"{local:%Y-%m-%d}", f"{local:%H:%M}"
