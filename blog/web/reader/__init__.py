"""What readers and their programs see: a module for each kind of page."""
