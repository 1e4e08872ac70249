"""The commands: their effects, their output, and that a failed command changes nothing."""

import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from blog import create_app, samples
from blog.store.db import db, writing
from blog.store.migrations import HEAD
from blog.store.models import Post, Site, Tag
from blog.store.sqlite import connections
from blog.writing import editing
from tests.conftest import LISTING, NOON, TAG_RULES, Clock, Write
from tests.programs import ROOT, environment, flask, is_one_sentence, rows, run_flask, somebody_else
from tests.shown import shown
from tests.transfer.formats.test_listing import TAGLINE

IMPORT = ("posts", "import", "--format", "listing")
WITH_TAGS = (*IMPORT, LISTING, "--tag-rules", TAG_RULES)
THREE = "First\nOne text.\nRead more →\nTwo.\nRead more →\nThree.\nRead more →\n"

MakeApp = Callable[..., Flask]


def said(result: Result) -> str:
    """The one-line output of a successful command."""
    assert (result.exit_code, result.stderr) == (0, "")
    assert is_one_sentence(result.stdout)
    return result.stdout


def refused(result: Result) -> str:
    """The error message of a failed command, one sentence."""
    assert isinstance(result.exception, SystemExit)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
    assert is_one_sentence(result.stderr)
    return result.stderr


@pytest.fixture(scope="session")
def imported_instance(new_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with the imported list of posts, to be copied."""
    instance = Path(shutil.copytree(new_instance, tmp_path_factory.mktemp("cli") / "instance"))
    done = run_flask(instance, *WITH_TAGS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "Imported 142 posts and the tagline; 141 with the first sentence as the title; 1 repeated in the file.\n"
    )
    return instance


@pytest.fixture
def imported(imported_instance: Path, tmp_path: Path, make_app: MakeApp) -> Flask:
    return make_app(INSTANCE=Path(shutil.copytree(imported_instance, tmp_path / "imported")))


@pytest.fixture
def furnished(furnished_instance: Path, tmp_path: Path, make_app: MakeApp) -> Flask:
    """A site with its sample posts."""
    return make_app(INSTANCE=Path(shutil.copytree(furnished_instance, tmp_path / "furnished")))


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """A file with three posts."""
    path = tmp_path / "three.txt"
    path.write_text(THREE, encoding="utf-8")
    return path


def edit(app: Flask, post: sa.Select[Post], **changes: object) -> None:
    """Change one post, as its author does."""
    with app.app_context(), writing() as session:
        found = session.scalars(post).first()
        assert found is not None
        for name, value in changes.items():
            setattr(found, name, value)


def all_cards(client: FlaskClient) -> list[int]:
    """The cards of the whole list, page by page."""
    cards: list[int] = []
    address = "/"
    while address:
        page = shown(client.get(address).text)
        cards += page.ids
        address = page.older or ""
    return cards


# --- bringing posts in


def test_an_imported_listing_is_a_site_to_read(imported: Flask) -> None:
    home = imported.test_client().get("/").text
    assert TAGLINE in home
    assert shown(home).total == 142
    featured = re.findall('card-featured".*?>(.*?)</article>', home, re.DOTALL)
    assert len(featured) == 1
    assert "Why the Real Innovation Is in the Boring Parts" in featured[0]
    assert home.count("Why the Real Innovation Is in the Boring Parts") == 1


def test_its_pages_hold_142_posts_each_once(imported: Flask) -> None:
    cards = all_cards(imported.test_client())
    assert len(cards) == len(set(cards)) == 142


def test_its_posts_lie_a_day_apart_the_newest_now(imported: Flask) -> None:
    with imported.app_context():
        dates = db.session.scalars(sa.select(Post.published_at).order_by(Post.id.desc())).all()
    assert dates[0] is not None
    assert abs(datetime.now(UTC) - dates[0]) < timedelta(hours=1)
    assert dates == [dates[0] - number * timedelta(days=1) for number in range(142)]


def test_its_posts_carry_the_tags_that_the_rules_find(imported: Flask) -> None:
    rules = tomllib.loads(TAG_RULES.read_text(encoding="utf-8"))

    def stands_in(phrase: str, text: str) -> bool:
        """Found without the regular expressions of blog.transfer.tag_rules."""
        text, phrase, at = f" {text.lower()} ", phrase.lower(), -1
        while (at := text.find(phrase, at + 1)) >= 0:
            around = text[at - 1] + text[at + len(phrase)]
            if not any(letter.isalnum() or letter == "_" for letter in around):
                return True
        return False

    expected: Counter[str] = Counter()
    with imported.app_context():
        posts = db.session.scalars(sa.select(Post).options(sa.orm.selectinload(Post.tags))).all()
        assert len(posts) == 142
        for post in posts:
            text = post.excerpt if post.title_derived else f"{post.title}\n{post.excerpt}"
            tags = {
                tag
                for tag, phrases in rules["tags"].items()
                if any(stands_in(phrase, text) for phrase in phrases)
            }
            assert {tag.slug for tag in post.tags} == (tags or {rules["fallback"]})
            expected.update(tags or {rules["fallback"]})
    page = imported.test_client().get("/tags/").text
    found = re.findall(r'href="/tags/([^"]+)"><bdi>[^<]*</bdi> <span class="count"><[^>]*>(\d+)<', page)
    assert {slug: int(number) for slug, number in found} == expected


def words(html: str) -> list[str]:
    return re.findall(r"\w+", unescape(re.sub("<[^>]+>", "", html)))


@pytest.mark.long
def test_every_card_and_every_page_says_the_words_of_its_post_once(imported: Flask) -> None:
    with imported.app_context():
        posts = db.session.execute(sa.select(Post.slug, Post.title, Post.excerpt, Post.title_derived)).all()
    expected = {
        slug: words(excerpt if derived else f"{title} {excerpt}") for slug, title, excerpt, derived in posts
    }
    client = imported.test_client()
    cards: dict[str, list[str]] = {}
    pages: dict[str, list[str]] = {}
    address = "/"
    while address:
        html = client.get(address).text
        for card in re.findall("<article.*?</article>", html, re.DOTALL):
            slug, title = re.findall('href="/posts/([^"]+)">(.*?)</a>', card)[0]
            cards[slug] = words(title) + words("".join(re.findall('p-summary">(.*?)</p>', card)))
        address = shown(html).older or ""
    for slug in cards:
        html = client.get(f"/posts/{slug}").text
        title, text = re.findall('<h1[^>]*>(.*?)</h1>.*e-content">(.*?)</div>', html, re.DOTALL)[0]
        pages[slug] = words(title) + words(text)
    assert cards == expected
    assert pages == expected


def test_importing_again_changes_nothing_and_says_so(imported: Flask) -> None:
    before = rows(imported.config["INSTANCE"])
    nothing = "Nothing to import: all 142 posts in the file were imported before.\n"
    assert said(flask(imported, *WITH_TAGS)) == nothing
    assert said(flask(imported, *IMPORT, LISTING, "--newest", "2020-01-01", "--every", "7")) == nothing
    assert rows(imported.config["INSTANCE"]) == before


def test_importing_again_leaves_alone_what_was_edited_trashed_withdrawn_or_redated(imported: Flask) -> None:
    every_kind: list[dict[str, object]] = [
        {"title": "Mine", "slug": "mine"},
        {"trashed_at": NOON},
        {"published_at": None},
        {"published_at": NOON},
    ]
    for number, changes in enumerate(every_kind):
        edit(imported, sa.select(Post).offset(number), **changes)
    with imported.app_context(), writing() as session:
        session.get_one(Site, 1).tagline = ""  # the author wants no tagline
    before = rows(imported.config["INSTANCE"])
    assert said(flask(imported, *WITH_TAGS)).startswith("Nothing to import")
    assert rows(imported.config["INSTANCE"]) == before


def test_only_posts_that_are_new_in_a_listing_come_in(app: Flask, client: FlaskClient, three: Path) -> None:
    said(flask(app, *IMPORT, three, "--newest", "2026-01-01"))
    three.write_text(f"Four.\nRead more →{THREE}", encoding="utf-8")
    assert said(flask(app, *IMPORT, three, "--newest", "2026-01-02")) == (
        "Imported 1 post; 1 with the first sentence as the title; 3 already imported.\n"
    )
    assert len(all_cards(client)) == 4


def test_a_tagline_that_the_author_chose_stays(app: Flask, client: FlaskClient, three: Path) -> None:
    with app.app_context(), writing() as session:
        session.get_one(Site, 1).tagline = "Mine."
    three.write_text(f"First\nOne text.\nRead more →\nTheirs.\n{THREE[6:]}", encoding="utf-8")
    assert "tagline" not in said(flask(app, *IMPORT, three))
    assert "Mine." in client.get("/").text


def test_a_dry_run_writes_nothing_and_says_what_would_be_done(furnished: Flask) -> None:
    before = rows(furnished.config["INSTANCE"])
    assert said(flask(furnished, *WITH_TAGS, "--dry-run")) == (
        "Would import 142 posts and the tagline; 141 with the first sentence as the title; 1 repeated in the file; "
        "30 samples would be removed; nothing was written.\n"
    )
    assert rows(furnished.config["INSTANCE"]) == before


@pytest.mark.parametrize(
    ("newest", "moment"),
    [
        ("2026-01-02", "2026-01-02T05:00Z"),
        ("2026-03-08T08:30", "2026-03-08T12:30Z"),  # an hour after the clocks went forward
        ("2026-03-08T08:30+01:00", "2026-03-08T07:30Z"),
    ],
)
def test_dates_are_read_in_the_sites_time_zone_and_days_may_be_fractions(
    app: Flask, three: Path, newest: str, moment: str
) -> None:
    with app.app_context(), writing() as session:
        session.get_one(Site, 1).time_zone = "America/New_York"
    said(flask(app, *IMPORT, three, "--newest", newest, "--every", "0.25"))
    first = datetime.fromisoformat(moment)
    with app.app_context():
        dates = db.session.scalars(sa.select(Post.published_at).order_by(Post.id.desc())).all()
    assert dates == [first, first - timedelta(hours=6), first - timedelta(hours=12)]


def test_posts_dated_ahead_are_scheduled_and_the_command_says_so(
    app: Flask, client: FlaskClient, three: Path, clock: Clock
) -> None:
    done = flask(app, *IMPORT, three, "--newest", (NOON + timedelta(hours=36)).isoformat())
    assert said(done) == (
        "Imported 3 posts; 2 with the first sentence as the title; 2 scheduled for later.\n"
    )
    assert shown(client.get("/").text).total == 1
    clock.advance(hours=36)
    assert shown(client.get("/").text).total == 3


def test_the_samples_make_room_for_an_import_but_for_those_that_were_edited(furnished: Flask) -> None:
    client = furnished.test_client()
    assert shown(client.get("/").text).total == 30
    edit(furnished, sa.select(Post), title="My own words")
    assert "29 samples removed" in said(flask(furnished, *IMPORT, LISTING))
    assert shown(client.get("/").text).total == 143
    assert "My own words" in client.get("/archive/").text


def test_an_import_on_a_site_with_untouched_samples_leaves_exactly_the_imported_posts(
    furnished: Flask,
) -> None:
    said(flask(furnished, *WITH_TAGS))
    client = furnished.test_client()
    home = client.get("/").text
    assert TAGLINE in home
    assert shown(home).total == len(all_cards(client)) == 142
    assert "hosting" not in client.get("/tags/").text  # a tag that only sample posts had


# --- bringing in what cannot be imported


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100_000_000)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Just a text.\nOf two lines.", "is not a listing"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\t", "is empty"),
        ("Größe. Read more →".encode("latin-1", "replace"), "is not UTF-8"),
        ("Size. Read more →".encode("utf-16"), "is not UTF-8"),
        ("One\0. Read more →".encode(), "is not a text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is not UTF-8"),
        ("One. Read more →\n\N{ZERO WIDTH SPACE} Read more →".encode(), "Enter some text"),
    ],
)
def test_a_file_that_is_no_listing_is_refused_and_nothing_is_written(
    app: Flask, instance: Path, tmp_path: Path, content: bytes, reason: str
) -> None:
    file = tmp_path / "listing.txt"
    file.write_bytes(content)
    before = rows(instance)
    sentence = refused(flask(app, *IMPORT, file, "--tag-rules", TAG_RULES))
    assert reason in sentence
    assert rows(instance) == before


def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_written(
    app: Flask, instance: Path, tmp_path: Path
) -> None:
    before = rows(instance)
    sparse(tmp_path / "large.txt")
    (tmp_path / "secret.txt").write_text(THREE)
    (tmp_path / "secret.txt").chmod(0)
    for file, reason in {
        tmp_path / "missing.txt": "No such file or directory",
        tmp_path: "Is a directory",
        tmp_path / "large.txt": "is larger than 20 MB",
        Path("/dev/zero"): "is larger than 20 MB",
        Path("/dev/null"): "is empty",
        Path("/proc/self/mem"): "Input/output error",
        tmp_path / ("x" * 300): "File name too long",
    }.items():
        sentence = refused(flask(app, *IMPORT, file))
        assert reason in sentence
        assert str(file) in sentence
    with somebody_else():
        result = flask(app, *IMPORT, tmp_path / "secret.txt")
    assert "Permission denied" in refused(result)
    assert rows(instance) == before


@pytest.mark.parametrize(
    "rules", [None, b"", b"\xff", b"tags = ", b"tags = 3", b"[tags]\nai = 'AI'", b"[tags]\nai = ['AI']\n\0"]
)
def test_tag_rules_that_cannot_be_used_are_refused_and_nothing_is_written(
    app: Flask, instance: Path, tmp_path: Path, three: Path, rules: bytes | None
) -> None:
    file = tmp_path / "rules.toml"
    if rules is not None:
        file.write_bytes(rules)
    before = rows(instance)
    assert str(file) in refused(flask(app, *IMPORT, three, "--tag-rules", file))
    assert rows(instance) == before


@pytest.mark.parametrize(
    "option",
    [
        *(("--every", value) for value in ("-1", "nan", "inf", "1e9", "3661", "daily", "")),
        *(("--newest", value) for value in ("1752-01-01", "9999", "9999-12-31", "0001-01-01", "2100-01-01")),
        *(("--newest", value) for value in ("yesterday", "2026-02-30", "", "24.11.2026")),
        ("--newest=1970-01-02", "--every=1"),
        ("--newest=2026-01-01", "--every=3660", "--format=listing"),
    ],
)
def test_numbers_and_dates_out_of_reason_are_refused_and_nothing_is_written(
    app: Flask, instance: Path, option: tuple[str, ...]
) -> None:
    before = rows(instance)
    refused(flask(app, *IMPORT, LISTING, *option))
    assert rows(instance) == before


@pytest.mark.parametrize(
    "arguments",
    [("--format", "banana", LISTING), ("--format", "listing"), (LISTING,), (*IMPORT[2:], LISTING, "--so")],
)
def test_an_unknown_option_or_format_or_a_missing_file_is_explained(
    app: Flask, arguments: tuple[str | Path, ...]
) -> None:
    result = flask(app, "posts", "import", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: " in result.stderr


def test_a_database_that_is_locked_is_one_sentence(
    make_app: MakeApp, instance: Path, three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.1)
    app = make_app()
    before = rows(instance)
    with closing(sqlite3.connect(instance / "blog.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "database is locked" in refused(flask(app, *IMPORT, three))
        assert "database is locked" in refused(flask(app, "posts", "remove-samples"))
    assert rows(instance) == before


def test_a_database_that_cannot_be_written_is_one_sentence(
    make_app: MakeApp, instance: Path, three: Path
) -> None:
    app = make_app(SQLALCHEMY_DATABASE_URI=f"sqlite:///file:{instance / 'blog.db'}?mode=ro&uri=true")
    assert "readonly database" in refused(flask(app, *IMPORT, three))
    assert "readonly database" in refused(flask(app, "posts", "remove-samples"))


def test_a_refusal_in_a_process_of_its_own_is_one_line_and_no_traceback(
    instance: Path, tmp_path: Path
) -> None:
    sparse(tmp_path / "large.txt")
    before = rows(instance)
    done = run_flask(instance, *IMPORT, tmp_path / "large.txt")
    assert (done.returncode, done.stdout) == (1, "")
    assert is_one_sentence(done.stderr)
    assert rows(instance) == before


# --- progress


def test_a_terminal_shows_progress(instance: Path) -> None:
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "app", *map(str, IMPORT), str(LISTING)],
        cwd=ROOT,
        env={**environment(instance), "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=slave,
    ) as process:
        os.close(slave)
        seen = b""
        # Linux reports with an error that the reader of a pipe is gone.
        with os.fdopen(master, "rb", buffering=0) as terminal:
            try:
                while part := terminal.read(4096):
                    seen += part
            except OSError:
                pass
        assert process.stdout is not None
        assert process.stdout.read().startswith(b"Imported 142 posts")
    assert b"Importing" in seen
    assert b"100%" in seen
    # Elsewhere there is no output: the fixture imported_instance asserts that standard error stays empty.


# --- removing the samples


def test_removing_the_samples_takes_the_untouched_ones_and_nothing_else(
    furnished: Flask, write: Write
) -> None:
    with furnished.app_context():
        slugs = set(db.session.scalars(sa.select(Tag.slug)))
        own = editing.create(editing.Text("Own.", "Own", tags=["writing", "mine"]), published_at=NOON)
        draft = editing.create(editing.Text("Own.", "Draft", tags=["hosting"]))
        trashed = editing.create(editing.Text("Own.", "Trashed", tags=["sky"]), published_at=NOON)
        editing.trash(trashed)
    edit(furnished, sa.select(Post).where(Post.slug == "marginalia"), body="Mine now.")
    assert (
        said(flask(furnished, "posts", "remove-samples")) == "Removed 29 samples; kept 1 that you changed.\n"
    )
    with furnished.app_context():
        left = db.session.scalars(sa.select(Post).options(sa.orm.selectinload(Post.tags))).all()
        assert {post.id for post in left} > {own, draft, trashed}
        assert len(left) == 4
        tags = set(db.session.scalars(sa.select(Tag.slug)))
        assert tags == {tag.slug for post in left for tag in post.tags}
        assert {"mine", "sky", "hosting", "writing"} <= tags < slugs | {"mine", "sky"}
    assert (
        said(flask(furnished, "posts", "remove-samples")) == "Removed 0 samples; kept 1 that you changed.\n"
    )


def test_samples_can_be_removed_once(furnished: Flask) -> None:
    assert said(flask(furnished, "posts", "remove-samples")) == "Removed 30 samples.\n"
    before = rows(furnished.config["INSTANCE"])
    assert said(flask(furnished, "posts", "remove-samples")) == "Removed 0 samples.\n"
    assert rows(furnished.config["INSTANCE"]) == before
    home = furnished.test_client().get("/")
    assert home.status_code == 200
    assert "No posts have been published yet" in home.text


def test_an_imported_post_is_no_sample(imported: Flask) -> None:
    before = rows(imported.config["INSTANCE"])
    assert said(flask(imported, "posts", "remove-samples")) == "Removed 0 samples.\n"
    assert rows(imported.config["INSTANCE"]) == before


# --- the database


def test_upgrading_says_what_was_done(tmp_path: Path) -> None:
    instance = tmp_path / "fresh"
    assert run_flask(instance, "db", "upgrade").stdout == f"Created a new database with schema {HEAD}.\n"
    with closing(sqlite3.connect(instance / "blog.db")) as connection:
        connection.execute("DROP TRIGGER post_changed")
    for sentence in ("Updated the database triggers.\n", "The database is up to date.\n"):
        app = create_app({"INSTANCE": instance})
        assert said(flask(app, "db", "upgrade")) == sentence
        with app.app_context():
            db.engine.dispose()
    assert samples.SOURCE not in str(rows(instance))
