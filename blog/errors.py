"""What a person can mend, said in a sentence for that person."""

from blog.i18n import gettext as _
from blog.i18n import ngettext


class BlogError(Exception):
    """Something a person can mend: `message` is one sentence for them, `status` the HTTP status that fits it.

    A web page shows the sentence; a command prints it and exits with 1. A bug is never a BlogError.
    """

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class SettingInvalid(BlogError):
    """A setting of the machine that the site cannot start with."""

    status = 500


class CursorInvalid(BlogError):
    """A cursor that this site never gave out."""

    def __init__(self) -> None:
        super().__init__(_("This link to a page of posts is invalid."))


class PostUnknown(BlogError):
    """No live post has this address."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("There is no post at this address."))


class TagUnknown(BlogError):
    """No live post carries one of the tags asked for."""

    status = 404

    def __init__(self, slug: str) -> None:
        super().__init__(_("No post has the tag “%(slug)s”.", slug=slug))
        self.slug = slug


class TooManyTags(BlogError):
    """More tags are asked for at once than can be combined."""

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
    """Another post had the address before, and links to it lead there."""

    def __init__(self, slug: str) -> None:
        BlogError.__init__(
            self,
            _(
                "Another post was previously published at “%(slug)s”. Links to that address still redirect to it.",
                slug=slug,
            ),
        )


class ImportRefused(BlogError):
    """A file that cannot be imported; nothing of it was written."""


class FieldWrong(BlogError):
    """What stands in one field of a form cannot be taken: `field` is its name, and the sentence stands beside it."""

    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class FieldsWrong(BlogError):
    """What stands in fields of a form cannot be taken: `errors` has a sentence for each such field."""

    status = 422

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = errors


class Conflict(BlogError):
    """A newer version was saved elsewhere since this text was begun; nothing was overwritten."""

    status = 409

    def __init__(self, post_id: int, version: int) -> None:
        super().__init__(_("This post was saved elsewhere while you were editing it."))
        self.post_id = post_id
        self.version = version
        """The version that stands now."""


class DatabaseUnusable(BlogError):
    """The database cannot be opened, or not be brought up to date, when the site starts."""

    status = 503


class DatabaseAway(DatabaseUnusable):
    """The database is missing, held by somebody else, damaged or cannot be written: it may be back at any moment."""
