"""Texts: Markdown to safe HTML, and what is derived from words: excerpts, slugs, links, counts."""
