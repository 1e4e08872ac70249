"""The cache of rendered pages in front of Flask."""
