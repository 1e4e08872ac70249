"""Commands. Each prints what it did in one line, or one sentence and exit status 1 when it could not."""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import AppGroup

from blog import clock, samples, site, upgrading
from blog.db import writing
from blog.errors import BlogError
from blog.transfer import files, importing, listing, tag_rules
from blog.transfer.entries import Entry

FORMATS = {"listing": listing.read}

posts_group = AppGroup("posts", help="Posts as a whole: bring them in, remove the samples.")
db_group = AppGroup("db", help="The database.")


def init_app(app: Flask) -> None:
    app.cli.add_command(posts_group)
    app.cli.add_command(db_group)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what a person can mend into one sentence and exit status 1."""
    try:
        yield
    except BlogError as error:
        raise click.ClickException(error.message) from error
    except sa.exc.OperationalError as error:
        raise click.ClickException(
            f"The database did not answer: {error.orig}. Nothing was changed."
        ) from error


class Days(click.ParamType[timedelta]):
    """A number of days, fractions allowed, within reason."""

    name = "days"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,6})?", str(value)) or float(str(value)) > 3660:
            self.fail(f"{value!r} is no number of days between 0 and 3660.", param, ctx)
        return timedelta(days=float(str(value)))


def moment(text: str | None, zone: ZoneInfo) -> datetime:
    """The moment that `text` names, an ISO 8601 date or date and time in the site's time zone; now without a text."""
    if text is None:
        return clock.now().replace(microsecond=0)
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BlogError(f"“{text}” is no date; it looks like 2026-11-24 or 2026-11-24T08:30.") from error


def with_progress(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Hand `entries` on, with a bar if it is a terminal that watches."""
    with click.progressbar(
        entries, label="Importing", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield from bar


@posts_group.command("import")
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), required=True, help="What the file is.")
@click.option(
    "--tag-rules",
    "tag_rules_file",
    type=click.Path(path_type=Path),
    help="A TOML file: how tags are found.",
)
@click.option("--newest", metavar="DATE", help="When the newest post was published; now by default.")
@click.option("--every", type=Days(), default="1", show_default=True, help="Days between two posts.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.argument("file", type=click.Path(path_type=Path))
def import_posts(
    *, form: str, tag_rules_file: Path | None, newest: str | None, every: timedelta, dry_run: bool, file: Path
) -> None:
    """Bring in the posts of FILE, all or none, and nothing twice. The samples make room for them."""
    with plain_errors():
        collection = FORMATS[form](files.read_text(file), name=str(file))
        entries = collection.entries
        if tag_rules_file is not None:
            rules = tag_rules.read(files.read_text(tag_rules_file), name=str(tag_rules_file))
            entries = importing.tagged(entries, rules)
        try:
            entries = importing.dated(entries, newest=moment(newest, site.standing().zone), every=every)
        except OverflowError as error:
            raise BlogError("With these dates the oldest post would be older than the calendar.") from error
        removed = 0
        with writing():
            imported = importing.write(
                collection._replace(entries=entries), dry_run=dry_run, progress=with_progress
            )
            if imported.new and not dry_run:
                removed, _ = samples.remove()
    click.echo(report(imported, dry_run=dry_run, removed=removed))


def report(imported: importing.Imported, *, dry_run: bool, removed: int) -> str:
    """What an import did, in a line."""
    if not imported.new:
        return f"Nothing to import: all {count(imported.known, 'post')} of the file are here already."
    parts = [f"{'Would import' if dry_run else 'Imported'} {count(imported.new, 'post')}"]
    if imported.derived:
        parts.append(f"{imported.derived} with the first sentence as the title")
    if imported.scheduled:
        parts.append(f"{imported.scheduled} scheduled for later")
    if imported.known:
        parts.append(f"{imported.known} here already")
    if imported.repeated:
        parts.append(f"{imported.repeated} repeated in the file")
    if imported.tagline:
        parts.append("and the tagline")
    if removed:
        parts.append(f"{count(removed, 'sample')} made room")
    return ", ".join(parts) + "."


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@posts_group.command("remove-samples")
def remove_samples() -> None:
    """Remove the sample posts of a new site that nobody has changed, and nothing else."""
    with plain_errors():
        removed, kept = samples.remove()
    note = f" {count(kept, 'sample')} that you changed stayed." if kept else ""
    click.echo(f"Removed {count(removed, 'sample')}.{note}")


@db_group.command("upgrade")
def upgrade() -> None:
    """Bring the database's schema up to date; starting the site does so too."""
    with plain_errors():
        before = upgrading.upgrade(current_app.config["INSTANCE"])
    click.echo("The schema is up to date." if before is None else f"Upgraded the schema from {before}.")
