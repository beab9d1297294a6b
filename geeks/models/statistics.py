"""What the database knows of how many rows its indexes name, from which it chooses one for a query."""

from __future__ import annotations

from django.db import connection

LOOKED_AT = 1_000  # entries of each index: enough to tell a rare key from a common one, in some hundredths of a second


def gather() -> None:
    """Look at all tables. PostgreSQL does so by itself in time, but not right after millions of rows; SQLite never
    does, and without it takes the answers of one question for as many as there are answers at all."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT}")
        cursor.execute("ANALYZE")
