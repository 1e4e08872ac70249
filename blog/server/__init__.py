"""Serving with waitress: connections, and the threads that work behind the site."""
