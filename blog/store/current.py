"""The database that keeps this site. There is one so far; a second one would be chosen here, by the setting's URL."""

from blog.store.backend import Backend
from blog.store.sqlite import backend as sqlite

backend: Backend = sqlite
