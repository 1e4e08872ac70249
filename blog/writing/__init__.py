"""Writing: the form's fields, drafts, saving, revisions, conflicts, the trash, and keeping tags and series in order."""
