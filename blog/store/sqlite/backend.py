"""SQLite as a `blog.store.backend.Backend`: a function for each of its methods, from the module of its concern."""

from blog.store.sqlite.copies import copy_to
from blog.store.sqlite.expressions import contains, greatest, least, numbers, sortable, spans, unindexed
from blog.store.sqlite.files import check_machine, check_url, create, exists, files, place, url_in
from blog.store.sqlite.freshness import freshness
from blog.store.sqlite.outages import is_outage, trouble_writing, what_is_wrong
from blog.store.sqlite.schema import migrating
from blog.store.sqlite.search import count_matching, highlights, ids_matching, matching, words
from blog.store.sqlite.search_index import bring_up_to_date as index_changes
from blog.store.sqlite.search_index import catch_up as index_pending
from blog.store.sqlite.triggers import install
from blog.store.sqlite.triggers import installed as is_installed

__all__ = [
    "check_machine",
    "check_url",
    "contains",
    "copy_to",
    "count_matching",
    "create",
    "exists",
    "files",
    "freshness",
    "greatest",
    "highlights",
    "ids_matching",
    "index_changes",
    "index_pending",
    "install",
    "is_installed",
    "is_outage",
    "least",
    "matching",
    "migrating",
    "numbers",
    "place",
    "sortable",
    "spans",
    "trouble_writing",
    "unindexed",
    "url_in",
    "what_is_wrong",
    "words",
]
