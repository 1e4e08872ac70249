"""The triggers that keep series: each post in one has a number, a series without posts goes, and readers see changes.

That a post joins or leaves a series, or gets another number, is a change of the post (`blog.store.sqlite.triggers`).
"""

from blog.store.sqlite.content_version import RAISE_VERSION
from blog.store.sqlite.statements import published

# Behind the last one, whatever state that is in: of posts that come together each finds the one before it there. A post
# without a series has no number.
NUMBERED = """
            UPDATE post SET series_part = CASE WHEN NEW.series_id IS NOT NULL THEN 1 + (
                SELECT coalesce(max(series_part), 0) FROM post AS other
                    WHERE other.series_id = NEW.series_id AND other.id <> NEW.id
            ) END WHERE id = NEW.id;
"""
HALF = "(NEW.series_id IS NULL) <> (NEW.series_part IS NULL)"
ENDED = """
            DELETE FROM series WHERE id = OLD.series_id
                AND NOT EXISTS (SELECT 1 FROM post WHERE post.series_id = OLD.series_id);
"""

TRIGGERS = {
    "part_came": f"""
        AFTER INSERT ON post WHEN {HALF} BEGIN
            {NUMBERED}
        END""",
    "part_moved": f"""
        AFTER UPDATE OF series_id, series_part ON post WHEN {HALF} BEGIN
            {NUMBERED}
        END""",
    "part_left": f"""
        AFTER UPDATE OF series_id ON post
        WHEN OLD.series_id IS NOT NULL AND NEW.series_id IS NOT OLD.series_id BEGIN
            {ENDED}
        END""",
    "part_gone": f"""
        AFTER DELETE ON post WHEN OLD.series_id IS NOT NULL BEGIN
            {ENDED}
        END""",
    "series_renamed": f"""
        AFTER UPDATE OF slug, title ON series
        WHEN EXISTS (SELECT 1 FROM post WHERE series_id = NEW.id AND {published("post")}) BEGIN
            {RAISE_VERSION}
        END""",
    "series_gone": """
        AFTER DELETE ON series BEGIN
            UPDATE post SET series_id = NULL WHERE series_id = OLD.id;
        END""",
}

# What they keep, put right behind a time without them: a number is given by the trigger for it.
PUT_RIGHT = (
    "UPDATE post SET series_part = series_part WHERE (series_id IS NULL) <> (series_part IS NULL)",
    "DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM post WHERE series_id = series.id)",
)
