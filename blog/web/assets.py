"""Our style sheets, scripts and icon, under addresses that name their content.

Each file is copied once to the instance as NAME.HASH.EXT, with compressed twins, and served by WhiteNoise in front of
Flask: a browser may keep it for ever, and a page that was cached before an upgrade still finds the file it names.
Scripts of ours are ES modules; `blog.web.es_modules` resolves what they import.
"""

import hashlib
import os
import re
from collections.abc import Collection, Container, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup
from werkzeug.datastructures import Headers
from werkzeug.http import parse_date
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from blog.errors import SettingInvalid
from blog.web import conditional, es_modules
from blog.web.compression import UNACCEPTABLE, not_acceptable, preferred
from blog.web.es_modules import Script

PREFIX = "/static/"
HASHED = re.compile(r".*\.[0-9a-f]{12}\.[a-z0-9]+")
TWINS = ("br", "gzip")
"""Content codings of the compressed copies, preferred first."""
HTMX = "vendor/htmx.min.js"
VENDOR = "vendor/"
"""Scripts of others, which are published as they are."""
DECLARATIONS = ".d.ts"
"""Types for tools: no browser asks for them."""
NAMED = re.compile(r"""\b(?:asset|modules)\(([^()]*)\)""")
"""How a template names files."""
QUOTED = re.compile(r"""["']([^"']+)["']""")


def init_app(app: Flask) -> None:
    """Publish and serve the files of `static/`. Templates refer to them with `asset("site.css")`."""
    source = Path(app.root_path) / "static"
    target: Path = app.config["INSTANCE"] / "assets"
    published = publish_all(source, target, base=app.config["BASE_PATH"] + PREFIX)
    check_named(published, Path(app.root_path) / "templates")
    app.extensions["assets"] = {name: script.address for name, script in published.items()}
    app.extensions["modules"] = {name: script.imports for name, script in published.items()}
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["modules"] = modules
    # Flask's documented way to put middleware in front.
    files = WhiteNoise(
        app.wsgi_app,
        root=target,
        prefix=PREFIX,
        immutable_file_test=lambda _path, url: HASHED.fullmatch(url) is not None,
        allow_all_origins=False,
        charset="utf-8",
    )
    app.wsgi_app = Negotiated(files, app.wsgi_app, app.config["HOSTS"])  # type: ignore[method-assign]


class Negotiated:
    """Handles content negotiation and preconditions of static files according to RFC 9110, which WhiteNoise does not.

    WhiteNoise ignores `q=0`, sends one strong entity tag for all codings, and compares it with the whole If-None-Match
    header. It is only used to find and send the file.
    """

    CONDITIONS = (
        "HTTP_IF_NONE_MATCH",
        "HTTP_IF_MATCH",
        "HTTP_IF_MODIFIED_SINCE",
        "HTTP_IF_UNMODIFIED_SINCE",
        "HTTP_RANGE",
    )

    def __init__(self, files: Any, rest: Any, hosts: Container[str]) -> None:
        self.files = files
        self.rest = rest
        self.hosts = hosts

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        # Flask rejects a request for another host (RFC 9112, section 3.2), for files as for pages.
        if not environ["PATH_INFO"].startswith(PREFIX) or environ.get("HTTP_HOST", "") not in self.hosts:
            answer: Iterable[bytes] = self.rest(environ, start_response)
            return answer
        coding = preferred(environ.get("HTTP_ACCEPT_ENCODING", ""), TWINS)
        if coding == UNACCEPTABLE:
            return not_acceptable(start_response)
        # Ranges of these small files may be ignored (RFC 9110, section 14.2).
        asked = {name: value for name, value in environ.items() if name not in self.CONDITIONS}
        asked["HTTP_ACCEPT_ENCODING"] = coding
        unchanged = False

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            nonlocal unchanged
            told = Headers(headers)
            if status.startswith("200"):
                tag = told.get("ETag", "").strip('"')
                told["ETag"] = f'"{tag}-{told.get("Content-Encoding", "identity")}"'
                failed = conditional.failed(environ, told["ETag"], parse_date(told.get("Last-Modified")))
                if failed is not None:
                    unchanged = True
                    for name in conditional.REPRESENTATION:
                        told.pop(name, None)
                    status = "304 NOT MODIFIED"
                    if failed == conditional.PRECONDITION_FAILED:
                        status, told["Content-Length"] = "412 PRECONDITION FAILED", "0"
            return start_response(status, told.to_wsgi_list(), *error)

        answer = self.files(asked, start)
        if unchanged:
            if hasattr(answer, "close"):
                answer.close()
            return []
        return answer


def publish_all(source: Path, target: Path, *, base: str = PREFIX) -> dict[str, Script]:
    """Publish the files below `source` to `target`, below `base`; scripts by their names. Raises SettingInvalid."""

    def add(name: str, content: bytes) -> str:
        try:
            return base + publish(content, name, target)
        except OSError as error:
            raise SettingInvalid(f"The folder {target} cannot be written to: {error.strerror}.") from error

    published, scripts = {}, {}
    for path in files_below(source):
        name = path.relative_to(source).as_posix()
        content = content_of(path)
        if name == HTMX and b"htmx" not in content:
            raise SettingInvalid(f"static/{HTMX} is not htmx. Delete it and run `make run` to download it.")
        if name.endswith(".js") and not name.startswith(VENDOR):
            scripts[name] = content.decode(errors="surrogateescape")
        elif not name.endswith(DECLARATIONS):
            published[name] = Script(add(name, content), ())
    return published | es_modules.publish_all(
        scripts, lambda name, text: add(name, text.encode(errors="surrogateescape"))
    )


def files_below(folder: Path) -> list[Path]:
    """All files below `folder` except hidden ones, following symbolic links. Raises SettingInvalid."""
    found, seen = [], set()

    def refuse(error: OSError) -> None:
        raise SettingInvalid(f"The folder {error.filename} cannot be read: {error.strerror}.") from error

    for place, folders, names in os.walk(folder, followlinks=True, onerror=refuse):
        seen.add(os.path.realpath(place))
        # A link to a parent folder would be followed without end.
        folders[:] = [each for each in folders if os.path.realpath(Path(place, each)) not in seen]
        found += [Path(place, name) for name in names if not name.startswith(".")]
    return sorted(found)


def content_of(path: Path) -> bytes:
    """The content of the file. Raises SettingInvalid."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingInvalid(f"The file {path} cannot be read: {error.strerror}.") from error


def check_named(names: Collection[str], templates: Path) -> None:
    """Check that each file that a template names is there. Raises SettingInvalid."""
    for template in sorted(templates.rglob("*.html")):
        for call in NAMED.findall(template.read_text(encoding="utf-8")):
            for name in set(QUOTED.findall(call)).difference(names):
                mend = "`make run` fetches it" if name == HTMX else "get the program's files anew"
                raise SettingInvalid(f"static/{name} is missing; {mend}.")


def publish(content: bytes, name: str, target: Path) -> str:
    """Write `content` to `target` under a name with its hash, unless that file exists. Returns the name."""
    compressor: Any = Compressor(quiet=True)  # type: ignore[no-untyped-call]
    stem, _, ending = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
    copy = target / hashed
    if not copy.is_file():
        copy.parent.mkdir(parents=True, exist_ok=True)
        # Created next to the served folder and then moved into it, compressed copies first: processes that start at the
        # same time never see each other's unfinished files, and a file that exists has its compressed copies.
        with TemporaryDirectory(dir=target.parent) as folder:
            unfinished = Path(folder) / copy.name
            unfinished.write_bytes(content)
            for made in (*compressor.compress(str(unfinished)), str(unfinished)):
                Path(made).replace(copy.with_name(Path(made).name))
    return hashed


def modules(*names: str) -> Markup:
    """The elements that load the scripts `names`, in this order, and all that they import, without a waterfall."""
    imports: dict[str, tuple[str, ...]] = current_app.extensions["modules"]
    imported = dict.fromkeys(name for each in names for name in imports[each])
    lines = [
        Markup('<link rel="modulepreload" href="{}">').format(asset(name))
        for name in imported
        if name not in names
    ]
    lines += [Markup('<script type="module" src="{}"></script>').format(asset(name)) for name in names]
    return Markup("\n  ").join(lines)


def asset(name: str) -> str:
    """The address of the file `name` in `static/`."""
    addresses: dict[str, str] = current_app.extensions["assets"]
    return addresses[name]
