"""Draws the tables in docs/tables.md from the models: `make diagrams`. A test compares both."""

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

import blog  # noqa: F401 -- it imports every module that has a table
from blog.store.db import Base
from tests.programs import ROOT

DOCUMENT = ROOT / "docs" / "tables.md"
START = "<!-- Written by `make diagrams` from the models, up to the end of the block. -->"
FENCE = "```"


def keys(column: sa.Column[object]) -> str:
    """The keys of a column, in Mermaid's abbreviations."""
    unique = column.unique or any(
        isinstance(constraint, sa.UniqueConstraint) and list(constraint.columns) == [column]
        for constraint in column.table.constraints
    )
    found = {"PK": column.primary_key, "FK": bool(column.foreign_keys), "UK": bool(unique)}
    return ", ".join(name for name, there in found.items() if there)


def described(column: sa.Column[object]) -> str:
    """A column as a line of Mermaid: type, name, keys, and whether it may be empty."""
    empty = '"or NULL"' if column.nullable else ""
    kind = type(column.type).__name__.lower().replace("utcdatetime", "datetime")
    return " ".join(part for part in (kind, column.name, keys(column), empty) if part)


def diagram() -> Iterator[str]:
    """The lines of an entity-relationship diagram in Mermaid's language, tables and links in a fixed order."""
    yield "erDiagram"
    tables = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
    for table in tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            own = "|o" if [key.parent] == list(table.primary_key) else "}o"
            other = "o|" if key.parent.nullable else "||"
            yield f'    {table.name} {own}--{other} {key.column.table.name} : "{key.parent.name}"'
    for table in tables:
        yield f"    {table.name} {{"
        yield from (f"        {described(column)}" for column in table.columns)
        yield "    }"


def renewed(text: str) -> str:
    """The document `text` with the diagram of today's models in the place of the one it has."""
    before, _, rest = text.partition(f"{START}\n")
    after = rest.partition(f"\n{FENCE}\n")[2]
    return "\n".join([f"{before}{START}", "", f"{FENCE}mermaid", *diagram(), FENCE, after])


def write(document: Path = DOCUMENT) -> None:
    document.write_text(renewed(document.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write()
