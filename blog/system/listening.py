"""Listening sockets: addresses of the machine and Unix sockets."""

import errno
import os
import socket
import stat
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from blog.errors import SettingInvalid

LONGEST_PATH = 107
"""Maximum bytes of a Unix socket's path (unix(7))."""
WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 -- compared with, not bound to


class Place(NamedTuple):
    """One item of the setting HOST."""

    host: str = ""
    """An address or name of the machine; empty for a Unix socket."""
    path: Path | None = None
    mode: int = 0o660
    """Permissions of the Unix socket. Default: owner and group."""

    def __str__(self) -> str:
        return f"unix:{self.path}" if self.path else self.host


def opened(places: Sequence[Place], port: int) -> list[socket.socket]:
    """Sockets bound to all `places`; addresses use `port`. Raises SettingInvalid."""
    sockets: list[socket.socket] = []
    try:
        for place in places:
            taken = {each.getsockname() for each in sockets}  # localhost and 127.0.0.1 are the same.
            sockets += [at_path(place)] if place.path else at_address(place.host, port, places, taken)
    except BaseException:
        close(sockets)
        raise
    return sockets


def at_address(
    host: str, port: int, places: Sequence[Place], taken: Collection[object] = ()
) -> list[socket.socket]:
    """Sockets for all addresses of `host`, except those in `taken`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise SettingInvalid(f"BLOG_HOST cannot be {host}: it is not an address of this machine.") from error
    sockets: list[socket.socket] = []
    for family, kind, protocol, _name, address in dict.fromkeys(found):
        if address in taken:
            continue
        made = socket.socket(family, kind, protocol)
        sockets.append(made)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # `::` also accepts IPv4, unless that has a socket of its own.
            alone = host != "::" or any(place.host == WILDCARDS[0] for place in places)
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, alone)
        try:
            made.bind(address)
            made.listen()
        except OSError as error:
            close(sockets)
            raise SettingInvalid(in_words(error, host, port)) from error
    return sockets


def in_words(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRNOTAVAIL:
        return f"BLOG_HOST cannot be {host}: this machine does not have that address."
    return f"Port {port} on {host} cannot be used: {error.strerror}. BLOG_PORT names another."


def at_path(place: Place) -> socket.socket:
    """Create a Unix socket, replacing one that no server uses."""
    path = place.path
    assert path is not None  # noqa: S101 -- for the type checker
    if len(os.fsencode(path)) > LONGEST_PATH:
        raise SettingInvalid(f"The path in BLOG_HOST is longer than {LONGEST_PATH} bytes: {path}.")
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        make_room(path)
        # Nobody can connect before it has the right permissions.
        mask = os.umask(0o777 & ~place.mode)
        try:
            made.bind(str(path))
        finally:
            os.umask(mask)
        path.chmod(place.mode)
        made.listen()
    except OSError as error:
        made.close()
        raise SettingInvalid(f"The socket {path} cannot be created: {error.strerror}.") from error
    except BaseException:
        made.close()
        raise
    return made


def make_room(path: Path) -> None:
    """Remove a socket that a server left behind. Raises SettingInvalid if it is in use, or is not a socket."""
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(kind):
        raise SettingInvalid(f"BLOG_HOST names {path}, which exists and is not a socket.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise SettingInvalid(f"The socket {path} is in use by another server.")


def close(sockets: Sequence[socket.socket]) -> None:
    """Close unused `sockets` and remove the files of Unix sockets."""
    for each in sockets:
        name = each.getsockname() if each.family == socket.AF_UNIX else ""
        each.close()
        if name:
            Path(name).unlink(missing_ok=True)


def remove(places: Sequence[Place]) -> None:
    """Remove the files of Unix sockets after the server has stopped."""
    for place in places:
        if place.path:
            with suppress(OSError):
                place.path.unlink()
