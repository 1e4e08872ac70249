"""How the content version is raised, in SQL: what triggers do in the transaction of a change that readers can see."""

# Never a number that was there before, even if an earlier copy of the database took its place: then the milliseconds
# since 1970 are higher than whatever it had.
NEXT_VERSION = "max(content_version + 1, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))"
RAISE_VERSION = f"UPDATE site SET content_version = {NEXT_VERSION};"
