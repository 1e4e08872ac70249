"""The site as a whole: its settings, colours and footer."""
