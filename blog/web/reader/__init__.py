"""Public pages, feeds and files: a module for each kind."""
