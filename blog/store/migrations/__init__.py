"""Alembic's scripts, one for each change of the schema."""

# The newest script, said here so that a start need not import Alembic (some 180 ms) to see that nothing is to be done.
HEAD = "0011"
