"""How Alembic runs here: on the connection that `blog.store.upgrading` hands it, in the transaction it began."""

from typing import Any

from alembic import context

from blog.store.db import Base

KEPT_BY_HAND = ("post_search",)  # FTS5 tables and their shadows, which autogenerate would drop


def ours(_object: Any, name: str | None, kind: str, *_where: object) -> bool:
    return not (kind == "table" and (name or "").startswith(KEPT_BY_HAND))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    include_object=ours,
)
context.run_migrations()
