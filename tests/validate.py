"""Check every kind of page with the Nu Html Checker (https://validator.github.io/validator/): `make validate`."""

import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from flask import Flask

from blog import clock, create_app
from blog.store.db import db
from blog.web import errors
from blog.writing import editing
from tests.signing_in import author_client
from tests.text.test_html import EVERYTHING

# Unknown to the checker: htmx attributes, and <link rel=expect>, in the standard since 2024
# (https://html.spec.whatwg.org/multipage/links.html#link-type-expect).
UNKNOWN = ".*Attribute “hx-[a-z-]*” not allowed.*|.*with a “blocking” attribute must have a “rel” attribute.*"

LONG = "\n\n".join(f"## Part {number}\n\n{'Words of it. ' * 80}" for number in range(4))

FOR_READERS = [
    "/",
    "/?after={cursor}",
    "/tags/",
    "/tags/salt",
    "/tags/pepper+salt",
    "/tags/salt+water",
    "/posts/everything",
    "/posts/long",
    "/posts/post-7",
    "/series/",
    "/series/spices",
    "/archive/",
    "/archive/{year}/",
    "/search",
    "/search?q=words",
    "/search?q=wrods",
    "/search?q=words+qqqq",
    "/nowhere",
    "/author/sign-in",
]
FOR_THE_AUTHOR = [
    "/author/",
    "/author/?state=trash",
    "/author/posts/new",
    "/author/posts/1",
    "/author/posts/2",
    "/author/posts/1/revisions",
    "/author/images/",
    "/author/tags/",
    "/author/tags/1",
    "/author/series/",
    "/author/series/1",
    "/author/site",
    "/author/sessions",
]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"INSTANCE": Path(folder) / "instance", "BASE_URL": "http://localhost"})
        pages = Path(folder) / "pages"
        pages.mkdir()
        for number, (address, html) in enumerate(made(app).items()):
            (pages / f"{number:02}.html").write_text(html, encoding="utf-8")
            print(f"{number:02}  {address}")
        found = subprocess.run(
            [
                "java",
                "-jar",
                sys.argv[1],
                "--errors-only",
                "--filterpattern",
                UNKNOWN,
                "--format",
                "text",
                str(pages),
            ],
            check=False,
        )
    print("No errors." if not found.returncode else "Not valid.")
    sys.exit(found.returncode)


def made(app: Flask) -> dict[str, str]:
    """A page of each kind, by address."""
    with app.app_context():
        write()
        cursor = f"{int((clock.now() - timedelta(days=2)).timestamp() * 1_000_000)}_3"
        year = clock.now().year
        db.session.remove()
    reader, author = app.test_client(), author_client(app)
    pages = {path: reader.get(path.format(cursor=cursor, year=year)).text for path in FOR_READERS}
    pages |= {path: author.get(path).text for path in FOR_THE_AUTHOR}
    wrong = {"title": "", "body": "Words.", "action": "save"}
    pages["a form that is wrong"] = author.post("/author/posts/new", data=wrong).text
    conflict = {"title": "Other", "body": "Other.", "action": "save", "base_version": "0"}
    pages["two texts"] = author.post("/author/posts/1", data=conflict).text
    with app.test_request_context():
        pages["an outage"] = errors.unavailable().get_data(as_text=True)
        db.session.remove()
    return pages


def write() -> None:
    # Unclosed tags are the author's own.
    everything = EVERYTHING.replace("<b>loose ends", "")
    text = editing.Text(everything, "Everything", tags=["water"], series="Spices", language="ar")
    editing.create(text, published_at=clock.now())
    editing.create(editing.Text(LONG, "Long", tags=["salt"]), published_at=clock.now() - timedelta(days=1))
    for number in range(16):
        tags = ["salt", "pepper"] if number % 2 else ["salt"]
        text = editing.Text(
            f"Some words, {number}.", f"Post {number}", tags=tags, series="Spices" if number > 5 else ""
        )
        editing.create(text, published_at=clock.now() - timedelta(days=2 + number))
    editing.create(editing.Text("Not yet.", "A draft"))


if __name__ == "__main__":
    main()
