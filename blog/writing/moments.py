"""Convert the form's date and time in a time zone to a moment, and back."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from blog.i18n import gettext as _
from blog.i18n import time_of_day
from blog.text.graphemes import shortened
from blog.text.lines import line

YEARS = range(1970, 2201)


def moment(day: str, hour: str, zone: ZoneInfo, wrong: dict[str, str]) -> datetime | None:
    """The moment when a clock in `zone` shows `day` and `hour`; the first one if an hour repeats.

    Without an hour, the start of the day. None without a day.
    """
    if not day:
        if hour:
            wrong["date"] = _("Enter a date for this time.")
        return None
    try:
        parsed = date.fromisoformat(day)
    except ValueError:
        wrong["date"] = _("“%(typed)s” is not a date. Example: 2026-11-24.", typed=shortened(line(day), 30))
        return None
    if parsed.year not in YEARS:
        wrong["date"] = _("The year must be between %(first)s and %(last)s.", first=YEARS[0], last=YEARS[-1])
        return None
    try:
        clock = time.fromisoformat(hour) if hour else time()
        if clock.tzinfo:
            raise ValueError("the zone is the site's")
    except ValueError:
        wrong["time"] = _("“%(typed)s” is not a time. Example: 08:30.", typed=shortened(line(hour), 30))
        return None
    local = datetime.combine(parsed, clock, zone)
    at = local.astimezone(UTC)
    if at.astimezone(zone) != local:
        wrong["time" if hour else "date"] = _(
            "%(time)s does not exist on this day in %(zone)s: clocks are put forward then.",
            time=time_of_day(local),
            zone=str(zone),
        )
        return None
    return at


def moved(fields: dict[str, str], zone: ZoneInfo, to: ZoneInfo) -> dict[str, str]:
    """`fields` with date and time converted from `zone` to `to`.

    An invalid or missing date is left unchanged.
    """
    if zone == to or not fields.keys() >= {"date", "time"}:
        return fields
    at = moment(fields["date"].strip(), fields["time"].strip(), zone, {})
    return {**fields, **dict(zip(("date", "time"), shown(at, to), strict=True))} if at else fields


def shown(moment_: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """The fields `date` and `time` of a moment."""
    local = moment_.astimezone(zone)
    return f"{local:%Y-%m-%d}", f"{local:%H:%M}"
