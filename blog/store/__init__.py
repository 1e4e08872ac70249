"""The database: tables, migrations, upgrades, cursors, and how fresh content is."""
