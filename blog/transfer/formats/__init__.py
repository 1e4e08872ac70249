"""A module for each import format."""
