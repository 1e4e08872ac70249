"""A site with the sample posts and an author account behind one of the proxies."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask

from blog import clock, create_app
from blog.store.db import db
from blog.writing import editing
from tests.programs import Server, server
from tests.proxies.running import NAME, Proxy, proxy
from tests.signing_in import make_account

SETTINGS = {"BASE_URL": f"https://{NAME}", "TRUSTED_PROXY": "127.0.0.1"}
BELOW = {**SETTINGS, "BASE_URL": f"https://{NAME}/blog"}


class Site(NamedTuple):
    proxy: Proxy
    server: Server
    app: Flask
    """The same instance in this process, for changes behind the server's back."""

    def publish(self, title: str) -> None:
        with self.app.app_context():
            editing.create(editing.Text("Words.", title), published_at=clock.now())


@contextmanager
def behind(kind: str, furnished: Path, folder: Path) -> Iterator[Site]:
    instance = Path(shutil.copytree(furnished, folder / "instance"))
    settings = BELOW if "below" in kind else SETTINGS
    app = create_app({"INSTANCE": instance, "BASE_URL": settings["BASE_URL"]})
    make_account(app)
    with server(instance, **settings) as started:
        started.wait()
        with proxy(kind, folder / kind, started.port) as running:
            yield Site(running, started, app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def either(
    request: pytest.FixtureRequest, furnished_instance: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site behind each of the proxies in turn, for tests that do not stop it."""
    with behind(request.param, furnished_instance, tmp_path_factory.mktemp(request.param)) as site:
        yield site


@pytest.fixture(scope="module")
def cached(furnished_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site behind nginx, for tests of its cache that do not stop it."""
    with behind("nginx", furnished_instance, tmp_path_factory.mktemp("cached")) as site:
        yield site
