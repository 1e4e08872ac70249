"""Importing posts: a common entry type, a module for each format, and the import itself."""
