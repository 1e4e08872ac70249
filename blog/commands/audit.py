"""The command that lists known vulnerabilities."""

from pathlib import Path

import click
from flask import Flask

from blog.commands.posts import plain_errors
from blog.system import audit


@click.command("audit")
@click.option("--osv-url", metavar="URL", default="", help="Use this OSV database. Default: PyPI's.")
@click.argument("locks", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def audit_command(*, osv_url: str, locks: tuple[Path, ...]) -> None:
    """List known vulnerabilities of the packages in LOCKS, by default requirements.lock.

    Exits with 1 if there are any or the check failed, and with 2 if packages could not be checked.
    """
    with plain_errors():
        done = audit.run(locks or (audit.LOCK,), osv_url=osv_url)
    for line in audit.in_words(done):
        click.echo(line)
    if done.vulnerabilities:
        raise SystemExit(1)
    if done.skipped or not done.checked:
        raise SystemExit(2)


def init_app(app: Flask) -> None:
    app.cli.add_command(audit_command)
