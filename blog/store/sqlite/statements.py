"""Parts of the statements of triggers: what is published, and which address belongs to a row."""


def published(row: str) -> str:
    """SQL: `row` of post is live or scheduled. Whether its hour has come is asked when reading (`posts.live`)."""
    return f"({row}.published_at IS NOT NULL AND {row}.trashed_at IS NULL)"


def noted(table: str, owner: str) -> str:
    """SQL: the address of the row NEW belongs to it, and leads to it for good."""
    return f"""
            UPDATE {table} SET {owner} = NEW.id WHERE slug = NEW.slug AND {owner} IS NOT NEW.id;
            INSERT INTO {table} (slug, {owner}) SELECT NEW.slug, NEW.id
                WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE slug = NEW.slug);
"""
