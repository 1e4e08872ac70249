"""Our style sheet, scripts and icon, under addresses that name their content.

Each file is copied once to the instance as NAME.HASH.EXT, with compressed twins, and served by WhiteNoise in front of
Flask: a browser may keep it for ever, and a page that was cached before an upgrade still finds the file it names.
"""

import hashlib
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask, current_app
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from blog.errors import SettingInvalid

PREFIX = "/static/"
HASHED = re.compile(r".*\.[0-9a-f]{12}\.[a-z0-9]+")
HTMX = "vendor/htmx.min.js"


def init_app(app: Flask) -> None:
    """Publish the files of `static/` and serve them; templates name them by `asset("site.css")`."""
    source = Path(app.root_path) / "static"
    if not (source / HTMX).is_file():
        raise SettingInvalid(f"static/{HTMX} is missing; `make run` fetches it.")
    target: Path = app.config["INSTANCE"] / "assets"
    addresses = {}
    try:
        for path in sorted(source.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                name = path.relative_to(source).as_posix()
                addresses[name] = PREFIX + publish(path, name, target)
    except OSError as error:
        raise SettingInvalid(f"The folder {target} cannot be written to: {error.strerror}.") from error
    app.extensions["assets"] = addresses
    app.jinja_env.globals["asset"] = asset
    # Flask's documented way to put middleware in front.
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=target,
        prefix=PREFIX,
        immutable_file_test=lambda _path, url: HASHED.fullmatch(url) is not None,
        allow_all_origins=False,
        charset="utf-8",
    )


def publish(path: Path, name: str, target: Path) -> str:
    """Copy `path` to `target` under a name with the hash of its content, unless it is there; that name."""
    content = path.read_bytes()
    compressor: Any = Compressor(quiet=True)  # type: ignore[no-untyped-call]
    stem, _, ending = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
    copy = target / hashed
    if not copy.is_file():
        copy.parent.mkdir(parents=True, exist_ok=True)
        # Made beside the folder that is served, then moved into it, the twins first: of processes that start together
        # none sees another's unfinished files, and one that finds the file finds its twins too.
        with TemporaryDirectory(dir=target.parent) as folder:
            unfinished = Path(folder) / copy.name
            shutil.copyfile(path, unfinished)
            for made in (*compressor.compress(str(unfinished)), str(unfinished)):
                Path(made).replace(copy.with_name(Path(made).name))
    return hashed


def asset(name: str) -> str:
    """The address of the file `name` of `static/`."""
    addresses: dict[str, str] = current_app.extensions["assets"]
    return addresses[name]
