"""Queries of the public pages: posts, lists, tags, archive, series, redirects."""
