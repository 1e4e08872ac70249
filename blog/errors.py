"""Errors that people can fix, with a message for them."""

from blog.i18n import gettext as _
from blog.i18n import ngettext


class BlogError(Exception):
    """An error that people can fix: `message` is a sentence for them, `status` the matching HTTP status.

    A web page shows the message; a command prints it and exits with 1. A bug is never a BlogError.
    """

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class SettingInvalid(BlogError):
    """An invalid setting that prevents the site from starting."""

    status = 500


class CursorInvalid(BlogError):
    """An invalid cursor."""

    def __init__(self) -> None:
        super().__init__(_("This link to a page of posts is invalid."))


class PostUnknown(BlogError):
    """There is no published post at this address."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is no post at this address."))


class TagUnknown(BlogError):
    """No published post has one of the requested tags."""

    status = 404

    def __init__(self, slug: str) -> None:
        super().__init__(_("No post has the tag “%(slug)s”.", slug=slug))
        self.slug = slug


class TooManyTags(BlogError):
    """Too many tags are combined."""

    def __init__(self, most: int) -> None:
        super().__init__(
            ngettext(
                "You can combine at most %(number)s tag.", "You can combine at most %(number)s tags.", most
            )
        )


class SlugTaken(BlogError):
    """Another post has the address."""

    status = 409

    def __init__(self, slug: str) -> None:
        super().__init__(_("Another post already has the address “%(slug)s”.", slug=slug))


class AddressKept(SlugTaken):
    """Another post had the address before, and links to it redirect to that post."""

    def __init__(self, slug: str) -> None:
        BlogError.__init__(
            self,
            _(
                "Another post was previously published at “%(slug)s”. Links to that address still redirect to it.",
                slug=slug,
            ),
        )


class ImportRefused(BlogError):
    """A file that cannot be imported. Nothing was written."""


class FieldWrong(BlogError):
    """The value of a form field is invalid. `field` is its name."""

    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class FieldsWrong(BlogError):
    """Values of form fields are invalid. `errors` maps field names to messages."""

    status = 422

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = errors


class Conflict(BlogError):
    """A newer version was saved elsewhere since this text was opened. Nothing was overwritten."""

    status = 409

    def __init__(self, post_id: int, version: int) -> None:
        super().__init__(_("This post was saved elsewhere while you were editing it."))
        self.post_id = post_id
        self.version = version
        """The current version."""


class DatabaseUnusable(BlogError):
    """The database cannot be opened or upgraded at the start."""

    status = 503


class DatabaseAway(DatabaseUnusable):
    """The database is missing, locked, damaged or read-only. It may become available at any time."""
