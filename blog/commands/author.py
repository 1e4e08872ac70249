"""Commands for the author's account. Whoever can run them on the server controls the site anyway."""

import sys

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from blog.accounts import account
from blog.commands.posts import plain_errors

author_group = AppGroup("author", help="The author's account.")


def init_app(app: Flask) -> None:
    app.cli.add_command(author_group)


def welcome_url(token: str) -> str:
    """The address of the one-time link with `token`."""
    return f"{current_app.config['BASE_URL']}/author/welcome/{token}"


@author_group.command("create")
@click.option("--name", help="Name to sign in with. The password is then read from standard input.")
def create(*, name: str | None) -> None:
    """Create the author's account. Asks for name and password."""
    with plain_errors():
        if account.exists():  # checked before the password is entered
            raise account.AccountExists
        if name is not None and not sys.stdin.isatty():
            password = sys.stdin.readline().rstrip("\r\n")
        else:
            name = name or click.prompt("Name")
            password = click.prompt("Password", hide_input=True, confirmation_prompt="Repeat password")
        account.create(name=name, password=password)
    click.echo(f"“{account.name()}” can sign in at {current_app.config['BASE_URL']}/author/.")


@author_group.command("reset")
def reset() -> None:
    """End all sessions and print a one-time link for choosing a new name and password."""
    with plain_errors():
        token = account.reset()
    click.echo(
        "All sessions have ended and the password no longer works. Choose a new name and password within one hour at"
    )
    click.echo(welcome_url(token))
