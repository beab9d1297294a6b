"""SQLite in a web process: its threads share a few connections."""
