"""Feeds and sitemaps in their formats, without HTTP."""
