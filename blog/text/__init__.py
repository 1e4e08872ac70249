"""Text processing: Markdown to safe HTML, and excerpts, slugs, links and counts derived from text."""
