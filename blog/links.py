"""Addresses of pages elsewhere, as somebody typed them."""

from urllib.parse import urlsplit

URL_LENGTH = 2_000  # characters


def is_web_address(text: str) -> bool:
    """Whether `text` is the address of a page that a browser can ask for."""
    if len(text) > URL_LENGTH or any(letter.isspace() or not letter.isprintable() for letter in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
