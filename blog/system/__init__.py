"""The machine: file permissions, host names, listening addresses, start checks, vulnerable packages."""
