"""Read an import file, with an error message for each problem."""

from pathlib import Path

from blog.errors import ImportRefused

LARGEST = 20_000_000  # bytes: about 3 million words


def read_text(path: Path) -> str:
    """The text of the file at `path`, UTF-8 with or without a byte order mark, at most 20 MB.

    Raises ImportRefused if it does not exist, cannot be read, or is not a text file.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ImportRefused(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > LARGEST:
        raise ImportRefused(f"{path} is larger than {LARGEST // 1_000_000} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefused(f"{path} is not UTF-8: invalid byte at position {error.start}.") from error
    if not text.strip():
        raise ImportRefused(f"{path} is empty.")
    if "\0" in text:
        raise ImportRefused(f"{path} is not a text file.")
    return text
