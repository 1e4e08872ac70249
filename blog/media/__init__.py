"""Images: their files, sizes and uses, and the icons of the site."""
