"""What the site costs: measured side by side with a bare WSGI function and with nginx, in one run (`make bench`)."""
