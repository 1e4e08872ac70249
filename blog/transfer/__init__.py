"""Bringing posts in from elsewhere: one neutral entry, a module for each format, one import for all of them."""
