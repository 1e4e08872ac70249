"""The cache of finished pages in front of Flask."""
