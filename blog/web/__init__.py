"""HTTP only: routes, templates, headers and the page cache. A module for each area of the site."""
