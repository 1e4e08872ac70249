"""Social cards: the picture of a title for whoever shares a link."""
