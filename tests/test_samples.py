"""The sample posts of a new site."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import html5lib
import pytest
import sqlalchemy as sa
from flask import Flask

from blog import samples
from blog.store.db import db
from blog.store.models import Post
from blog.text import rendering
from blog.transfer.entries import Entry
from blog.writing import editing
from tests.conftest import LISTING, NOON, Clock, Write
from tests.programs import flask, rows
from tests.shown import shown

MakeApp = Callable[..., Flask]

SAMPLES = samples.entries(newest=NOON)


@pytest.fixture
def furnished(furnished_instance: Path, tmp_path: Path, make_app: MakeApp) -> Flask:
    return make_app(INSTANCE=Path(shutil.copytree(furnished_instance, tmp_path / "furnished")))


def start(app: Flask) -> int:
    """Handle the sample posts as a start of the server does. Returns how many were written."""
    with app.app_context():
        return samples.welcome()


# --- when they come and go


def test_the_first_start_of_an_empty_instance_shows_a_living_site(furnished: Flask) -> None:
    home = furnished.test_client().get("/").text
    assert shown(home).total == 30
    assert "Welcome to a site with the lights already on" in home
    with furnished.app_context():
        dates = [date for date in db.session.scalars(sa.select(Post.published_at)) if date]
    assert len(dates) == 30
    assert max(dates) <= datetime.now(UTC)
    assert datetime.now(UTC) - max(dates) < timedelta(hours=1)
    assert len({date.date() for date in dates}) == 30
    assert len({date.hour for date in dates}) > 5
    assert len({(date.year, date.month) for date in dates}) >= 4


def test_a_second_start_adds_nothing(furnished: Flask) -> None:
    before = rows(furnished.config["INSTANCE"])
    assert start(furnished) == 0
    assert rows(furnished.config["INSTANCE"]) == before


def test_removed_samples_do_not_come_back(furnished: Flask) -> None:
    flask(furnished, "posts", "remove-samples")
    assert start(furnished) == 0
    assert shown(furnished.test_client().get("/").text).total == 0


def test_a_site_that_has_posts_before_its_first_start_gets_no_samples(app: Flask, write: Write) -> None:
    flask(app, "posts", "import", "--format", "listing", LISTING)
    assert start(app) == 0
    assert shown(app.test_client().get("/").text).total == 142
    flask(app, "posts", "remove-samples")
    with app.app_context():
        editing.delete(list(db.session.scalars(sa.select(Post.id))))
    assert start(app) == 0


def test_a_draft_or_a_post_in_the_trash_is_a_post_too(app: Flask, write: Write, clock: Clock) -> None:
    write("Draft", draft=True)
    assert start(app) == 0


# --- what they are


@pytest.mark.parametrize("entry", SAMPLES, ids=[entry.slug for entry in SAMPLES])
def test_a_sample_is_complete(entry: Entry) -> None:
    assert entry.title
    assert 1 <= len(entry.tags) <= 4
    made = rendering.render(entry.body)
    assert made.words > 5
    html5lib.HTMLParser(strict=True).parseFragment(made.html)
    # Unparsed Markdown would still be visible.
    assert not re.search(
        r"\*\*|~~|\]\(|^#|\[\^|\|--", re.sub("<(pre|code).*?</\\1>", "", made.html, flags=re.DOTALL)
    )


def test_links_between_samples_lead_to_samples() -> None:
    slugs = {entry.slug for entry in SAMPLES}
    linked = {slug for entry in SAMPLES for slug in re.findall(r"\]\(/posts/([^)#]+)", entry.body)}
    assert len(linked) > 10
    assert linked <= slugs


def test_every_link_in_a_sample_into_this_site_answers(furnished: Flask) -> None:
    client = furnished.test_client()
    with furnished.app_context():
        html = "".join(db.session.scalars(sa.select(Post.body_html)))
    addresses = set(re.findall('href="(/[^"]*)"', html))
    assert {address for address in addresses if client.get(address).status_code != 200} == set()


def test_the_samples_use_everything_that_markdown_can_do_here() -> None:
    html = "".join(rendering.render(entry.body).html for entry in SAMPLES)
    for feature in (
        *(
            "<h2 id=",
            "<h3 id=",
            "<em>",
            "<strong>",
            "<s>",
            "<kbd>",
            "<blockquote>",
            "<hr>",
            "<ol>",
            "<ul>",
            "<a href=",
        ),
        *('class="align-right"', 'class="footnote-ref"', 'class="task-list-item"', '<pre class="highlight"'),
        '<span class="k">',
    ):
        assert feature in html


def test_the_samples_vary() -> None:
    words = sorted(rendering.render(entry.body).words for entry in SAMPLES)
    assert words[0] < 60
    assert words[-1] > 800
    assert any(entry.excerpt for entry in SAMPLES)
    assert any(not entry.excerpt for entry in SAMPLES)
    assert len({tag for entry in SAMPLES for tag in entry.tags}) >= 8


def test_a_sample_tells_of_options_that_the_import_has(app: Flask) -> None:
    text = next(entry.body for entry in SAMPLES if entry.slug == "bring-your-old-posts")
    help_text = flask(app, "posts", "import", "--help").output
    options = set(re.findall(r"--[a-z-]{3,}", text)) - {"--app"}
    assert options
    for option in options:
        assert option in help_text
