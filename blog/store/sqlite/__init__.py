"""All that is particular to SQLite."""
