"""Writing posts: form fields, drafts, saving, revisions, conflicts, the trash, and managing tags and series."""
