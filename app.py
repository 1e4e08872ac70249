"""Builds the application, and serves it with waitress when run: `python app.py`."""

import sys

from blog import create_app
from blog.errors import BlogError
from blog.server.serving import serve

try:
    app = create_app()
    if __name__ == "__main__":
        serve(app)
except BlogError as error:
    sys.exit(error.message)
