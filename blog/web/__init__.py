"""HTTP and nothing else: a module for each area of the site, and what they share."""
