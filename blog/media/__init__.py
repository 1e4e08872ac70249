"""The author's pictures: their files, sizes and uses, and the icons of the site."""
