"""The machine: permissions of files, host names, listening addresses, checks at the start, vulnerable packages."""
