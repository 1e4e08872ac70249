"""What readers ask for: posts and their listings, tags, archive, series, redirects."""
