"""Saving the form: versions, conflicts, revisions, addresses, dates, the trash."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from blog.errors import Conflict, FieldsWrong, PostUnknown
from blog.store.db import db
from blog.store.models import Post, Site
from blog.writing import dashboard, drafts, editing, post_form, restoring, revisions, saving, trash
from blog.writing.drafts import EditorTab
from blog.writing.fields import NAMES, Fields
from blog.writing.saving import Action
from tests.conftest import NOON, Clock, Write


def fields(title: str = "A title", body: str = "Some words.", **others: str) -> Fields:
    return {**dict.fromkeys(NAMES, ""), "title": title, "body": body, **others}


@pytest.fixture(autouse=True)
def inside(app: Flask, clock: Clock) -> Any:
    with app.app_context():
        yield


def shown_fields(post_id: int) -> Fields:
    return post_form.form_data(post_form.opened(post_id))


def content_version() -> int:
    return db.session.execute(sa.select(Site.content_version)).scalar_one()


def test_what_was_typed_stands_in_the_form_again() -> None:
    typed = fields(tags="Zebra, ant", date="2027-01-02", time="08:30", slug="Mine ", excerpt="My own words.")
    saved = saving.save(None, typed)
    assert (saved.state, saved.version, saved.changed) == ("draft", 1, True)
    assert shown_fields(saved.post_id) == typed


def test_a_draft_follows_its_title_and_a_published_post_keeps_its_address() -> None:
    one = saving.save(None, fields("First thoughts"))
    two = saving.save(one.post_id, fields("Second thoughts"), base_version=1)
    assert post_form.opened(one.post_id).slug == "second-thoughts"
    three = saving.save(
        one.post_id, fields("Second thoughts"), base_version=two.version, action=Action.PUBLISH
    )
    shown = shown_fields(one.post_id)
    assert shown["slug"] == "second-thoughts"
    saving.save(one.post_id, {**shown, "title": "Third thoughts"}, base_version=three.version)
    assert post_form.opened(one.post_id).slug == "second-thoughts"


def test_an_address_that_another_post_has_or_had_is_refused_beside_its_field(write: Write) -> None:
    write("Taken")
    with pytest.raises(FieldsWrong) as refused:
        saving.save(None, fields(slug="taken"))
    assert refused.value.errors == {"slug": "Another post already has the address “taken”."}
    assert post_form.opened(saving.save(None, fields("Taken")).post_id).slug == "taken-2"
    assert post_form.opened(saving.save(None, fields("Feed")).post_id).slug == "feed-post"


def test_saving_over_a_newer_version_is_refused_and_writes_nothing() -> None:
    first = saving.save(None, fields(body="One."))
    saving.save(first.post_id, fields(body="Two."), base_version=1)
    with pytest.raises(Conflict) as refused:
        saving.save(first.post_id, fields(body="Three."), base_version=1)
    assert refused.value.version == 2
    assert shown_fields(first.post_id)["body"] == "Two."


def test_a_form_that_is_sent_twice_is_saved_once() -> None:
    form = EditorTab("f1", 3)
    one = saving.save(None, fields(), form=form)
    two = saving.save(None, fields(), form=form)
    assert (one.post_id, two.changed) == (two.post_id, False)
    saving.save(one.post_id, fields(body="More."), base_version=1)
    again = saving.save(one.post_id, fields(body="More."), base_version=1)
    assert not again.changed
    assert len(revisions.of_post(one.post_id)) == 2


def test_a_form_of_a_new_post_can_go_on_after_its_first_save() -> None:
    one = saving.save(None, fields(body="One."), form=EditorTab("f1", 1))
    two = saving.save(None, fields(body="Two."), form=EditorTab("f1", 2))
    assert (two.post_id, two.version) == (one.post_id, 2)


def test_the_first_change_keeps_what_an_imported_post_was(write: Write) -> None:
    post_id = write("Brought along", body="As it *came*.")
    before = shown_fields(post_id)
    saving.save(post_id, {**before, "body": "Changed."}, base_version=1)
    kept = revisions.of_post(post_id)
    assert [each.reason for each in kept] == ["saved", "found"]
    assert revisions.get(post_id, kept[1].id).fields["body"] == "As it *came*."


def test_restoring_is_a_revision_of_its_own_and_keeps_address_and_date(write: Write) -> None:
    post_id = write("Live", body="One.")
    saving.save(post_id, {**shown_fields(post_id), "body": "Two.", "slug": "elsewhere"}, base_version=1)
    first = revisions.of_post(post_id)[-1]
    restored = restoring.restore(post_id, first.id, base_version=2)
    assert restored.version == 3
    post = post_form.opened(post_id)
    assert (post.body, post.slug, post.published_at) == ("One.", "elsewhere", NOON)
    assert [each.reason for each in revisions.of_post(post_id)] == ["restored", "saved", "found"]
    second = revisions.of_post(post_id)[1]
    with pytest.raises(Conflict):
        restoring.restore(post_id, second.id, base_version=2)


def test_a_derived_title_stays_derived_while_the_text_begins_with_it(app: Flask) -> None:
    post_id = editing.create(editing.Text("It began. It went on."), published_at=NOON)
    shown = shown_fields(post_id)
    saving.save(post_id, {**shown, "tags": "x"}, base_version=1)
    assert post_form.opened(post_id).title_derived
    assert "It began" not in post_form.opened(post_id).body_html
    saving.save(post_id, {**shown, "title": "My title", "tags": "x"}, base_version=2)
    assert not post_form.opened(post_id).title_derived
    assert "It began" in post_form.opened(post_id).body_html


def test_a_correction_keeps_the_moment_of_publication_to_the_microsecond(write: Write, clock: Clock) -> None:
    moment = datetime(2026, 11, 1, 7, 8, 9, 123456, tzinfo=UTC)
    post_id = write(published_at=moment)
    saving.save(post_id, {**shown_fields(post_id), "body": "Corrected."}, base_version=1)
    assert post_form.opened(post_id).published_at == moment


def test_publishing_scheduling_withdrawing(clock: Clock) -> None:
    post_id = saving.save(None, fields()).post_id
    with pytest.raises(FieldsWrong, match="in the future"):
        saving.save(post_id, fields(), base_version=1, action=Action.SCHEDULE)
    ahead = fields(date="2026-12-24", time="18:00")
    assert saving.save(post_id, ahead, base_version=1, action=Action.SCHEDULE).state == "scheduled"
    withdrawn = saving.save(post_id, ahead, base_version=2, action=Action.WITHDRAW)
    assert withdrawn.state == "draft"
    assert shown_fields(post_id)["date"] == "2026-12-24"
    now = saving.save(post_id, fields(), base_version=3, action=Action.PUBLISH)
    assert (now.state, post_form.opened(post_id).published_at) == ("live", NOON)
    assert [each.reason for each in revisions.of_post(post_id)] == [
        *("published", "withdrawn", "scheduled", "saved"),
    ]


def test_keeping_a_text_moves_neither_the_content_version_nor_the_post(write: Write) -> None:
    post_id = write("Live", body="As it stands.")
    before = content_version()
    drafts.keep(EditorTab("f1", 1), fields(body="Being written"), post_id=post_id, base_version=1)
    saving.save(None, fields("Only a draft"))
    assert content_version() == before
    post = post_form.opened(post_id)
    assert (post.body, post.version) == ("As it stands.", 1)


def test_a_text_that_was_held_up_on_the_way_replaces_no_later_one() -> None:
    kept = drafts.keep(EditorTab("f1", 2), fields(body="One two"))
    drafts.keep(EditorTab("f1", 1), fields(body="One"))
    assert kept.draft_id is not None
    assert drafts.get(kept.draft_id).fields["body"] == "One two"


def test_a_text_that_arrives_after_its_form_was_saved_is_no_unsaved_text() -> None:
    saved = saving.save(None, fields(body="One two"), form=EditorTab("f1", 2))
    late = drafts.keep(EditorTab("f1", 1), fields(body="One"))
    assert late.draft_id is None
    assert drafts.of_post(saved.post_id) == []


def test_two_tabs_keep_a_text_each(write: Write) -> None:
    post_id = write()
    for tab in ("one", "two", "one"):
        drafts.keep(
            EditorTab(tab, 1 if tab == "two" else len(drafts.of_post(post_id)) + 1), fields(body=f"{tab}."),
            post_id=post_id, base_version=1,
        )  # fmt: skip
    assert {draft.fields["body"] for draft in drafts.of_post(post_id)} == {"one.", "two."}
    saving.save(post_id, fields(body="one."), base_version=1, form=EditorTab("one", 9))
    assert [draft.fields["body"] for draft in drafts.of_post(post_id)] == ["two."]


def test_a_form_that_goes_on_with_another_ones_text_takes_its_place_unless_that_went_on_too() -> None:
    drafts.keep(EditorTab("old", 4), fields(body="One"))
    kept = drafts.keep(EditorTab("new", 1, "old", 4), fields(body="One two"))
    drafts.keep(EditorTab("other", 1, "new", 0), fields(body="Not this"))
    assert kept.draft_id is not None
    assert drafts.get(kept.draft_id).fields["body"] == "One two"
    assert [drafts.get(kept.draft_id).form, dashboard.counts()["draft"]] == ["new", 2]


def test_an_empty_form_is_not_kept() -> None:
    assert drafts.keep(EditorTab("f1", 1), fields("", "")).draft_id is None


def test_what_is_put_away_is_found_among_the_revisions(write: Write) -> None:
    post_id = write()
    kept = drafts.keep(EditorTab("f1", 1), fields(body="Given up"), post_id=post_id, base_version=1)
    assert kept.draft_id is not None
    drafts.put_away(kept.draft_id)
    (revision,) = revisions.of_post(post_id)
    assert (revision.reason, revisions.get(post_id, revision.id).fields["body"]) == ("set aside", "Given up")


def test_a_text_that_was_never_saved_is_discarded_into_the_trash() -> None:
    kept = drafts.keep(EditorTab("f1", 1), fields("A thought", "Half a thought"))
    assert kept.draft_id is not None
    post_id = trash.discard(kept.draft_id)
    assert post_id is not None
    assert (post_form.state(post_form.opened(post_id)), post_form.opened(post_id).body) == (
        "trash",
        "Half a thought",
    )
    with pytest.raises(PostUnknown):
        drafts.get(kept.draft_id)


def test_the_trash_keeps_thirty_days(write: Write, clock: Clock) -> None:
    post_id = write()
    editing.trash(post_id)
    clock.advance(days=29, hours=23)
    assert trash.empty() == 0
    editing.restore(post_id)
    assert (post_form.opened(post_id).version, post_form.state(post_form.opened(post_id))) == (1, "live")
    editing.trash(post_id)
    clock.advance(days=30, seconds=1)
    saving.save(None, fields("Another"))
    assert db.session.scalar(sa.select(Post.id).where(Post.id == post_id)) is None


def test_what_is_written_on_in_the_trash_stays_thirty_days_more(write: Write, clock: Clock) -> None:
    saved, typed = write("Saved"), write("Typed")
    for post_id in (saved, typed):
        editing.trash(post_id)
    clock.advance(days=29)
    saving.save(saved, fields("Saved", "More."), base_version=1)
    drafts.keep(EditorTab("f", 1), fields("Typed", "More."), post_id=typed, base_version=1)
    clock.advance(days=29)
    assert trash.empty() == 0
    clock.advance(days=2)
    assert trash.empty() == 2


def test_a_post_that_was_deleted_meanwhile_is_written_anew(write: Write) -> None:
    post_id = write()
    editing.delete([post_id])
    saved = saving.save(post_id, fields(body="Still mine."), base_version=1)
    assert saved.post_id != post_id
    assert post_form.opened(saved.post_id).body == "Still mine."


def test_closed_drafts_are_forgotten_after_a_day(clock: Clock) -> None:
    saving.save(None, fields(), form=EditorTab("f1", 1))
    clock.advance(days=1, seconds=1)
    trash.empty()
    assert saving.save(None, fields("Another"), form=EditorTab("f1", 1)).post_id == 2
    clock.move_to(NOON + timedelta(days=3))


def test_an_address_follows_the_title_until_readers_know_it() -> None:
    top_ten = saving.save(None, fields("Top 10"))
    assert post_form.opened(top_ten.post_id).slug == "top-10"
    saving.save(top_ten.post_id, fields("Top"), base_version=top_ten.version)
    assert post_form.opened(top_ten.post_id).slug == "top"
    second = saving.save(None, fields("Top"))
    assert post_form.opened(second.post_id).slug == "top-2"
    again = saving.save(second.post_id, fields("Top", body="Other words."), base_version=second.version)
    assert post_form.opened(second.post_id).slug == "top-2"
    published = saving.save(
        second.post_id, fields("Top"), base_version=again.version, action=saving.Action.PUBLISH
    )
    saving.save(second.post_id, fields("Bottom"), base_version=published.version)
    assert post_form.opened(second.post_id).slug == "top-2"
