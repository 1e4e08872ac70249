"""Tables and their relationships. Nothing loads by itself: a query says what it fetches."""

from blog.store.models.author import Account, Draft, LoginSession, Revision, SetupLink
from blog.store.models.posts import Correction, Image, Post, Redirect, Related, Series, Tag, TagRedirect
from blog.store.models.search import search_due, search_text
from blog.store.models.site import Site
from blog.store.models.websub import Ping

__all__ = [
    "Account",
    "Correction",
    "Draft",
    "Image",
    "LoginSession",
    "Ping",
    "Post",
    "Redirect",
    "Related",
    "Revision",
    "Series",
    "SetupLink",
    "Site",
    "Tag",
    "TagRedirect",
    "search_due",
    "search_text",
]
