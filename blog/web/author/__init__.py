"""The author's pages, a module for each, and what they share."""
