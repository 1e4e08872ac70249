"""The triggers that keep the listings of tags in order, their counts, and the addresses where they were published."""

from blog.store.models.listings import NEVER
from blog.store.sqlite.content_version import NEXT_VERSION, RAISE_VERSION
from blog.store.sqlite.statements import noted, published

NEVER_SQL = f"'{NEVER:%Y-%m-%d %H:%M:%S.%f}'"


def live_from(row: str) -> str:
    return f"CASE WHEN {published(row)} THEN {row}.published_at ELSE {NEVER_SQL} END"


TAGGED = f"""
            UPDATE post_tag SET live_from = (SELECT {live_from("post")} FROM post WHERE post.id = NEW.post_id)
                WHERE tag_id = NEW.tag_id AND live_from = NEW.live_from AND post_id = NEW.post_id;
            UPDATE tag SET published = published + 1 WHERE id = NEW.tag_id
                AND EXISTS (SELECT 1 FROM post WHERE post.id = NEW.post_id AND {published("post")});
            INSERT INTO tag_pair (tag_id, other_id, published)
                SELECT NEW.tag_id, tag_id, 1 FROM post_tag
                    WHERE post_id = NEW.post_id AND tag_id <> NEW.tag_id AND live_from <> {NEVER_SQL}
                UNION ALL SELECT tag_id, NEW.tag_id, 1 FROM post_tag
                    WHERE post_id = NEW.post_id AND tag_id <> NEW.tag_id AND live_from <> {NEVER_SQL}
                ON CONFLICT (tag_id, other_id) DO UPDATE SET published = published + 1;
            INSERT INTO post_pair (tag_id, other_id, live_from, post_id)
                SELECT min(NEW.tag_id, tag_id), max(NEW.tag_id, tag_id), live_from, post_id FROM post_tag
                    WHERE post_id = NEW.post_id AND tag_id <> NEW.tag_id AND live_from <> {NEVER_SQL};
            UPDATE site SET content_version = {NEXT_VERSION}
                WHERE EXISTS (SELECT 1 FROM post WHERE post.id = NEW.post_id AND {published("post")});
"""


def untagged(but: str = "") -> str:
    """SQL: the row OLD of post_tag is gone; `but` leaves out the one that took its place."""
    others = f"SELECT tag_id FROM post_tag WHERE post_id = OLD.post_id AND tag_id <> OLD.tag_id {but}"
    return f"""
            UPDATE tag SET published = published - 1 WHERE id = OLD.tag_id AND OLD.live_from <> {NEVER_SQL};
            UPDATE tag_pair SET published = published - 1
                WHERE OLD.live_from <> {NEVER_SQL} AND tag_id = OLD.tag_id AND other_id IN ({others});
            UPDATE tag_pair SET published = published - 1
                WHERE OLD.live_from <> {NEVER_SQL} AND other_id = OLD.tag_id AND tag_id IN ({others});
            DELETE FROM post_pair WHERE post_id = OLD.post_id AND OLD.tag_id IN (tag_id, other_id);
            UPDATE site SET content_version = {NEXT_VERSION} WHERE OLD.live_from <> {NEVER_SQL};
"""


PAIRS = "post_tag AS one JOIN post_tag AS other ON other.post_id = one.post_id AND other.tag_id <> one.tag_id"

TRIGGERS = {
    "post_tagged": f"""
        AFTER INSERT ON post_tag BEGIN
            {TAGGED}
        END""",
    "post_untagged": f"""
        AFTER DELETE ON post_tag BEGIN
            {untagged()}
        END""",
    "post_retagged": f"""
        AFTER UPDATE OF tag_id, post_id ON post_tag BEGIN
            {untagged("AND NOT (post_id = NEW.post_id AND tag_id = NEW.tag_id)")}
            {TAGGED}
        END""",
    # Foreign keys do this as well, but on the connection of somebody's sqlite3 they are off.
    "tag_gone": """
        AFTER DELETE ON tag BEGIN
            DELETE FROM post_tag WHERE tag_id = OLD.id;
            DELETE FROM tag_pair WHERE tag_id = OLD.id OR other_id = OLD.id;
            UPDATE tag_redirect SET tag_id = NULL WHERE tag_id = OLD.id;
        END""",
    "tag_addressed": f"""
        AFTER UPDATE OF slug, published ON tag WHEN NEW.published > 0 BEGIN
            {noted("tag_redirect", "tag_id")}
        END""",
    "tag_renamed": f"""
        AFTER UPDATE OF slug, name ON tag WHEN NEW.published > 0 BEGIN
            {RAISE_VERSION}
        END""",
}
