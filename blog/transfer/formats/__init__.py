"""A module for each format that posts can be imported from."""
