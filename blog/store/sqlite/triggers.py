"""What the database keeps true by itself, whoever writes to it and however.

An ORM event misses bulk updates and other processes; a trigger misses nothing. These keep

- `post_tag.live_from`, by which a tag's listing is read in order,
- `post_pair`, by which the listing of two tags is read in order,
- `tag.published`, `tag_pair.published` and `site.published_count`, the counts of posts that are live or scheduled,
- `redirect` and `tag_redirect`, the addresses at which posts and tags were ever published,
- `post.series_part`, the place in its series of a post that comes without one, and the end of a series without posts,
- the index that search looks into (`blog.store.sqlite.search_index`),
- `post.feed_id` and `site.feed_id`, under which feeds know them for good,
- `site.content_version`, raised with each change that a reader could see and with no other.
"""

import sqlalchemy as sa

from blog.store.sqlite import search_index, series_triggers, tag_triggers
from blog.store.sqlite.content_version import RAISE_VERSION
from blog.store.sqlite.statements import noted, published
from blog.store.sqlite.tag_triggers import NEVER_SQL, PAIRS, live_from

# A random UUID (RFC 9562, version 4) as a URN.
URN = (
    "lower('urn:uuid:' || hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)"
    " || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
)

TRIGGERS = {
    "post_inserted": f"""
        AFTER INSERT ON post WHEN {published("NEW")} BEGIN
            UPDATE site SET published = published + 1;
            {noted("redirect", "post_id")}
            {RAISE_VERSION}
        END""",
    "post_named": f"""
        AFTER INSERT ON post WHEN NEW.feed_id IS NULL BEGIN
            UPDATE post SET feed_id = {URN} WHERE id = NEW.id;
        END""",
    "post_deleted": f"""
        AFTER DELETE ON post WHEN {published("OLD")} BEGIN
            UPDATE site SET published = published - 1;
            {RAISE_VERSION}
        END""",
    "post_changed": f"""
        AFTER UPDATE ON post WHEN {published("OLD")} OR {published("NEW")} BEGIN
            {RAISE_VERSION}
        END""",
    "post_moved": f"""
        AFTER UPDATE OF published_at, trashed_at ON post
        WHEN NEW.published_at IS NOT OLD.published_at OR NEW.trashed_at IS NOT OLD.trashed_at BEGIN
            UPDATE site SET published = published - {published("OLD")} + {published("NEW")};
            UPDATE tag SET published = published - {published("OLD")} + {published("NEW")}
                WHERE id IN (SELECT tag_id FROM post_tag WHERE post_id = NEW.id);
            UPDATE tag_pair SET published = published - 1 WHERE {published("OLD")} AND NOT {published("NEW")}
                AND (tag_id, other_id) IN (SELECT one.tag_id, other.tag_id FROM {PAIRS} WHERE one.post_id = NEW.id);
            INSERT INTO tag_pair (tag_id, other_id, published)
                SELECT one.tag_id, other.tag_id, 1 FROM {PAIRS}
                WHERE one.post_id = NEW.id AND {published("NEW")} AND NOT {published("OLD")}
                ON CONFLICT (tag_id, other_id) DO UPDATE SET published = published + 1;
            UPDATE post_tag SET live_from = {live_from("NEW")} WHERE post_id = NEW.id;
            DELETE FROM post_pair WHERE post_id = NEW.id;
            INSERT INTO post_pair (tag_id, other_id, live_from, post_id)
                SELECT one.tag_id, other.tag_id, NEW.published_at, NEW.id FROM {PAIRS}
                WHERE one.post_id = NEW.id AND one.tag_id < other.tag_id AND {published("NEW")};
        END""",
    "post_addressed": f"""
        AFTER UPDATE OF slug, published_at, trashed_at ON post WHEN {published("NEW")} BEGIN
            {noted("redirect", "post_id")}
        END""",
    # Foreign keys do this as well, but on the connection of somebody's sqlite3 they are off.
    "post_gone": """
        AFTER DELETE ON post BEGIN
            DELETE FROM post_tag WHERE post_id = OLD.id;
            DELETE FROM redirect WHERE post_id = OLD.id;
        END""",
    "correction_made": f"AFTER INSERT ON correction BEGIN {RAISE_VERSION} END",
    "correction_changed": f"AFTER UPDATE ON correction BEGIN {RAISE_VERSION} END",
    "correction_gone": f"AFTER DELETE ON correction BEGIN {RAISE_VERSION} END",
    # What a picture shows is said by its own words where a post has none for its cover.
    "image_changed": f"""
        AFTER UPDATE OF alt, width, height, widths ON image
        WHEN EXISTS (SELECT 1 FROM post WHERE cover_hash = NEW.hash AND {published("post")}) BEGIN
            {RAISE_VERSION}
        END""",
    "site_changed": f"""
        AFTER UPDATE OF title, tagline, author, language, time_zone, posts_per_page, footer_links, accent,
            picture_hash, licence, hub, feed_id ON site BEGIN
            {RAISE_VERSION}
        END""",
}

# What the triggers keep, worked out afresh: after a migration, which drops the triggers of a table it makes anew.
COUNTS = (
    f"""UPDATE post_tag SET live_from = (SELECT {live_from("post")} FROM post WHERE post.id = post_tag.post_id)
        WHERE live_from <> (SELECT {live_from("post")} FROM post WHERE post.id = post_tag.post_id)""",
    f"UPDATE tag SET published = (SELECT count(*) FROM post_tag WHERE tag_id = tag.id AND live_from <> {NEVER_SQL})",
    "DELETE FROM tag_pair",
    f"""INSERT INTO tag_pair (tag_id, other_id, published)
        SELECT one.tag_id, other.tag_id, count(*) FROM {PAIRS} WHERE one.live_from <> {NEVER_SQL}
        GROUP BY one.tag_id, other.tag_id""",
    "DELETE FROM post_pair",
    f"""INSERT INTO post_pair (tag_id, other_id, live_from, post_id)
        SELECT one.tag_id, other.tag_id, one.live_from, one.post_id FROM {PAIRS}
        WHERE one.live_from <> {NEVER_SQL} AND one.tag_id < other.tag_id ORDER BY 1, 2, 3, 4""",
    f"UPDATE site SET published = (SELECT count(*) FROM post WHERE {published('post')})",
    f"""INSERT INTO redirect (slug, post_id) SELECT slug, id FROM post
        WHERE {published("post")} AND slug NOT IN (SELECT slug FROM redirect)""",
    """INSERT INTO tag_redirect (slug, tag_id) SELECT slug, id FROM tag
        WHERE published > 0 AND slug NOT IN (SELECT slug FROM tag_redirect)""",
    f"UPDATE post SET feed_id = {URN} WHERE feed_id IS NULL",
    f"UPDATE site SET feed_id = {URN} WHERE feed_id IS NULL",
    "UPDATE site SET content_version = content_version + 1",
)


def statements() -> dict[str, str]:
    """Each trigger's name and the statement that makes it, as SQLite keeps it in its schema."""
    every = TRIGGERS | tag_triggers.TRIGGERS | series_triggers.TRIGGERS | search_index.TRIGGERS
    return {name: f"CREATE TRIGGER {name} {' '.join(body.split())}" for name, body in every.items()}


def installed(connection: sa.Connection) -> bool:
    """Whether the database has exactly these triggers, and the index that they keep."""
    found = connection.execute(sa.text("SELECT name || ' ' || sql FROM sqlite_master WHERE type = 'trigger'"))
    expected = {f"{name} {statement}" for name, statement in statements().items()}
    return set(found.scalars()) == expected and search_index.installed(connection)


def remove(connection: sa.Connection) -> None:
    """Drop all triggers: a table that others' triggers name cannot be made anew under them."""
    names = connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for name in names.scalars().all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    search_index.remove(connection)


def install(connection: sa.Connection) -> None:
    """Put these triggers in the place of whatever triggers there are, and bring what they keep up to date."""
    remove(connection)
    search_index.install(connection)
    for statement in (*COUNTS, *statements().values(), *series_triggers.PUT_RIGHT):
        connection.exec_driver_sql(statement)
    search_index.fill(connection)
