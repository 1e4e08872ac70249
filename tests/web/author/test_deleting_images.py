"""Deleting images: permanently if unused, otherwise refused with a list of uses."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import html5lib
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.store.db import db, writing
from blog.store.models import Image, Site
from tests.pictures import picture
from tests.programs import ROOT, run
from tests.signing_in import AuthorClient
from tests.web.author.forms import values
from tests.web.author.test_images import SCRIPT, told_by, upload

# Deletes an image, and exits at the nth file operation, as in a power failure.
CRASH = """
import itertools, os, sys
from pathlib import Path
from blog import create_app
from blog.media import image_uses

instance, digest, nth = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
touched = itertools.count(1)

def crash(event, _arguments):
    if event in {"os.rename", "os.remove", "os.rmdir"} and next(touched) == nth:
        os._exit(9)

with create_app({"INSTANCE": instance}).app_context():
    sys.addaudithook(crash)
    image_uses.delete(instance / "media", digest)
"""


def delete(author: AuthorClient, digest: str) -> TestResponse:
    return author.post(f"/author/images/{digest}/delete")


def test_the_author_stays_on_the_page_of_older_pictures(
    author: AuthorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blog.web.author.images.ON_A_PAGE", 1)
    told, _ = [upload(author, picture(width, 10)) for width in (10, 20)]
    older = author.get("/author/images/?skip=1").text
    assert older.count('<input type="hidden" name="skip" value="1">') == 2
    html5lib.HTMLParser(strict=True).parse(older)
    described = author.post(told["describe"], data={"alt": "The older one", "skip": "1"})
    assert described.location == f"/author/images/?skip=1#image-{told['hash']}"
    answer = author.post(f"/author/images/{told['hash']}/delete", data={"skip": "1"})
    assert answer.location == "/author/images/?skip=1"
    emptied = author.get(answer.location).text
    assert "No images have been uploaded yet." not in emptied
    assert '<a href="/author/images/">Newest images</a>' in emptied


def is_served(client: FlaskClient, digest: str) -> bool:
    with client.get(f"/media/{digest}") as response:  # otherwise the file stays open
        return response.status_code == 200


def test_a_picture_that_nothing_shows_is_deleted_for_good_and_can_come_again(
    author: AuthorClient, client: FlaskClient, instance: Path
) -> None:
    told = upload(author)
    answer = delete(author, told["hash"])
    assert (answer.status_code, answer.location) == (303, "/author/images/")
    assert "The image was deleted." in author.get("/author/images/").text
    assert not is_served(client, told["hash"])
    assert list((instance / "media").iterdir()) == []
    assert delete(author, told["hash"]).status_code == 404
    assert upload(author)["hash"] == told["hash"]
    assert is_served(client, told["hash"])


def test_files_that_a_crash_left_behind_are_in_no_ones_way(
    author: AuthorClient, app: Flask, instance: Path
) -> None:
    digest = upload(author)["hash"]
    with app.app_context(), writing() as session:
        session.execute(sa.delete(Image))
    assert upload(author)["hash"] == digest
    assert delete(author, digest).status_code == 303
    assert list((instance / "media").iterdir()) == []


@pytest.mark.parametrize("nth", [1, 2, 3, 4], ids="at step {}".format)
def test_after_a_crash_while_its_files_are_removed_the_picture_can_come_again_whole(
    author: AuthorClient, client: FlaskClient, instance: Path, nth: int
) -> None:
    data = picture(64, 48, "PNG")
    digest = upload(author, data)["hash"]
    assert run(instance, "-c", CRASH, instance, digest, str(nth)).returncode == 9
    assert '<li class="image"' not in author.get("/author/images/").text
    assert upload(author, data)["hash"] == digest
    for name in ("64.webp", "64.avif"):
        assert client.get(f"/media/{digest}/{name}", buffered=True).status_code == 200
    assert delete(author, digest).status_code == 303
    assert not is_served(client, digest)


@pytest.mark.parametrize("state", ["draft", "scheduled", "live", "trash"])
@pytest.mark.parametrize("as_cover", [True, False], ids=["as a cover", "in the text"])
def test_a_picture_that_a_post_shows_stays_and_the_post_is_named(
    author: AuthorClient, client: FlaskClient, app: Flask, state: str, as_cover: bool
) -> None:
    told = upload(author)
    shown = {"cover": told["hash"]} if as_cover else {"body": f"Words.\n\n{told['markdown']}"}
    form = {**values(author.get("/author/posts/new").text), "title": "“Shown” & tell", **shown}
    action = {"live": "publish", "scheduled": "schedule"}.get(state, "save")
    dated = {"date": "2100-01-01", "time": "12:00"} if state == "scheduled" else {}
    saved = author.post("/author/posts/new", data={**form, **dated, "action": action})
    if state == "trash":
        author.post(f"{saved.location}/trash")
    answer = delete(author, told["hash"])
    assert answer.status_code == 409
    html5lib.HTMLParser(strict=True).parse(answer.text)
    in_trash = " (in the trash)" if state == "trash" else ""
    link = f'<a href="{saved.location}">“Shown” &amp; tell</a>'
    assert f"<li>{link}{in_trash}</li>" in answer.text
    assert is_served(client, told["hash"])


def test_a_picture_in_a_text_not_saved_yet_or_beside_the_title_stays(
    author: AuthorClient, app: Flask
) -> None:
    told = upload(author)
    form = values(author.get("/author/posts/new").text)
    sent = {**form, "title": "Half a thought", "body": told["markdown"], "sent": "1"}
    kept = author.post("/author/autosave", data=sent, headers=SCRIPT)
    with app.app_context(), writing() as session:
        session.get_one(Site, 1).picture_hash = told["hash"]
    answer = delete(author, told["hash"])
    assert answer.status_code == 409
    assert f'<a href="{told_by(kept)["address"]}">Half a thought</a> (unsaved changes)' in answer.text
    assert "Site image in the settings" in answer.text


@pytest.mark.parametrize("as_cover", [True, False], ids=["as a cover", "in the text"])
def test_an_earlier_text_holds_no_picture_back_and_is_restored_without_it(
    author: AuthorClient, as_cover: bool
) -> None:
    told = upload(author)
    shown = {"cover": told["hash"], "body": "First."} if as_cover else {"body": f"First. {told['markdown']}"}
    form = {**values(author.get("/author/posts/new").text), "title": "Once", **shown}
    address = author.post("/author/posts/new", data={**form, "action": "save"}).location
    form = {**values(author.get(address).text), "body": "Without it.", "cover": ""}
    assert author.post(address, data={**form, "action": "save"}).status_code == 303
    assert delete(author, told["hash"]).status_code == 303
    older = re.findall(rf"{address}/revisions/\d+", author.get(f"{address}/revisions").text)[-1]
    author.post(f"{older}/restore", data={"base_version": "2"})
    page = author.get(address).text
    assert "Restored." in page
    assert "An image in this revision has been deleted." in page
    assert values(page)["body"].strip().startswith("First.")


# Another process that processes images, until it is told to stop.
HOLDS = """
import sys
from pathlib import Path
from blog.media.image_files import alone

with alone(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_picture_is_not_deleted_while_another_process_stores_one(
    app: Flask, author: AuthorClient, instance: Path
) -> None:
    told = upload(author, picture(30, 30))
    media = instance / "media"
    held = [sys.executable, "-c", HOLDS, str(media)]
    with subprocess.Popen(held, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        deleting = threading.Thread(target=delete, args=(author, told["hash"]))
        deleting.start()
        waits = False
        while deleting.is_alive() and not waits:  # the system marks waiting lock requests with an arrow
            waits = any(
                "->" in line and f" {os.getpid()} " in line
                for line in Path("/proc/locks").read_text().splitlines()
            )
        assert waits
        with app.app_context():
            assert db.session.get(Image, told["hash"]) is not None
            db.session.remove()
        other.communicate("\n", timeout=60)
        deleting.join()
    assert not (media / told["hash"]).exists()
