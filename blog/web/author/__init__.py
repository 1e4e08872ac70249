"""The author's part of the site: a module for each page, and what these pages share."""
