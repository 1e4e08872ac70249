"""The site as a whole: what its author decided about it, its colours and its footer."""
