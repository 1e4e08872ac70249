"""Commands for posts and the database. Each prints one line, or one sentence with exit status 1 if it fails."""

import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from blog import clock, samples
from blog.errors import BlogError, DatabaseAway
from blog.site import overview
from blog.store import upgrading
from blog.store.db import writing
from blog.transfer import files, importing, tag_rules
from blog.transfer.entries import Entry
from blog.transfer.formats import listing
from blog.writing import backfill

FORMATS = {"listing": listing.read}

posts_group = AppGroup("posts", help="Import posts, render them again, remove the sample posts.")
db_group = AppGroup("db", help="The database.")


def init_app(app: Flask) -> None:
    app.cli.add_command(posts_group)
    app.cli.add_command(db_group)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn errors that people can fix into one sentence and exit status 1."""
    try:
        with upgrading.plain_outages():
            yield
    except BlogError as error:
        raise click.ClickException(error.message) from error


def days(text: str) -> timedelta:
    """A number of days, with an optional fraction, from 0 to 3660."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 3660:
        raise BlogError(f"“{text}” is not a number of days from 0 to 3660.")
    return timedelta(days=number)


def moment(text: str | None, zone: ZoneInfo) -> datetime:
    """The moment of `text`, an ISO 8601 date or date and time in the site's time zone. Now if `text` is None."""
    if text is None:
        return clock.now().replace(microsecond=0)
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BlogError(f"“{text}” is not a date. Examples: 2026-11-24, 2026-11-24T08:30.") from error


def with_progress(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Iterate over `entries`, with a progress bar if standard error is a terminal."""
    with click.progressbar(
        entries, label="Importing", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield from bar


@posts_group.command("import")
@click.option(
    "--format", "form", type=click.Choice(sorted(FORMATS)), required=True, help="Format of the file."
)
@click.option(
    "--tag-rules",
    "tag_rules_file",
    type=click.Path(path_type=Path, readable=False),
    help="TOML file with rules for adding tags.",
)
@click.option("--newest", metavar="DATE", help="Publication date of the newest post. Default: now.")
@click.option("--every", metavar="DAYS", default="1", show_default=True, help="Days between two posts.")
@click.option("--dry-run", is_flag=True, help="Show what would be imported without changing anything.")
@click.argument("file", type=click.Path(path_type=Path, readable=False))
def import_posts(
    *, form: str, tag_rules_file: Path | None, newest: str | None, every: str, dry_run: bool, file: Path
) -> None:
    """Import the posts in FILE, all or none. Skips posts imported before. Removes the sample posts."""
    with plain_errors():
        collection = FORMATS[form](files.read_text(file), name=str(file))
        entries = collection.entries
        if tag_rules_file is not None:
            rules = tag_rules.read(files.read_text(tag_rules_file), name=str(tag_rules_file))
            entries = importing.tagged(entries, rules)
        newest_at = moment(newest, overview.read().zone)
        dated = importing.dated(entries, newest=newest_at, every=days(every))
        removed = 0
        with writing() as session:
            imported = importing.write(collection._replace(entries=dated), progress=with_progress)
            if imported.new:
                removed, _ = samples.remove()
            if dry_run:
                session.rollback()  # everything was done and is rolled back, so that the report is exact
    click.echo(report(imported, dry_run=dry_run, removed=removed))


def report(imported: importing.Imported, *, dry_run: bool, removed: int) -> str:
    """The result of an import, or of a dry run, in a line."""
    if not imported.new:
        known = (
            "the one post in the file was"
            if imported.known == 1
            else f"all {imported.known} posts in the file were"
        )
        return f"Nothing to import: {known} imported before."
    would = "would be " if dry_run else ""
    parts = [f"{'Would import' if dry_run else 'Imported'} {count(imported.new, 'post')}"]
    if imported.tagline:
        parts[0] += " and the tagline"
    if imported.derived:
        parts.append(f"{imported.derived} with the first sentence as the title")
    if imported.scheduled:
        parts.append(f"{imported.scheduled} {would}scheduled for later")
    if imported.known:
        parts.append(f"{imported.known} already imported")
    if imported.repeated:
        parts.append(f"{imported.repeated} repeated in the file")
    if removed:
        parts.append(f"{count(removed, 'sample')} {would}removed")
    if dry_run:
        parts.append("nothing was written")
    return "; ".join(parts) + "."


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@posts_group.command("render")
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="Also render posts that this version has already rendered or failed to render.",
)
def render(*, every: bool) -> None:
    """Render posts from an earlier version again. A running server does this automatically."""
    with plain_errors():
        if every:
            backfill.everything()
        left = backfill.progress().left
        with click.progressbar(
            length=left, label="Rendering", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            while done := backfill.some():
                bar.update(done)
        failed = [str(each.post_id) for each in backfill.progress().failures]
    if failed:
        raise click.ClickException(
            f"{count(len(failed), 'post')} could not be rendered and were not changed: {', '.join(failed)}."
        )
    click.echo(
        f"Rendered {count(left, 'post')} again."
        if left
        else "All posts are already rendered by this version."
    )


@posts_group.command("remove-samples")
def remove_samples() -> None:
    """Remove the sample posts that have not been changed."""
    with plain_errors():
        removed, kept = samples.remove()
    note = f"; kept {kept} that you changed" if kept else ""
    click.echo(f"Removed {count(removed, 'sample')}{note}.")


@db_group.command("upgrade")
def upgrade() -> None:
    """Upgrade the database. Starting the site does this automatically."""
    done = current_app.extensions["upgrade"]
    if isinstance(done, DatabaseAway):
        raise click.ClickException(done.message)
    click.echo(upgrading.in_words(done))
